//! LReLU, the leaky rectified linear unit (Maas, Hannun & Ng 2013, "Rectifier Nonlinearities Improve
//! Neural Network Acoustic Models", section 2).
//!
//! ```text
//! f(x)  = x for x >= 0,  s x for x < 0
//! f'(x) = 1 for x > 0,   s   for x < 0
//! ```
//!
//! with a small fixed slope s, 0.01 in the paper. A negative unit keeps a gradient and can come
//! back; in exchange nothing is exactly zero any more. Xu et al. 2015 write x / a, a fixed: their
//! "very leaky" a = 5.5 is s = 0.18.
//!
//! **At the kink** Burn's autodiff returns 1 (0 counts as positive), and so does [`derivative`].
//!
//! The module is Burn's own.

pub use burn::nn::activation::LeakyRelu;
use burn::tensor::Device;

use super::ActivationConfig;
use super::function::{Function, finite};

/// Which LReLU; the default is the paper's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LreluConfig {
    /// Slope for x < 0.
    pub slope: f64,
}

impl LreluConfig {
    /// The slope of Maas et al. 2013 and of the post, 0.01.
    pub const PAPER: Self = Self { slope: 0.01 };

    pub(super) fn layer(&self, _channels: usize, _device: &Device) -> LeakyRelu {
        LeakyRelu {
            negative_slope: self.slope,
        }
    }
}

impl Default for LreluConfig {
    fn default() -> Self {
        Self::PAPER
    }
}

impl Function for LreluConfig {
    fn name(&self) -> &'static str {
        "lrelu"
    }

    fn number(&self) -> Option<f64> {
        Some(self.slope)
    }

    fn with_number(&self, slope: f64) -> Option<ActivationConfig> {
        Some(ActivationConfig::Lrelu(Self { slope }))
    }

    fn validate(&self) -> Result<(), String> {
        finite("slope", self.slope)
    }

    fn negative_slope(&self) -> Option<f64> {
        Some(self.slope)
    }
}

/// `f(x) = x` for x >= 0, else `slope x`.
pub fn value(slope: f64, x: f64) -> f64 {
    if x >= 0.0 { x } else { slope * x }
}

/// `f'(x)`: 1 for x >= 0, else the slope.
pub fn derivative(slope: f64, x: f64) -> f64 {
    if x >= 0.0 { 1.0 } else { slope }
}
