//! The posts' networks.

use burn::module::Module;
use burn::nn::conv::Conv2dConfig;
use burn::nn::{BatchNorm, BatchNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::{Mlp, MlpConfig, MlpError};

use crate::mode::{Convolution, Mode};

/// Convolutions one after the other, with a ReLU between them.
#[derive(Module, Debug)]
pub struct Convolutions {
    hidden: Vec<Convolution>,
    last: Convolution,
}

impl Convolutions {
    /// Six 'same' convolutions, 1-32-16-16-8-8-1: five of 7x7 and one of 4x4.
    pub fn autoencoder(mode: Mode, device: &Device) -> Self {
        let layer = |channels, kernel| {
            let config = Conv2dConfig::new(channels, [kernel, kernel]);
            mode.convolution(&config.with_padding(PaddingConfig2d::Same), device)
        };
        let hidden = [[1, 32], [32, 16], [16, 16], [16, 8], [8, 8]];
        Self {
            hidden: hidden.map(|channels| layer(channels, 7)).into(),
            last: layer([8, 1], 4),
        }
    }

    /// Eight 3x3 convolutions without padding, Q / 8 channels more a layer, to Q colours.
    pub fn colorization(colours: usize, mode: Mode, device: &Device) -> Self {
        let layer = |inputs, outputs| {
            let config = Conv2dConfig::new([inputs, outputs], [3, 3]);
            mode.convolution(&config, device)
        };
        let step = colours / 8;
        let first = layer(1, step);
        let others = (1..7).map(|n| layer(n * step, (n + 1) * step));
        Self {
            hidden: std::iter::once(first).chain(others).collect(),
            last: layer(7 * step, colours),
        }
    }

    /// # Shapes
    /// - input: `[batch, 1, rows, columns]`
    /// - output: `[batch, channels, rows, columns]`, fewer rows and columns without padding
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let hidden = self.hidden.iter();
        self.last
            .forward(hidden.fold(x, |a, layer| layer.forward_relu(a)))
    }
}

/// Keras' example for MNIST.
#[derive(Module, Debug)]
pub struct Cnn {
    first: Convolution,
    second: Convolution,
    #[module(skip)]
    max_pool: fn(Tensor<4>) -> Tensor<4>,
    dense: Linear,
    logits: Linear,
}

impl Cnn {
    /// 32 and 64 channels of 3x3, max-pool, 128 units, 10 logits.
    pub fn new(mode: Mode, device: &Device) -> Self {
        let layer = |channels| mode.convolution(&Conv2dConfig::new(channels, [3, 3]), device);
        Self {
            first: layer([1, 32]),
            second: layer([32, 64]),
            max_pool: mode.max_pool_2x2(),
            dense: LinearConfig::new(64 * 12 * 12, 128).init(device),
            logits: LinearConfig::new(128, 10).init(device),
        }
    }

    /// # Shapes
    /// - input: `[batch, 1, 28, 28]`
    /// - output: `[batch, 10]`
    pub fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let a = self.second.forward_relu(self.first.forward_relu(x));
        let a = (self.max_pool)(a).flatten::<2>(1, 3);
        self.logits.forward(relu(self.dense.forward(a)))
    }
}

/// 784-1024-128-10 with ReLU, plain or with batch normalisation before it.
#[derive(Module, Debug)]
pub struct Perceptron {
    mlp: Mlp,
    norms: Vec<BatchNorm>,
}

impl Perceptron {
    /// # Errors
    /// None of these sizes; [`MlpConfig::init`] checks them.
    pub fn new(normalised: bool, device: &Device) -> Result<Self, MlpError> {
        let sizes = [784, 1024, 128, 10];
        let mut mlp = MlpConfig::new(sizes, ActivationConfig::Relu).init(device)?;
        let mut norms = Vec::new();
        if normalised {
            for (layer, units) in mlp.layers.iter_mut().zip([1024, 128]) {
                layer.bias = None; // The mean would take it out again.
                norms.push(BatchNormConfig::new(units).init(device));
            }
        }
        Ok(Self { mlp, norms })
    }

    /// # Shapes
    /// - input: `[batch, 784]`
    /// - output: `[batch, 10]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let Self { mlp, norms } = self;
        let mut a = x;
        for (l, f) in mlp.activations.iter().enumerate() {
            let z = mlp.layers[l].forward(a);
            a = f.forward(match norms.get(l) {
                Some(norm) => norm.forward(z),
                None => z,
            });
        }
        mlp.layers[mlp.activations.len()].forward(a)
    }
}
