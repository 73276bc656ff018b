//! Burn's layers and optimizer or ours: all in which the compared trainings differ.

use std::str::FromStr;

use burn::module::Module;
use burn::nn::conv::{self, Conv2dConfig};
use burn::nn::pool::MaxPool2dConfig;
use burn::optim::{AdamConfig, ModuleOptimizer};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use retrace_conv::Algorithm;

/// Whose convolution, ReLU after it, max-pool and Adam the trainings have.
#[derive(Clone, Copy, Debug)]
pub enum Mode {
    /// Burn's.
    Flex,
    /// Ours, with ReLU in the convolution.
    Ours(Algorithm),
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "flex" => Ok(Self::Flex),
            "auto" => Ok(Self::Ours(Algorithm::Auto)),
            "exact" => Ok(Self::Ours(Algorithm::Exact)),
            _ => Err(format!(
                "expected the mode flex, auto or exact, found {text}"
            )),
        }
    }
}

impl Mode {
    /// A layer of its own.
    pub fn convolution(self, config: &Conv2dConfig, device: &Device) -> Convolution {
        match self {
            Self::Flex => Convolution::Flex(config.init(device)),
            Self::Ours(algorithm) => Convolution::Ours(
                retrace_conv::Conv2d::new(config, device).with_algorithm(algorithm),
            ),
        }
    }

    /// Its Adam, with PyTorch's settings.
    pub fn adam(self) -> ModuleOptimizer {
        let config = AdamConfig::new().with_epsilon(1e-8);
        match self {
            Self::Flex => config.init(),
            Self::Ours(_) => retrace_optim::adam(&config),
        }
    }

    /// Its pool.
    pub fn max_pool_2x2(self) -> fn(Tensor<4>) -> Tensor<4> {
        match self {
            Self::Flex => |x| {
                let pool = MaxPool2dConfig::new([2, 2]).with_strides([2, 2]);
                pool.init().forward(x)
            },
            Self::Ours(_) => retrace_conv::max_pool_2x2,
        }
    }
}

/// One convolution.
#[derive(Module, Debug)]
pub enum Convolution {
    /// Burn's.
    Flex(conv::Conv2d),
    /// Ours.
    Ours(retrace_conv::Conv2d),
}

impl Convolution {
    /// The convolution.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Flex(layer) => layer.forward(x),
            Self::Ours(layer) => layer.forward(x),
        }
    }

    /// The convolution, and a ReLU after it.
    pub fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Flex(layer) => relu(layer.forward(x)),
            Self::Ours(layer) => layer.forward_relu(x),
        }
    }
}
