//! Softmax: turns the numbers that leave a network into probabilities.
//!
//! ```text
//! s_i         = e^(z_i / T) / sum_j e^(z_j / T)
//! d s_i/d z_j = s_i (delta_ij - s_j) / T
//! ```
//!
//! The post uses T = 1. A lower temperature sharpens the distribution towards the largest z, a
//! higher one flattens it (Hinton, Vinyals & Dean 2015, "Distilling the Knowledge in a Neural
//! Network", eq. 1). Adding the same number to every z changes nothing; the largest z is subtracted
//! first, so no exponential overflows. Smooth, no kink.
//!
//! The sum over the axis is Burn's `softmax`; the temperature is ours.

use burn::module::Module;
use burn::tensor::activation as burn_activation;
use burn::tensor::{Device, Tensor};

use super::ActivationConfig;
use super::function::{Function, above_zero};

/// Softmax over the last axis, with a temperature.
#[derive(Module, Copy, Debug, PartialEq)]
pub struct Softmax {
    /// Temperature T: above 0.
    pub temperature: f64,
}

impl Softmax {
    /// Temperature 1, as in the post.
    pub const PLAIN: Self = Self { temperature: 1.0 };

    pub(super) fn layer(&self, _channels: usize, _device: &Device) -> Self {
        *self
    }

    /// Probabilities over the last axis.
    ///
    /// # Shapes
    /// - input: `[..., classes]`
    /// - output: `[..., classes]`, each row sums to 1
    pub fn forward<const D: usize>(&self, z: Tensor<D>) -> Tensor<D> {
        burn_activation::softmax(z / self.temperature, D - 1)
    }
}

impl Default for Softmax {
    fn default() -> Self {
        Self::PLAIN
    }
}

impl Function for Softmax {
    fn name(&self) -> &'static str {
        "softmax"
    }

    fn number(&self) -> Option<f64> {
        Some(self.temperature)
    }

    fn with_number(&self, temperature: f64) -> Option<ActivationConfig> {
        Some(ActivationConfig::Softmax(Self { temperature }))
    }

    fn validate(&self) -> Result<(), String> {
        above_zero("temperature", self.temperature)
    }
}

/// `s_i = e^(z_i / T) / sum_j e^(z_j / T)` of plain numbers.
pub fn values(z: &[f64], temperature: f64) -> Vec<f64> {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exps: Vec<f64> = z
        .iter()
        .map(|z_i| ((z_i - largest) / temperature).exp())
        .collect();
    let sum: f64 = exps.iter().sum();
    exps.into_iter().map(|e| e / sum).collect()
}

/// `d s_i / d z_j = s_i (delta_ij - s_j) / T`, row i, column j.
pub fn jacobian(z: &[f64], temperature: f64) -> Vec<Vec<f64>> {
    let s = values(z, temperature);
    let entry = |i: usize, j: usize| {
        let delta = if i == j { 1.0 } else { 0.0 };
        s[i] * (delta - s[j]) / temperature
    };
    (0..s.len())
        .map(|i| (0..s.len()).map(|j| entry(i, j)).collect())
        .collect()
}
