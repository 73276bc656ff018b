//! The post's network, 1-10-10-10-1 without activation functions, and its weights as numbers.
//!
//! Without activation functions the layers multiply out to a line, however many they are:
//!
//! ```text
//! f(x) = (x W1 + b1) W2 + b2 ... = slope x + intercept      slope = W1 W2 W3 W4
//! ```

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::{Mlp, MlpConfig};
use retrace_lab::{Error, Result};
use serde::{Deserialize, Serialize};

use crate::points::Line;

/// The network with fresh weights, drawn from the device's generator: Xavier uniform, biases zero.
///
/// # Errors
/// Sizes that make no network.
pub fn network(sizes: &[usize], device: &Device) -> Result<Mlp> {
    MlpConfig::new(sizes, ActivationConfig::Identity)
        .init(device)
        .map_err(|error| Error::Other(Box::new(error)))
}

/// One layer as plain numbers: a W + b.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// `weights[unit in][unit out]`.
    pub weights: Vec<Vec<f64>>,
    /// One per unit out.
    pub biases: Vec<f64>,
}

/// All layers as plain numbers, the input's first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layers(pub Vec<Layer>);

impl Layer {
    /// The values of its units for the values `a` of the layer before.
    pub fn forward(&self, a: &[f64]) -> Vec<f64> {
        let mut z = self.biases.clone();
        for (value, row) in a.iter().zip(&self.weights) {
            for (z, weight) in z.iter_mut().zip(row) {
                *z += value * weight;
            }
        }
        z
    }
}

impl Layers {
    /// The numbers of a network.
    pub fn from_network(network: &Mlp) -> Self {
        let layer = |layer: &burn::nn::Linear| {
            let outputs = layer.weight.dims()[1];
            let weights = numbers(layer.weight.val());
            Layer {
                weights: weights.chunks(outputs).map(<[f64]>::to_vec).collect(),
                biases: layer
                    .bias
                    .as_ref()
                    .map_or_else(|| vec![0.0; outputs], |bias| numbers(bias.val())),
            }
        };
        Self(network.layers.iter().map(layer).collect())
    }

    /// A network with these numbers.
    ///
    /// # Errors
    /// Sizes that make no network.
    pub fn network(&self, device: &Device) -> Result<Mlp> {
        let mut network = network(&self.sizes(), device)?;
        for (to, from) in network.layers.iter_mut().zip(&self.0) {
            let shape = [from.weights.len(), from.biases.len()];
            let weights = TensorData::new(from.weights.concat(), shape);
            let biases = TensorData::new(from.biases.clone(), [from.biases.len()]);
            to.weight = Param::from_tensor(Tensor::from_data(weights.convert::<f32>(), device));
            to.bias = Some(Param::from_tensor(Tensor::from_data(
                biases.convert::<f32>(),
                device,
            )));
        }
        Ok(network)
    }

    /// Units of each layer, the input first.
    pub fn sizes(&self) -> Vec<usize> {
        let outputs = self.0.iter().map(|layer| layer.biases.len());
        let input = self.0.first().map(|layer| layer.weights.len());
        input.into_iter().chain(outputs).collect()
    }

    /// The values of every layer's units for the input `x`, which is the first of them.
    pub fn values_at(&self, x: f64) -> Vec<Vec<f64>> {
        let mut values = vec![vec![x]];
        for layer in &self.0 {
            values.push(layer.forward(&values[values.len() - 1]));
        }
        values
    }

    /// The line that the layers multiply out to.
    pub fn line(&self) -> Line {
        let output = |x: f64| {
            let values = self.values_at(x);
            values[values.len() - 1][0]
        };
        let intercept = output(0.0);
        Line {
            slope: output(1.0) - intercept,
            intercept,
        }
    }

    /// All weights, without the biases.
    pub fn weights(&self) -> impl Iterator<Item = f64> {
        self.0
            .iter()
            .flat_map(|layer| layer.weights.iter().flatten().copied())
    }

    /// The share of weights smaller than `threshold`, 0 to 1.
    pub fn near_zero(&self, threshold: f64) -> f64 {
        let all = self.weights().count();
        self.weights().filter(|w| w.abs() < threshold).count() as f64 / all as f64
    }

    /// The largest weight's size over the norm of all: 1 when one weight carries everything,
    /// 1 / sqrt(n) when n weights share it. Not a number when all are zero.
    pub fn concentration(&self) -> f64 {
        let largest = self.weights().fold(0.0, |most: f64, w| most.max(w.abs()));
        largest / self.weights().map(|w| w * w).sum::<f64>().sqrt()
    }

    /// Whether all numbers are finite.
    pub fn is_finite(&self) -> bool {
        let biases = self.0.iter().flat_map(|layer| &layer.biases);
        self.weights().chain(biases.copied()).all(f64::is_finite)
    }
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}
