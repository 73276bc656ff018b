//! The activation functions of the post "Activation Functions in Deep Learning (Sigmoid, ReLU,
//! LReLU, PReLU, RReLU, ELU, Softmax)", one file each.
//!
//! A file holds the module, and the value and the derivative of the function as plain numbers: the
//! closed forms are what the tests hold Burn's autodiff against. [`ActivationConfig`] names one of
//! them in a config, [`Activation`] is the module made from it.
//!
//! # At the kink
//! ReLU and its relatives have no derivative at 0. Burn's autodiff returns there: 0 for ReLU, 1 for
//! LReLU, PReLU and RReLU (0 counts as positive), alpha for ELU. The closed forms return the same.

mod config;
mod derivative;
pub mod elu;
pub mod lrelu;
mod name;
mod parse;
pub mod prelu;
pub mod relu;
pub mod rrelu;
pub mod sigmoid;
mod slopes;
pub mod softmax;
mod validate;

pub use config::ActivationConfig;
pub use derivative::derivative_by_autodiff;
pub use elu::Elu;
pub use lrelu::LeakyRelu;
pub use parse::ParseActivationError;
pub use prelu::{PRelu, Sharing};
pub use relu::Relu;
pub use rrelu::{Draw, Rrelu, RreluConfig, Slopes, TestSlope};
pub use sigmoid::Sigmoid;
pub use softmax::Softmax;
pub use validate::ActivationError;

use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::Tensor;

/// An activation function inside a network.
///
/// Made by [`ActivationConfig::init`]. It is a module, so the slope of PReLU trains, freezes and is
/// saved with the network it sits in.
#[derive(Module, Debug)]
pub enum Activation {
    /// `f(x) = x`: no activation function at all.
    Identity(Identity),
    /// See [`sigmoid`].
    Sigmoid(Sigmoid),
    /// See [`relu`].
    Relu(Relu),
    /// See [`lrelu`].
    Lrelu(LeakyRelu),
    /// See [`prelu`].
    Prelu(PRelu),
    /// See [`rrelu`].
    Rrelu(Rrelu),
    /// See [`elu`].
    Elu(Elu),
    /// See [`softmax`]; taken over the last axis.
    Softmax(Softmax),
}

impl Activation {
    /// Applies the function to each element (softmax: to each row of the last axis).
    ///
    /// # Shapes
    /// - input: `[...]`; with slopes a channel, `[batch, channels, ...]`
    /// - output: as the input
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Identity(layer) => layer.forward(x),
            Self::Sigmoid(layer) => layer.forward(x),
            Self::Relu(layer) => layer.forward(x),
            Self::Lrelu(layer) => layer.forward(x),
            Self::Prelu(layer) => layer.forward(x),
            Self::Rrelu(layer) => layer.forward(x),
            Self::Elu(layer) => layer.forward(x),
            Self::Softmax(layer) => layer.forward(x),
        }
    }

    /// The learnt slopes of PReLU (one, or one a channel); nothing for the other functions.
    pub fn learnt_slopes(&self) -> Option<Vec<f32>> {
        match self {
            Self::Prelu(layer) => Some(layer.alpha.val().into_data().iter::<f32>().collect()),
            _ => None,
        }
    }
}
