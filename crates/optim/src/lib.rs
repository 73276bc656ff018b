//! Adam on the CPU in one pass over memory, for Burn's flex back end.
//!
//! [`adam`] takes the place of `AdamConfig::init`: same config, same records, and the same bits.
//!
//! ```
//! use burn::module::Module;
//! use burn::nn::LinearConfig;
//! use burn::optim::{AdamConfig, GradientsParams};
//! use burn::tensor::{Device, Tensor};
//!
//! let device = Device::flex().autodiff();
//! let mut layer = LinearConfig::new(3, 2).init(&device);
//! let mut optimizer = retrace_optim::adam(&AdamConfig::new().with_epsilon(1e-8));
//!
//! let loss = layer.forward(Tensor::<2>::ones([1, 3], &device)).sum();
//! let gradients = GradientsParams::from_grads(loss.backward(), &layer);
//! layer = optimizer.step(1e-3, layer, gradients);
//! # assert_eq!(layer.num_params(), 8);
//! ```
//!
//! # Why
//!
//! Burn's Adam is a chain of thirteen tensor operations. On flex each is a pass over memory, on
//! one thread up to four million numbers, and the traffic costs more than the arithmetic. Here one
//! pass reads the gradient, both moments and the parameter, writes the last three where they lie,
//! and is shared among the threads.
//!
//! # What is computed
//!
//! For a gradient g, moments m and v that begin as zeros, and step t = 1, 2, ... (Kingma & Ba,
//! *Adam: A Method for Stochastic Optimization*, 2015, section 2, in the order given at its end):
//!
//! ```text
//! m <- β₁ m + (1 - β₁) g          s = √(1 - β₂ᵗ)
//! v <- β₂ v + (1 - β₂) g²         w <- w - rate · (m · s / (1 - β₁ᵗ)) / (√v + ε s)
//! ```
//!
//! Each number goes through the same operations in the same order as in Burn's Adam, with no
//! fused multiply-add. All of them round correctly, so that parameters and moments are Burn's to
//! the bit, on any number of threads. (Only the bits of a NaN may differ; where there is one is
//! the same.)
//!
//! # What is supported
//!
//! 32-bit floats on flex, with Adam as in the paper. AMSGrad, weight decay, other devices and other
//! floats are Burn's Adam, silently. Clipping of gradients happens before, in either.
//!
//! A tensor whose memory is shared (a clone of the module is kept, say) is copied first, and the
//! other keeps its values.

mod adam;
mod update;

pub use adam::{Adam, adam};
