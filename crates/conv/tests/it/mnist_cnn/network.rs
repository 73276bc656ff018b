//! The network of Keras' example for MNIST, with either layer.

use burn::module::{Module, ModuleDisplay};
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use retrace_conv::{Conv2d, max_pool_2x2};

/// A layer, and the max-pool that belongs to it.
pub trait Convolution: Module + ModuleDisplay {
    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4>;
    fn max_pool(x: Tensor<4>) -> Tensor<4>;
}

impl Convolution for BurnConv2d {
    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        relu(self.forward(x))
    }

    fn max_pool(x: Tensor<4>) -> Tensor<4> {
        MaxPool2dConfig::new([2, 2]).init().forward(x)
    }
}

impl Convolution for Conv2d {
    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        Conv2d::forward_relu(self, x)
    }

    fn max_pool(x: Tensor<4>) -> Tensor<4> {
        max_pool_2x2(x)
    }
}

/// 32 and 64 channels of 3x3, max-pool, 128 units, 10 logits.
#[derive(Module, Debug)]
pub struct Network<C: Module> {
    first: C,
    second: C,
    dense: Linear,
    logits: Linear,
}

/// With Burn's layers, whose weights are drawn here.
pub fn burns(device: &Device) -> Network<BurnConv2d> {
    let network = Network {
        first: Conv2dConfig::new([1, 32], [3, 3]).init(device),
        second: Conv2dConfig::new([32, 64], [3, 3]).init(device),
        dense: LinearConfig::new(64 * 12 * 12, 128).init(device),
        logits: LinearConfig::new(128, 10).init(device),
    };
    // Weights are drawn at first use: now, and not once for each of two copies.
    drop(network.forward(Tensor::zeros([1, 1, 28, 28], device)));
    network
}

/// The same weights with the layers of this crate.
pub fn ours(network: Network<BurnConv2d>) -> Network<Conv2d> {
    Network {
        first: network.first.into(),
        second: network.second.into(),
        dense: network.dense,
        logits: network.logits,
    }
}

impl<C: Convolution> Network<C> {
    /// # Shapes
    /// `[batch, 1, 28, 28]` to `[batch, 10]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let a = self.second.forward_relu(self.first.forward_relu(x));
        let a = C::max_pool(a).flatten::<2>(1, 3);
        self.logits.forward(relu(self.dense.forward(a)))
    }
}
