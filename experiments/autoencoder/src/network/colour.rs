//! The post's first attempt: from L to a and b by two convolutions and one dense layer.
//!
//! ```text
//! a_1, a_2 = relu(conv 5x5)           about 30 maps each, the size kept
//! (a, b)   = W a_2 + b                one weight for each map's pixel and each answer
//! ```
//!
//! At 150x100 W has 30 * 15,000 * 30,000 weights, 54 GB; the author, whose card had 4 GB, does not
//! say how it went in. The size of the kernels is not told; 5x5 is that of `TensorFlow`'s tutorial.

use burn::module::Module;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor};
use retrace_conv::Conv2d;

use super::Values;
use super::bottleneck::dense;
use super::stack::convolution;
use crate::data::Size;
use crate::initial::Initial;

/// Side of the kernels.
pub(crate) const KERNEL: usize = 5;
/// a and b.
pub(crate) const CHANNELS: usize = 2;

/// Convolutions and a dense layer.
#[derive(Module, Debug)]
pub struct Colour {
    /// Nearest to the input first.
    pub layers: Vec<Conv2d>,
    /// To a of all pixels, then b of all pixels.
    pub dense: Linear,
}

impl Colour {
    /// For pictures of this size.
    pub fn new(size: Size, features: &[usize], initial: Initial, device: &Device) -> Self {
        let inputs = std::iter::once(1).chain(features.iter().copied());
        let layers = inputs.zip(features);
        let layers = layers.map(|(from, to)| convolution([from, *to], KERNEL, 1, initial, device));
        let maps = features.last().copied().unwrap_or(1);
        Self {
            layers: layers.collect(),
            dense: dense(
                maps * size.pixels(),
                CHANNELS * size.pixels(),
                initial,
                device,
            ),
        }
    }

    pub(super) fn values(&self, x: Tensor<4>) -> Values {
        let [batch, _, height, width] = x.dims();
        let mut hidden = Vec::new();
        let a = self.layers.iter().fold(x, |x, layer| {
            let a = layer.forward_relu(x);
            hidden.push(a.clone());
            a
        });
        let output = self.dense.forward(a.flatten::<2>(1, 3));
        Values {
            hidden,
            output: output.reshape([batch, CHANNELS, height, width]),
        }
    }
}
