//! A network with layers that behave differently in training and in testing.
//!
//! The post's network is an example of Keras' without its dropout. Here that is back, a quarter of
//! the pooled numbers and half of the units of dense1, and batch normalization stands before the
//! first f: the two layers that the post names.
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
use burn::tensor::{Device, Tensor, activation};
use retrace_inspect::tap;

use crate::config::DebuggingConfig;
use crate::network::{CLASSES, FLAT, MAPS, NetworkConfig, UNITS};

/// The network; made by [`Phased::init`].
#[derive(Module, Debug)]
pub struct Phased {
    /// As in the post's network.
    pub conv1: Conv2d,
    /// Of its 32 maps.
    pub norm: BatchNorm,
    /// As in the post's network.
    pub conv2: Conv2d,
    /// As in the post's network.
    pub pool: MaxPool2d,
    /// After pooling.
    pub dropout1: Dropout,
    /// As in the post's network.
    pub dense1: Linear,
    /// After dense1.
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

    /// The probabilities of the classes; every stage has its name, see [`Stage::ALL`](crate::stage::Stage::ALL).
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
