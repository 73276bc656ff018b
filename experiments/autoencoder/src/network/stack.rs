//! The post's network: convolutions that keep the size of the picture.
//!
//! ```text
//! a_l = relu(W_l * a_(l-1) + b_l)     l = 1..5, 7x7, 32, 16, 16, 8 and 8 maps
//! y   = W_6 * a_5 + b_6               4x4, one map: L
//! y   = relu(W_6 * a_5 + b_6)         the same, where the answer is rectified as well
//! ```
//!
//! The post does not say whether its last layer had a ReLU. Whoever writes one function for a layer
//! and calls it six times has one there.

use burn::module::Module;
use burn::nn::conv::Conv2dConfig;
use burn::nn::{Dropout, DropoutConfig, Initializer, PaddingConfig2d};
use burn::tensor::{Device, Tensor};
use retrace_conv::Conv2d;

use super::Values;
use crate::initial::{Fans, Initial};

/// Side of the kernels of the hidden layers.
pub(crate) const KERNEL: usize = 7;
/// Side of the last layer's kernel. Even: of the four rows one is above the pixel and two below,
/// as `TensorFlow`'s padding `SAME` has it.
pub(crate) const LAST_KERNEL: usize = 4;

/// Where dropout erases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erase {
    /// After every hidden layer, as regularization.
    Between,
    /// After the last layer, as the post had it: pixels of the answer.
    Last,
}

/// What the last layer does to its sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing: any number may come out.
    Open,
    /// ReLU, as after the hidden layers.
    Rectified,
}

/// Convolutions that keep the size.
#[derive(Module, Debug)]
pub struct Stack {
    /// Nearest to the input first; the last one answers.
    pub layers: Vec<Conv2d>,
    /// After every hidden layer.
    pub between: Option<Dropout>,
    /// After the last one.
    pub last: Option<Dropout>,
    /// Whether the last layer has a ReLU.
    pub rectified: bool,
}

/// A convolution with padding that keeps the size.
pub(super) fn convolution(
    channels: [usize; 2],
    kernel: usize,
    stride: usize,
    initial: Initial,
    device: &Device,
) -> Conv2d {
    let [inputs, outputs] = channels;
    let around = kernel - 1;
    let (before, after) = (around / 2, around.div_ceil(2));
    let config = Conv2dConfig::new(channels, [kernel, kernel])
        .with_stride([stride, stride])
        .with_padding(PaddingConfig2d::Explicit(before, before, after, after))
        .with_initializer(Initializer::Zeros);
    let fans = Fans {
        inputs: inputs * kernel * kernel,
        outputs: outputs * kernel * kernel,
    };
    let mut layer = Conv2d::new(&config, device);
    layer.weight = initial.weight([outputs, inputs, kernel, kernel], fans, device);
    layer.bias = Some(initial.bias(outputs, device));
    layer
}

impl Stack {
    /// Hidden layers of so many maps, and the last one.
    pub fn new(
        features: &[usize],
        initial: Initial,
        answer: Answer,
        erase: Option<(Erase, f64)>,
        device: &Device,
    ) -> Self {
        let inputs = std::iter::once(1).chain(features.iter().copied());
        let outputs = features.iter().copied().chain([1]);
        let layers = inputs.zip(outputs).enumerate().map(|(index, (from, to))| {
            let kernel = if index == features.len() {
                LAST_KERNEL
            } else {
                KERNEL
            };
            convolution([from, to], kernel, 1, initial, device)
        });
        let dropout = |place: Erase| {
            let probability = erase.filter(|(found, _)| *found == place)?.1;
            Some(DropoutConfig::new(probability).init())
        };
        Self {
            layers: layers.collect(),
            between: dropout(Erase::Between),
            last: dropout(Erase::Last),
            rectified: answer == Answer::Rectified,
        }
    }

    pub(super) fn values(&self, x: Tensor<4>) -> Values {
        let (last, before) = self.layers.split_last().expect("a stack has a last layer");
        let mut hidden = Vec::new();
        let a = before.iter().fold(x, |x, layer| {
            let a = layer.forward_relu(x);
            hidden.push(a.clone());
            erased(self.between.as_ref(), a)
        });
        let answer = if self.rectified {
            last.forward_relu(a)
        } else {
            last.forward(a)
        };
        Values {
            hidden,
            output: erased(self.last.as_ref(), answer),
        }
    }
}

fn erased(dropout: Option<&Dropout>, x: Tensor<4>) -> Tensor<4> {
    match dropout {
        Some(dropout) => dropout.forward(x),
        None => x,
    }
}
