//! ELU, the exponential linear unit (Clevert, Unterthiner & Hochreiter 2016, "Fast and Accurate Deep
//! Network Learning by Exponential Linear Units", section 3).
//!
//! ```text
//! f(x)  = x for x > 0,  alpha (e^x - 1)        for x <= 0
//! f'(x) = 1 for x > 0,  f(x) + alpha = alpha e^x for x <= 0
//! ```
//!
//! The negative side saturates at -alpha, so the mean of the activations lies nearer zero than
//! ReLU's, and a unit that is switched off does not answer to noise.
//!
//! **At the kink** the derivative jumps from alpha to 1; with alpha = 1 there is no kink. Burn's
//! autodiff through this module returns alpha, and so does [`derivative`].
//!
//! The module is our own. Burn 0.22.1's `Elu` takes e^x of the positive elements, too, before it
//! masks them out; from x = 89 on that is infinite in 32 bits, and the backward pass multiplies it
//! by the mask's 0: its gradient is NaN. Here the positive elements are masked out first.

use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::ActivationConfig;
use super::function::{Function, above_zero};

/// Exponential linear unit.
#[derive(Module, Copy, Debug, PartialEq)]
pub struct Elu {
    /// Minus the value that large negative inputs approach.
    pub alpha: f64,
}

impl Elu {
    /// The alpha of Clevert et al. 2016 and of the post, 1.
    pub const PAPER: Self = Self { alpha: 1.0 };

    pub(super) fn layer(&self, _channels: usize, _device: &Device) -> Self {
        *self
    }

    /// Applies `f` to each element.
    ///
    /// # Shapes
    /// - input: `[...]`
    /// - output: as the input
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        let positive = x.clone().greater_scalar(0.0);
        let negative_part = x.clone().mask_fill(positive.clone(), 0.0);
        let saturating = (negative_part.exp() - 1.0) * self.alpha;
        saturating.mask_where(positive, x)
    }
}

impl Default for Elu {
    fn default() -> Self {
        Self::PAPER
    }
}

impl Function for Elu {
    fn name(&self) -> &'static str {
        "elu"
    }

    fn number(&self) -> Option<f64> {
        Some(self.alpha)
    }

    fn with_number(&self, alpha: f64) -> Option<ActivationConfig> {
        Some(ActivationConfig::Elu(Self { alpha }))
    }

    fn validate(&self) -> Result<(), String> {
        above_zero("alpha", self.alpha)
    }

    fn value(&self, x: f64) -> Option<f64> {
        Some(value(self.alpha, x))
    }

    fn derivative(&self, x: f64) -> Option<f64> {
        Some(derivative(self.alpha, x))
    }
}

/// `f(x) = x` for x > 0, else `alpha (e^x - 1)`.
pub fn value(alpha: f64, x: f64) -> f64 {
    if x > 0.0 { x } else { alpha * x.exp_m1() }
}

/// `f'(x)`: 1 for x > 0, else `alpha e^x`.
pub fn derivative(alpha: f64, x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { alpha * x.exp() }
}
