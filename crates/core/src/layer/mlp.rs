//! A plain multilayer perceptron.
//!
//! ```text
//! z_l = a_(l-1) W_l + b_l          a_l = f(z_l)          a_0 = input, l = 1..L
//! ```
//!
//! with f between the layers and no f after the last one. With `f = identity` it is the network of
//! the regularization post, linear however deep.

use burn::module::{Module, Param};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use serde::{Deserialize, Serialize};

use super::xavier_uniform;
use crate::activation::{Activation, ActivationConfig, ActivationError};

/// What network to build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MlpConfig {
    /// Units a layer, inputs first, outputs last: `[1, 10, 10, 10, 1]`.
    pub sizes: Vec<usize>,
    /// Function between the layers.
    pub activation: ActivationConfig,
    /// Distribution of the initial weights.
    pub initializer: Initializer,
    /// Whether layers have a bias; it starts at zero.
    pub bias: bool,
}

/// A network that cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MlpError {
    /// Fewer than two sizes, or a size of 0.
    #[error("a network needs at least two sizes, each 1 or more, and has {found:?}")]
    Sizes {
        /// The sizes given.
        found: Vec<usize>,
    },
    /// An activation function whose settings make no sense.
    #[error(transparent)]
    Activation(#[from] ActivationError),
}

impl MlpConfig {
    /// A network of these sizes, Xavier-uniform weights, zero biases.
    pub fn new(sizes: impl Into<Vec<usize>>, activation: ActivationConfig) -> Self {
        Self {
            sizes: sizes.into(),
            activation,
            initializer: xavier_uniform(),
            bias: true,
        }
    }

    /// The same network with other initial weights.
    #[must_use]
    pub fn with_initializer(mut self, initializer: Initializer) -> Self {
        self.initializer = initializer;
        self
    }

    /// The same network with or without biases.
    #[must_use]
    pub fn with_bias(mut self, bias: bool) -> Self {
        self.bias = bias;
        self
    }

    /// Checks the sizes and the activation function.
    ///
    /// # Errors
    /// Fewer than two sizes, or a size of 0; whatever [`ActivationConfig::validate`] refuses.
    pub fn validate(&self) -> Result<(), MlpError> {
        if self.sizes.len() < 2 || self.sizes.contains(&0) {
            return Err(MlpError::Sizes {
                found: self.sizes.clone(),
            });
        }
        self.activation.validate()?;
        Ok(())
    }

    /// Builds the network, drawing its weights from the device's generator, layer after layer.
    ///
    /// Seed the device before, and the weights are a function of the seed. (Burn's own layers draw
    /// when they are first used, in an order that is easy to disturb; here they have drawn when this
    /// returns.)
    ///
    /// # Errors
    /// As [`Self::validate`].
    pub fn init(&self, device: &Device) -> Result<Mlp, MlpError> {
        self.validate()?;
        let layers: Vec<Linear> = self
            .sizes
            .windows(2)
            .map(|pair| self.layer(pair[0], pair[1], device))
            .collect();
        let hidden = &self.sizes[1..self.sizes.len() - 1];
        let activations = hidden
            .iter()
            .map(|units| self.activation.init(*units, device))
            .collect();
        Ok(Mlp {
            layers,
            activations,
        })
    }

    fn layer(&self, inputs: usize, outputs: usize, device: &Device) -> Linear {
        let mut layer = LinearConfig::new(inputs, outputs)
            .with_bias(false)
            .with_initializer(self.initializer.clone())
            .init(device);
        drop(layer.weight.val()); // Draws now.
        // Burn would draw the biases, too, from the distribution of the weights.
        layer.bias = self
            .bias
            .then(|| Param::from_tensor(Tensor::zeros([outputs], device)));
        layer
    }
}

/// A multilayer perceptron; see [`MlpConfig`].
#[derive(Module, Debug)]
pub struct Mlp {
    /// The layers W, b, inputs first; their weights are `[inputs, outputs]`.
    pub layers: Vec<Linear>,
    /// The functions after all layers but the last.
    pub activations: Vec<Activation>,
}

/// What passed through a network.
#[derive(Clone, Debug)]
pub struct MlpValues {
    /// Each layer's values, inputs first.
    pub layers: Vec<LayerValues>,
}

/// What passed through one layer.
#[derive(Clone, Debug)]
pub struct LayerValues {
    /// z, before the activation function: `[batch, units]`.
    pub pre_activation: Tensor<2>,
    /// a, after it: `[batch, units]`; the last layer has no function, there a is z.
    pub activation: Tensor<2>,
}

impl Mlp {
    /// The output of the last layer.
    ///
    /// # Shapes
    /// - input: `[batch, sizes.first]`
    /// - output: `[batch, sizes.last]`
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let hidden = self.layers.iter().zip(&self.activations);
        let last = hidden.fold(x, |a, (layer, f)| f.forward(layer.forward(a)));
        self.layers[self.activations.len()].forward(last)
    }

    /// The same, with the values of each layer.
    ///
    /// # Shapes
    /// - input: `[batch, sizes.first]`
    /// - output: `[batch, sizes.last]`, and for layer l twice `[batch, sizes[l + 1]]`
    pub fn forward_with_activations(&self, x: Tensor<2>) -> (Tensor<2>, MlpValues) {
        let mut layers = Vec::with_capacity(self.layers.len());
        let mut activation = x;
        for (index, layer) in self.layers.iter().enumerate() {
            let pre_activation = layer.forward(activation);
            activation = match self.activations.get(index) {
                Some(f) => f.forward(pre_activation.clone()),
                None => pre_activation.clone(),
            };
            layers.push(LayerValues {
                pre_activation,
                activation: activation.clone(),
            });
        }
        (activation, MlpValues { layers })
    }
}
