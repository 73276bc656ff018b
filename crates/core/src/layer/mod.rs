//! Layers and networks that several posts use.

mod gradient_norms;
mod mlp;

pub use gradient_norms::gradient_norms;
pub use mlp::{
    LayerValues, Mlp, MlpConfig, MlpError, MlpValues, he_normal, he_uniform, xavier_uniform,
};
