//! The plain multilayer perceptron that several posts train, with its initial weights and the sizes
//! of its gradients.
//!
//! ```text
//! z_l = a_(l-1) W_l + b_l          a_l = f(z_l)          a_0 = input, l = 1..L
//! ```
//!
//! with f between the layers and no f after the last one. With `f = identity` it is the network of
//! the regularization post, linear however deep.
//!
//! # Initial weights
//! By their authors' names, as settings of Burn's [`Initializer`]. A sum of n inputs of variance v,
//! weighted by weights of variance s, has the variance n s v: the rules choose s so that values keep
//! their size from layer to layer.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};

use crate::activation::{Activation, ActivationConfig, ActivationError};

/// Xavier uniform: `U(-r, r)`, `r = sqrt(6 / (inputs + outputs))` (Glorot & Bengio 2010, eq. 16).
pub fn xavier_uniform() -> Initializer {
    Initializer::XavierUniform { gain: 1.0 }
}

/// He normal: `N(0, 2 / inputs)` (He et al. 2015, eq. 10), made for ReLU.
pub fn he_normal() -> Initializer {
    Initializer::KaimingNormal {
        gain: std::f64::consts::SQRT_2,
        fan_out_only: false,
    }
}

/// What network to build.
#[derive(Clone, Debug, PartialEq)]
pub struct MlpConfig {
    /// Units per layer, inputs first, outputs last: `[1, 10, 10, 10, 1]`.
    pub sizes: Vec<usize>,
    /// Function between the layers.
    pub activation: ActivationConfig,
    /// Distribution of the initial weights.
    pub initializer: Initializer,
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
        }
    }

    /// The same network with other initial weights.
    #[must_use]
    pub fn with_initializer(mut self, initializer: Initializer) -> Self {
        self.initializer = initializer;
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
        layer.bias = Some(Param::from_tensor(Tensor::zeros([outputs], device)));
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
}

/// The Euclidean norm of the gradient of each float parameter that has one, by path.
///
/// `sqrt(sum g^2)`, summed in 64 bits: the squares of a gradient that has vanished underflow in 32.
/// The paths, `layers.0.weight`, come in the order of the module's fields, biases among them.
pub fn gradient_norms<M: Module>(module: &M, gradients: &GradientsParams) -> Vec<(String, f64)> {
    let mut visitor = Norms {
        gradients,
        path: Vec::new(),
        norms: Vec::new(),
    };
    module.visit(&mut visitor);
    visitor.norms
}

struct Norms<'a> {
    gradients: &'a GradientsParams,
    path: Vec<String>,
    norms: Vec<(String, f64)>,
}

impl ModuleVisitor for Norms<'_> {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(gradient) = self.gradients.get::<D>(param.id) else {
            return;
        };
        let squares = gradient
            .into_data()
            .iter::<f64>()
            .map(|g| g * g)
            .sum::<f64>();
        self.norms.push((self.path.join("."), squares.sqrt()));
    }
}
