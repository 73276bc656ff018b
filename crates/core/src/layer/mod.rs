//! Layers and networks that several posts use.

mod gradient_norms;
mod initializer;
mod mlp;

pub use gradient_norms::gradient_norms;
pub use initializer::{he_normal, he_uniform, xavier_uniform};
pub use mlp::{LayerValues, Mlp, MlpConfig, MlpError, MlpValues};
