//! A network with layers that behave differently in training and in testing.
//!
//! The post's network is an example of Keras' without its dropout. Here that is back, a quarter of
//! the pooled numbers and half of the units of dense1, and batch normalization stands before the
//! first f: the two layers that the post names. Each [`Stage`] can be asked alone.
//!
//! ```text
//! dropout     training: x / (1 - p) or, with probability p, 0          testing: x
//! norm        training: gamma (x - m) / sqrt(v + epsilon) + beta,      m, v: of the batch
//!             testing:  the same,                                      m, v: running averages
//! ```

use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear};
use burn::tensor::{Device, Tensor, TensorData, activation};
use retrace_inspect::{Result, record, tap};
use serde::{Deserialize, Serialize};

use crate::config::DebuggingConfig;
use crate::network::{CLASSES, FLAT, MAPS, NetworkConfig, UNITS};

/// The network; made by [`Phased::init`].
#[derive(Module, Debug)]
pub struct Phased {
    /// As in the post's network.
    pub conv1: Conv2d,
    /// Batch normalization of its 32 maps.
    pub norm: BatchNorm,
    /// As in the post's network.
    pub conv2: Conv2d,
    /// As in the post's network.
    pub pool: MaxPool2d,
    /// Dropout of pooled numbers.
    pub dropout1: Dropout,
    /// As in the post's network.
    pub dense1: Linear,
    /// Dropout of units.
    pub dropout2: Dropout,
    /// As in the post's network.
    pub dense2: Linear,
}

impl Phased {
    /// Builds it with weights as Keras draws them.
    pub fn init(config: &DebuggingConfig, device: &Device) -> Self {
        let layers = NetworkConfig::keras();
        Self {
            conv1: layers.convolution([1, MAPS[0]], device),
            norm: BatchNormConfig::new(MAPS[0]).init(device),
            conv2: layers.convolution(MAPS, device),
            pool: MaxPool2dConfig::new([2, 2]).init(),
            dropout1: DropoutConfig::new(config.dropout_pool).init(),
            dense1: layers.dense(FLAT, UNITS, device),
            dropout2: DropoutConfig::new(config.dropout_dense).init(),
            dense2: layers.dense(UNITS, CLASSES, device),
        }
    }

    /// The probabilities of the classes; behind every [`Stage`] is a tap of its name.
    ///
    /// # Shapes
    /// - input: `[batch, 1, 28, 28]`
    /// - output: `[batch, 10]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let x = tap("conv1", self.conv1.forward(x));
        let x = tap("norm", self.norm.forward(x));
        let x = tap("relu", activation::relu(x));
        let x = tap("conv2", self.conv2.forward(x));
        let x = tap("pool", self.pool.forward(activation::relu(x)));
        let x = tap("dropout1", self.dropout1.forward(x));
        let x: Tensor<2> = tap("flatten", x.flatten(1, 3));
        let x = tap("dense1", activation::relu(self.dense1.forward(x)));
        let x = tap("dropout2", self.dropout2.forward(x));
        tap("dense2", activation::softmax(self.dense2.forward(x), 1))
    }
}

/// A stage of [`Phased`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Convolution.
    Conv1,
    /// Batch normalization.
    Norm,
    /// ReLU.
    Relu,
    /// Convolution.
    Conv2,
    /// ReLU and max-pool.
    Pool,
    /// Dropout of pooled numbers.
    Dropout1,
    /// Maps to a list.
    Flatten,
    /// Dense layer with ReLU.
    Dense1,
    /// Dropout of units.
    Dropout2,
    /// Dense layer with softmax.
    Dense2,
}

impl Stage {
    /// All stages, in the order of the forward pass.
    pub const ALL: [Self; 10] = [
        Self::Conv1,
        Self::Norm,
        Self::Relu,
        Self::Conv2,
        Self::Pool,
        Self::Dropout1,
        Self::Flatten,
        Self::Dense1,
        Self::Dropout2,
        Self::Dense2,
    ];
    /// The stages that the post says behave differently in the two phases.
    pub const TWOFOLD: [Self; 3] = [Self::Norm, Self::Dropout1, Self::Dropout2];

    /// The taps behind the stages in the whole network, in the order of the forward pass.
    pub const NAMES: [&str; 10] = [
        "conv1", "norm", "relu", "conv2", "pool", "dropout1", "flatten", "dense1", "dropout2",
        "dense2",
    ];

    /// The tap behind this stage in the whole network.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// This stage alone on `input`, in the phase that `network` is in: a training phase where its
    /// device has autodiff.
    ///
    /// # Errors
    /// As [`record()`].
    pub fn alone(self, network: &Phased, input: &TensorData) -> Result<TensorData> {
        match self {
            Self::Conv1 => run(network, input, |n, x: Tensor<4>| n.conv1.forward(x)),
            Self::Norm => run(network, input, |n, x: Tensor<4>| n.norm.forward(x)),
            Self::Relu => run(network, input, |_, x: Tensor<4>| activation::relu(x)),
            Self::Conv2 => run(network, input, |n, x: Tensor<4>| n.conv2.forward(x)),
            Self::Pool => run(network, input, |n, x: Tensor<4>| {
                n.pool.forward(activation::relu(x))
            }),
            Self::Dropout1 => run(network, input, |n, x: Tensor<4>| n.dropout1.forward(x)),
            Self::Flatten => run(network, input, |_, x: Tensor<4>| x.flatten::<2>(1, 3)),
            Self::Dense1 => run(network, input, |n, x: Tensor<2>| {
                activation::relu(n.dense1.forward(x))
            }),
            Self::Dropout2 => run(network, input, |n, x: Tensor<2>| n.dropout2.forward(x)),
            Self::Dense2 => run(network, input, |n, x: Tensor<2>| {
                activation::softmax(n.dense2.forward(x), 1)
            }),
        }
    }
}

fn run<const D: usize, const E: usize>(
    network: &Phased,
    input: &TensorData,
    stage: impl Fn(&Phased, Tensor<D>) -> Tensor<E>,
) -> Result<TensorData> {
    let device: Device = network.conv1.weight.device();
    let input = Tensor::<D>::from_data(input.clone(), &device);
    let mut values = record(network, input, |n, x| tap("stage", stage(n, x)), &["stage"])?;
    Ok(values.remove(0))
}
