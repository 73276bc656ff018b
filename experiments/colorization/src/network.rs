//! The post's network: eight convolutions of 3x3, no padding, stride 1.
//!
//! ```text
//! a_0 = (L - 50) / 50
//! z_k = a_(k-1) * W_k + b_k        k floor(Q / 8) filters for k = 1..7, Q for k = 8
//! a_k = max(0, z_k)
//! x   = z_8, from a_7 as described, from z_7 as written
//! ```
//!
//! Each layer takes a pixel from every side: 32x32 in, 16x16 out. As written, the ReLU of layer 7 is
//! made and then not used: layers 7 and 8 are one linear map.

use burn::module::{Module, Param};
use burn::nn::Initializer;
use burn::nn::conv::Conv2dConfig;
use burn::tensor::{Device, Tensor};
use retrace_conv::Conv2d;
use serde::{Deserialize, Serialize};

/// Layers.
pub const LAYERS: usize = 8;
/// Pixels that the output lacks on each side.
pub const MARGIN: usize = LAYERS;

/// What network to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkConfig {
    /// Q: the filters grow by an eighth of it, rounded down, at least 1.
    pub bins: usize,
    /// Filters of the last layer: Q, or 2 for a and b.
    pub outputs: usize,
    /// Whether layer 8 reads what layer 7 gives before its ReLU.
    pub before_relu: bool,
}

impl NetworkConfig {
    /// Channels, the picture's first: `[1, Q/8, 2 Q/8, ..., outputs]`.
    pub fn channels(&self) -> Vec<usize> {
        let step = (self.bins / LAYERS).max(1);
        let inner = (1..LAYERS).map(|layer| layer * step);
        let ends = (std::iter::once(1), std::iter::once(self.outputs));
        ends.0.chain(inner).chain(ends.1).collect()
    }

    /// Builds the network: Xavier-uniform weights from the device's generator, layer after layer,
    /// biases zero. Seed the device before.
    pub fn init(&self, device: &Device) -> Network {
        let channels = self.channels();
        let layers = channels.windows(2).map(|pair| {
            let config = Conv2dConfig::new([pair[0], pair[1]], [3, 3])
                .with_initializer(Initializer::XavierUniform { gain: 1.0 })
                .with_bias(false);
            let mut layer = Conv2d::new(&config, device);
            layer.bias = Some(Param::from_tensor(Tensor::zeros([pair[1]], device)));
            layer
        });
        Network {
            layers: layers.collect(),
            before_relu: self.before_relu,
        }
    }
}

/// The post's network; see [`NetworkConfig`].
#[derive(Module, Debug)]
pub struct Network {
    /// Nearest to the picture first.
    pub layers: Vec<Conv2d>,
    /// Whether layer 8 reads what layer 7 gives before its ReLU.
    #[module(skip)]
    pub before_relu: bool,
}

impl Network {
    /// What the last layer gives for each pixel: logits of bins, or a and b in units of
    /// [`REACH`](crate::bins::REACH).
    ///
    /// # Shapes
    /// - lightness: `[batch, 1, height, width]`, L from 0 to 100
    /// - output: `[batch, outputs, height - 16, width - 16]`
    pub fn forward(&self, lightness: Tensor<4>) -> Tensor<4> {
        let last = self.layers.len() - 1;
        let layers = self.layers.iter().enumerate();
        layers.fold((lightness - 50.0) / 50.0, |a, (index, layer)| {
            let linear = index == last || (self.before_relu && index + 1 == last);
            if linear {
                layer.forward(a)
            } else {
                layer.forward_relu(a)
            }
        })
    }

    /// Numbers that the last layer has for a pixel.
    pub fn outputs(&self) -> usize {
        let last = self.layers.last();
        last.map_or(0, |layer| layer.weight.dims()[0])
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        self.num_params()
    }
}
