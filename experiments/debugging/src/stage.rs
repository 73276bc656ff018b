//! The stages of [`Phased`], each alone.

use burn::tensor::{Device, Tensor, TensorData, activation};
use retrace_inspect::{Result, record, tap};

use crate::phased::Phased;

/// A stage of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// All, in the order of the forward pass.
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
    /// Those that the post says behave differently in the two phases.
    pub const TWOFOLD: [Self; 3] = [Self::Norm, Self::Dropout1, Self::Dropout2];

    /// The tap behind it in the whole network.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conv1 => "conv1",
            Self::Norm => "norm",
            Self::Relu => "relu",
            Self::Conv2 => "conv2",
            Self::Pool => "pool",
            Self::Dropout1 => "dropout1",
            Self::Flatten => "flatten",
            Self::Dense1 => "dense1",
            Self::Dropout2 => "dropout2",
            Self::Dense2 => "dense2",
        }
    }

    /// This stage alone on `input`, in the phase that `network` is in: a training phase where its
    /// device has autodiff.
    ///
    /// # Errors
    /// As [`record()`].
    pub fn alone(self, network: &Phased, input: &TensorData) -> Result<TensorData> {
        match self {
            Self::Conv1 => look(network, input, |n, x: Tensor<4>| n.conv1.forward(x)),
            Self::Norm => look(network, input, |n, x: Tensor<4>| n.norm.forward(x)),
            Self::Relu => look(network, input, |_, x: Tensor<4>| activation::relu(x)),
            Self::Conv2 => look(network, input, |n, x: Tensor<4>| n.conv2.forward(x)),
            Self::Pool => look(network, input, |n, x: Tensor<4>| {
                n.pool.forward(activation::relu(x))
            }),
            Self::Dropout1 => look(network, input, |n, x: Tensor<4>| n.dropout1.forward(x)),
            Self::Flatten => look(network, input, |_, x: Tensor<4>| x.flatten::<2>(1, 3)),
            Self::Dense1 => look(network, input, |n, x: Tensor<2>| {
                activation::relu(n.dense1.forward(x))
            }),
            Self::Dropout2 => look(network, input, |n, x: Tensor<2>| n.dropout2.forward(x)),
            Self::Dense2 => look(network, input, |n, x: Tensor<2>| {
                activation::softmax(n.dense2.forward(x), 1)
            }),
        }
    }
}

fn look<const D: usize, const E: usize>(
    network: &Phased,
    input: &TensorData,
    stage: impl Fn(&Phased, Tensor<D>) -> Tensor<E>,
) -> Result<TensorData> {
    let device: Device = network.conv1.weight.device();
    let input = Tensor::<D>::from_data(input.clone(), &device);
    let mut found = record(network, input, |n, x| tap("stage", stage(n, x)), &["stage"])?;
    Ok(found.remove(0))
}
