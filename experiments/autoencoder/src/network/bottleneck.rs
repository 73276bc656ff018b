//! A network that cannot pass its input through: all that it answers goes through a short code.
//!
//! ```text
//! a_1 = relu(conv 5x5, stride 2)      16 maps of half the sides (rounded up)
//! a_2 = relu(conv 5x5, stride 2)      32 maps of a quarter
//! c   = W a_2 + b                     the code
//! d_2 = relu(V c + e)                 32 maps of a quarter
//! d_1 = relu(transposed 4x4, stride 2)
//! y   = transposed 4x4, stride 2, cut to the picture
//! ```
//!
//! A circle of a known radius is two numbers, two circles are four: no smaller code can do.

use burn::module::Module;
use burn::nn::conv::{ConvTranspose2d, ConvTranspose2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use retrace_conv::Conv2d;

use super::Values;
use super::stack::convolution;
use crate::data::Size;
use crate::initial::{Fans, Initial};

/// Feature maps of the encoder, nearest to the input first.
pub(crate) const MAPS: [usize; 2] = [16, 32];
/// Side of the encoder's kernels.
pub(crate) const DOWN: usize = 5;
/// Side of the decoder's kernels.
pub(crate) const UP: usize = 4;

/// Encoder, code, decoder.
#[derive(Module, Debug)]
pub struct Bottleneck {
    /// Strided convolutions.
    pub encoder: Vec<Conv2d>,
    /// To the code.
    pub code: Linear,
    /// From the code.
    pub expand: Linear,
    /// Transposed convolutions.
    pub decoder: Vec<ConvTranspose2d>,
    /// Width and height of the pictures.
    pub width: usize,
    /// Height.
    pub height: usize,
}

/// Size of the maps in the middle.
pub(crate) fn quarter(size: Size) -> Size {
    let quarter = |side: usize| side.div_ceil(2).div_ceil(2);
    Size {
        width: quarter(size.width),
        height: quarter(size.height),
    }
}

/// A dense layer.
pub(super) fn dense(inputs: usize, outputs: usize, initial: Initial, device: &Device) -> Linear {
    let config = LinearConfig::new(inputs, outputs).with_initializer(Initializer::Zeros);
    let mut layer = config.init(device);
    layer.weight = initial.weight([inputs, outputs], Fans { inputs, outputs }, device);
    layer.bias = Some(initial.bias(outputs, device));
    layer
}

fn transposed(from: usize, to: usize, initial: Initial, device: &Device) -> ConvTranspose2d {
    let config = ConvTranspose2dConfig::new([from, to], [UP, UP])
        .with_stride([2, 2])
        .with_padding([1, 1])
        .with_initializer(Initializer::Zeros);
    // Of the 16 places of a kernel, a stride of two leaves four to each output.
    let fans = Fans {
        inputs: from * UP * UP / 4,
        outputs: to * UP * UP,
    };
    let mut layer = config.init(device);
    layer.weight = initial.weight([from, to, UP, UP], fans, device);
    layer.bias = Some(initial.bias(to, device));
    layer
}

impl Bottleneck {
    /// For pictures of this size and a code of so many numbers.
    pub fn new(size: Size, code: usize, initial: Initial, device: &Device) -> Self {
        let [first, second] = MAPS;
        let middle = second * quarter(size).pixels();
        Self {
            encoder: vec![
                convolution([1, first], DOWN, 2, initial, device),
                convolution([first, second], DOWN, 2, initial, device),
            ],
            code: dense(middle, code, initial, device),
            expand: dense(code, middle, initial, device),
            decoder: vec![
                transposed(second, first, initial, device),
                transposed(first, 1, initial, device),
            ],
            width: size.width,
            height: size.height,
        }
    }

    pub(super) fn values(&self, x: Tensor<4>) -> Values {
        let first = self.encoder[0].forward_relu(x);
        let second = self.encoder[1].forward_relu(first.clone());
        let shape = second.dims();
        let code = self.code.forward(second.clone().flatten::<2>(1, 3));
        let third = relu(self.expand.forward(code)).reshape(shape);
        let fourth = relu(self.decoder[0].forward(third.clone()));
        let output = self.decoder[1].forward(fourth.clone());
        let [batch, channels, ..] = output.dims();
        Values {
            output: output.slice([0..batch, 0..channels, 0..self.height, 0..self.width]),
            hidden: vec![first, second, third, fourth],
        }
    }
}
