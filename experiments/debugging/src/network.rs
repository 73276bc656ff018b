//! The post's network, with names for what goes from layer to layer.
//!
//! ```text
//!                 Keras (H x W x C)   Burn (C x H x W)   parameters
//! image             28 x 28 x  1         1 x 28 x 28
//! conv1, 3x3, f     26 x 26 x 32        32 x 26 x 26           320
//! conv2, 3x3, f     24 x 24 x 64        64 x 24 x 24        18,496
//! max-pool 2x2      12 x 12 x 64        64 x 12 x 12             0
//! flatten                   9216                9216             0
//! dense1, f                  128                 128     1,179,776
//! dense2, softmax             10                  10         1,290
//! ```
//!
//! Channels last or channels first are the same numbers in another order; the flattened list shows
//! the difference, and rows of `dense1` would have to move with it. f is ReLU in the post's first
//! script, and stands apart from the layers, as a sigmoid, in its second.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor, activation};
use retrace_core::activation::{Activation, ActivationConfig};
use retrace_data::{DIGIT_PIXELS, DIGIT_SIDE};
use retrace_inspect::tap;

/// Side of the kernels.
pub const KERNEL: usize = 3;
/// Maps of the two convolutions.
pub const MAPS: [usize; 2] = [32, 64];
/// Side of the pooled maps.
pub const POOLED: usize = (DIGIT_SIDE - 2 * (KERNEL - 1)) / 2;
/// Numbers of the flattened list.
pub const FLAT: usize = MAPS[1] * POOLED * POOLED;
/// Units of the hidden dense layer.
pub const UNITS: usize = 128;
/// Classes of digits.
pub const CLASSES: usize = 10;

/// What goes from layer to layer, in the order of the forward pass: before and after the activation
/// function, which is softmax for dense2.
pub const TAPS: [&str; 10] = [
    "conv1/before",
    "conv1/after",
    "conv2/before",
    "conv2/after",
    "pool",
    "flatten",
    "dense1/before",
    "dense1/after",
    "dense2/before",
    "dense2/after",
];

/// What network to build.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkConfig {
    /// All weights.
    pub weights: Initializer,
    /// All biases.
    pub biases: Initializer,
    /// f.
    pub activation: ActivationConfig,
    /// Units of the last layer.
    pub classes: usize,
}

impl NetworkConfig {
    /// As Keras begins: Glorot's uniform weights, no biases.
    pub fn keras() -> Self {
        Self {
            weights: Initializer::XavierUniform { gain: 1.0 },
            biases: Initializer::Zeros,
            activation: ActivationConfig::Relu,
            classes: CLASSES,
        }
    }

    /// The network of the post's checks: all weights one, no biases.
    pub fn ones() -> Self {
        Self {
            weights: Initializer::Ones,
            ..Self::keras()
        }
    }

    /// The network of the second script: a sigmoid that stands apart.
    // Deviation: biases are drawn, too. Keras starts them at zero, and a check could not tell
    // whether they were added.
    pub fn split() -> Self {
        Self {
            biases: Initializer::Uniform {
                min: -0.1,
                max: 0.1,
            },
            activation: ActivationConfig::Sigmoid,
            ..Self::keras()
        }
    }

    /// Builds it; what is drawn is drawn from the device's generator.
    pub fn init(&self, device: &Device) -> Network {
        Network {
            conv1: self.convolution([1, MAPS[0]], device),
            conv2: self.convolution(MAPS, device),
            pool: MaxPool2dConfig::new([2, 2]).init(),
            dense1: self.dense(FLAT, UNITS, device),
            dense2: self.dense(UNITS, self.classes, device),
            activation: self.activation.init(UNITS, device),
        }
    }

    /// A convolution that leaves out the border.
    pub(crate) fn convolution(&self, maps: [usize; 2], device: &Device) -> Conv2d {
        let config = Conv2dConfig::new(maps, [KERNEL, KERNEL]);
        let mut layer = config.with_initializer(self.weights.clone()).init(device);
        layer.bias = Some(self.bias(maps[1], device));
        layer
    }

    /// A dense layer.
    pub(crate) fn dense(&self, inputs: usize, outputs: usize, device: &Device) -> Linear {
        let config = LinearConfig::new(inputs, outputs);
        let mut layer = config.with_initializer(self.weights.clone()).init(device);
        layer.bias = Some(self.bias(outputs, device));
        layer
    }

    fn bias(&self, outputs: usize, device: &Device) -> Param<Tensor<1>> {
        self.biases.init([outputs], device)
    }
}

/// The post's network; see [`NetworkConfig`].
#[derive(Module, Debug)]
pub struct Network {
    /// 32 kernels of 3x3.
    pub conv1: Conv2d,
    /// 64 kernels of 3x3 over those maps.
    pub conv2: Conv2d,
    /// The largest of 2x2.
    pub pool: MaxPool2d,
    /// 128 units.
    pub dense1: Linear,
    /// One unit per class.
    pub dense2: Linear,
    /// f.
    pub activation: Activation,
}

impl Network {
    /// The probabilities of the classes; on the way everything in [`TAPS`] gets its name.
    ///
    /// # Shapes
    /// - input: `[batch, 1, 28, 28]`
    /// - output: `[batch, classes]`, each row sums to 1
    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        tap("dense2/after", activation::softmax(self.logits(x), 1))
    }

    /// What softmax is taken of, for the loss.
    ///
    /// # Shapes
    /// - input: `[batch, 1, 28, 28]`
    /// - output: `[batch, classes]`
    pub fn logits(&self, x: Tensor<4>) -> Tensor<2> {
        let x = tap("conv1/before", self.conv1.forward(x));
        let x = tap("conv1/after", self.activation.forward(x));
        let x = tap("conv2/before", self.conv2.forward(x));
        let x = tap("conv2/after", self.activation.forward(x));
        let x = tap("pool", self.pool.forward(x));
        let x: Tensor<2> = tap("flatten", x.flatten(1, 3));
        let x = tap("dense1/before", self.dense1.forward(x));
        let x = tap("dense1/after", self.activation.forward(x));
        tap("dense2/before", self.dense2.forward(x))
    }
}

/// A tensor of one image.
///
/// # Shapes
/// - pixels: 28 x 28
/// - output: `[1, 1, 28, 28]`
pub fn input(pixels: &[f32], device: &Device) -> Tensor<4> {
    Tensor::<1>::from_floats(pixels, device).reshape([1, 1, DIGIT_SIDE, DIGIT_PIXELS / DIGIT_SIDE])
}
