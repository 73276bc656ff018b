//! Initial weights. The post does not tell them.
//!
//! `TensorFlow`'s tutorial on convolutions of that month drew from a truncated normal of standard
//! deviation 0.1 and set biases to 0.1, whatever the size of a layer. A 7x7 convolution of 16 maps
//! sums 784 products: weights of 0.1 multiply a signal by `sqrt(784 / 2) * 0.088 = 1.7`, of 32 maps
//! by 2.5, where He's weights keep it.

use burn::module::Param;
use burn::nn::Initializer;
use burn::tensor::{Device, Distribution, Tensor};
use retrace_core::layer::{he_normal, xavier_uniform};

/// Standard deviation before the cut, and the biases.
const TUTORIAL: f64 = 0.1;

/// How often a draw beyond the cut is drawn again. One of 22 is beyond it: of 10^9 numbers, one
/// is left after seven.
const REDRAWS: usize = 8;

/// How weights and biases begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Initial {
    /// A normal of 0.1, cut at two standard deviations; biases 0.1.
    Truncated,
    /// Uniform, as wide as inputs and outputs ask (Glorot & Bengio 2010); biases zero.
    Xavier,
    /// Normal, as wide as the inputs ask (He et al. 2015); biases zero.
    He,
}

/// Numbers that a layer sums for one output, and outputs to which one input goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fans {
    /// Numbers that are summed.
    pub inputs: usize,
    /// Sums that a number goes into.
    pub outputs: usize,
}

impl Initial {
    /// Name in arms.
    pub fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Xavier => "xavier",
            Self::He => "he",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::Truncated => "truncated normal 0.1",
            Self::Xavier => "Xavier",
            Self::He => "He",
        }
    }

    /// Weights of this shape, from the device's generator.
    pub fn weight<const D: usize>(
        self,
        shape: [usize; D],
        fans: Fans,
        device: &Device,
    ) -> Param<Tensor<D>> {
        let initializer = match self {
            Self::Truncated => return Param::from_tensor(truncated(shape, device)),
            Self::Xavier => xavier_uniform(),
            Self::He => he_normal(),
        };
        initializer.init_with(shape, Some(fans.inputs), Some(fans.outputs), device)
    }

    /// So many biases.
    pub fn bias(self, count: usize, device: &Device) -> Param<Tensor<1>> {
        let value = match self {
            Self::Truncated => TUTORIAL,
            Self::Xavier | Self::He => 0.0,
        };
        Initializer::Constant { value }.init([count], device)
    }
}

fn truncated<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let draw = || Tensor::<D>::random(shape, Distribution::Normal(0.0, TUTORIAL), device);
    let within = (0..REDRAWS).fold(draw(), |weights, _| {
        let beyond = weights.clone().abs().greater_elem(2.0 * TUTORIAL);
        weights.mask_where(beyond, draw())
    });
    within.clamp(-2.0 * TUTORIAL, 2.0 * TUTORIAL)
}
