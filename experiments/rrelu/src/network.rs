//! The post's network: a multilayer perceptron, with or without batch normalisation.
//!
//! ```text
//! z_l = a_(l-1) W_l                          a_0 = pixels, l = 1..L
//! a_l = f(z_l + b_l)                         plain
//! a_l = f(gamma_l (z_l - mean) / sqrt(variance + epsilon) + b_l)         normalised
//! logits = a_L W + b
//! ```
//!
//! Mean and variance are a unit's over the batch in training, and in evaluation the running ones,
//! `running <- decay running + (1 - decay) batch`, from 0 and 1 (Ioffe & Szegedy 2015, algorithm 1;
//! the running averages are `TensorFlow`'s). Both variances divide by the batch, not by one less.

use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig};
use burn::tensor::{Device, Tensor};
use retrace_core::activation::{Activation, ActivationConfig};
use retrace_core::layer::{Mlp, MlpConfig, MlpError};
use serde::{Deserialize, Serialize};

/// Batch normalisation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Normalisation {
    /// How much of the running statistics a step keeps (0-1).
    pub decay: f64,
    /// What is added to the variance before the root is taken.
    pub epsilon: f64,
}

/// What network to build.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkConfig {
    /// Units a layer, inputs first, outputs last: `[784, 1024, 128, 10]`.
    pub sizes: Vec<usize>,
    /// f.
    pub activation: ActivationConfig,
    /// Before each f, or nowhere.
    pub normalisation: Option<Normalisation>,
}

impl NetworkConfig {
    /// Builds the network: Xavier-uniform weights from the device's generator, layer after layer,
    /// biases zero. Seed the device before; networks of the same sizes then start alike, whatever
    /// their f and with or without normalisation.
    ///
    /// # Errors
    /// Sizes or an activation function of which no network can be built.
    pub fn init(&self, device: &Device) -> Result<Network, MlpError> {
        let mut mlp = MlpConfig::new(self.sizes.clone(), self.activation).init(device)?;
        let mut norms = Vec::new();
        if let Some(normalisation) = self.normalisation {
            for layer in mlp.layers.iter_mut().take(mlp.activations.len()) {
                // The mean would take it out again; the normalisation brings its own.
                layer.bias = None;
                let [_, units] = layer.weight.dims();
                norms.push(normalisation.init(units, device));
            }
        }
        Ok(Network { mlp, norms })
    }
}

impl Normalisation {
    fn init(self, units: usize, device: &Device) -> BatchNorm {
        BatchNormConfig::new(units)
            .with_momentum(1.0 - self.decay)
            .with_epsilon(self.epsilon)
            .init(device)
    }
}

/// The post's network; see [`NetworkConfig`].
#[derive(Module, Debug)]
pub struct Network {
    /// Weights, biases and f.
    pub mlp: Mlp,
    /// Between a hidden layer's weights and its f, one each; none in a plain network.
    pub norms: Vec<BatchNorm>,
}

impl Network {
    /// The logits.
    ///
    /// # Shapes
    /// - input: `[batch, sizes.first]`
    /// - output: `[batch, sizes.last]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let hidden = self.mlp.activations.len();
        let last = (0..hidden).fold(x, |a, layer| self.hidden_layer(layer, a));
        self.mlp.layers[hidden].forward(last)
    }

    /// The values after each f, nearest to the input first.
    ///
    /// # Shapes
    /// - input: `[batch, sizes.first]`
    /// - output: of hidden layer l, `[batch, sizes[l + 1]]`
    pub fn hidden(&self, x: Tensor<2>) -> Vec<Tensor<2>> {
        let layers = 0..self.mlp.activations.len();
        let next = |a: &mut Tensor<2>, layer| {
            *a = self.hidden_layer(layer, a.clone());
            Some(a.clone())
        };
        layers.scan(x, next).collect()
    }

    /// The slopes that PReLU has learnt, a hidden layer each; none with another f.
    pub fn slopes(&self) -> Vec<f64> {
        let learnt = self.mlp.activations.iter();
        let learnt = learnt.filter_map(Activation::learnt_slopes).flatten();
        learnt.map(f64::from).collect()
    }

    fn hidden_layer(&self, layer: usize, x: Tensor<2>) -> Tensor<2> {
        let z = self.mlp.layers[layer].forward(x);
        let z = match self.norms.get(layer) {
            Some(norm) => norm.forward(z),
            None => z,
        };
        self.mlp.activations[layer].forward(z)
    }
}
