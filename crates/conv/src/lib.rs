//! Fast convolution for Burn's flex back end.

mod algorithm;
mod autodiff;
mod chunks;
mod direct;
mod extension;
mod jobs;
mod kernel;
mod layer;
mod layout;
mod output;
mod pool;
mod product;
mod scratch;
mod served;
mod shape;
mod simd;
pub mod slices;
mod weights;
mod winograd;

pub use algorithm::Algorithm;
pub use layer::Conv2d;
pub use pool::max_pool_2x2;
pub use shape::{Padding, Shape};

/// Whether this processor has vector instructions that the kernels are written in: AVX-512F, or
/// AVX2 and FMA. Elsewhere the layers are Burn's.
pub fn served_here() -> bool {
    simd::Instructions::detect().is_some()
}
