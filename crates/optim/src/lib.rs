//! Adam, AdamW and SGD on the CPU in one pass over memory, for Burn's flex back end.
//!
//! [`adam`], [`adamw`] and [`sgd`] take the place of `AdamConfig::init`, `AdamWConfig::init` and
//! `SgdConfig::init`: same config, same records, and the same bits.
//!
//! ```
//! use burn::module::Module;
//! use burn::nn::LinearConfig;
//! use burn::optim::{AdamWConfig, GradientsParams};
//! use burn::tensor::{Device, Tensor};
//!
//! let device = Device::flex().autodiff();
//! let mut layer = LinearConfig::new(3, 2).init(&device);
//! let mut optimizer = retrace_optim::adamw(&AdamWConfig::new().with_weight_decay(0.01));
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
//! pass reads the gradient, the state and the parameter, writes the last two where they lie, and is
//! shared among the threads.
//!
//! # What is computed
//!
//! [`Adam`], [`AdamW`] and [`Sgd`] have their formulas. A method is a rule for one number of a
//! parameter and the numbers of state beside it; all rules are swept over memory by the same code.
//! Each number goes through the same operations in the same order as in Burn's optimizer, with no
//! fused multiply-add. All of them round correctly, so that parameters and state are Burn's to
//! the bit, on any number of threads. (Only the bits of a NaN may differ; where there is one is
//! the same.)
//!
//! # What is supported
//!
//! 32-bit floats on flex, with every setting of the three configs. Other devices and other floats
//! are Burn's own optimizer, silently, and so is a config with a field that this version does not
//! know. Clipping of gradients happens before, in either.
//!
//! A tensor whose memory is shared (a clone of the module is kept, say) is copied first, and the
//! other keeps its values.
//!
//! Nothing here panics on any input: tensors that do not fit each other are Burn's to refuse. There
//! is no `unsafe` code.
#![forbid(unsafe_code)]

mod adam;
mod flex;
mod rule;
mod sgd;

pub use adam::{Adam, AdamW, adam, adamw};
pub use sgd::{Sgd, SgdState, sgd};

use burn::optim::{ModuleOptimizer, Optimizer};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The fields of a config, which Burn shows in its serialised form only; `None` where they are
/// others than those that are known here, or a number is not finite.
fn settings<S: DeserializeOwned>(config: &impl Serialize) -> Option<S> {
    let fields = serde_json::to_value(config).ok()?;
    serde_json::from_value(fields).ok()
}

/// The optimizer of a module, with the clipping of gradients of Burn's.
fn with_clipping(optimizer: impl Optimizer, burns: &ModuleOptimizer) -> ModuleOptimizer {
    let optimizer = ModuleOptimizer::from(optimizer);
    match burns.grad_clipping() {
        Some(clipping) => optimizer.with_grad_clipping(clipping.clone()),
        None => optimizer,
    }
}
