//! PReLU, the parametric rectified linear unit (He, Zhang, Ren & Sun 2015, "Delving Deep into
//! Rectifiers", section 2.1).
//!
//! ```text
//! f(x)  = x for x >= 0,  a x for x < 0                                 (eq. 1)
//! f'(x) = 1 for x > 0,   a   for x < 0
//! dE/da = sum of dE/df * x over all positions where x < 0              (eq. 2, 3)
//! ```
//!
//! LReLU whose slope a is learnt with the weights: one a for the whole layer, or one for each
//! channel (axis 1), in which case the sum runs over the positions of that channel. It starts at
//! 0.25. The authors apply no weight decay to it, which would pull it towards ReLU; the penalties of
//! [`crate::regularization`] leave it out, too, as it is no matrix.
//!
//! **At the kink** Burn's autodiff returns 1 with respect to x (0 counts as positive), and so does
//! [`crate::activation::lrelu::derivative`], which is this function's derivative, too. The position
//! adds nothing to dE/da.
//!
//! The module is Burn's own.

pub use burn::nn::PRelu;
use burn::nn::PReluConfig;
use burn::tensor::Device;

use super::ActivationConfig;
use super::function::{Function, finite};

/// Which PReLU; the default is the paper's with one slope for the layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PreluConfig {
    /// Slope for x < 0 at the start of training.
    pub slope: f64,
    /// One slope, or one per channel.
    pub sharing: Sharing,
}

/// How many slopes a PReLU layer learns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sharing {
    /// One slope for the layer ("channel-shared" in the paper).
    #[default]
    Shared,
    /// One slope for each channel: axis 1 of the input ("channel-wise").
    PerChannel,
}

impl PreluConfig {
    /// A shared slope that starts at 0.25 (He et al. 2015, section 2.1).
    pub const PAPER: Self = Self {
        slope: 0.25,
        sharing: Sharing::Shared,
    };
    /// A slope per channel, from 0.25.
    pub const PER_CHANNEL: Self = Self {
        sharing: Sharing::PerChannel,
        ..Self::PAPER
    };

    /// The layer, its slopes in place.
    ///
    /// Burn's parameters come to life when first used, and a clone shares that moment: a clone
    /// frozen before it would freeze the original as well. So the slopes are made here.
    pub(super) fn layer(&self, channels: usize, device: &Device) -> PRelu {
        let slopes = match self.sharing {
            Sharing::Shared => 1,
            Sharing::PerChannel => channels,
        };
        let layer = PReluConfig::new()
            .with_num_parameters(slopes)
            .with_alpha(self.slope)
            .init(device);
        drop(layer.alpha.val());
        layer
    }
}

impl Default for PreluConfig {
    fn default() -> Self {
        Self::PAPER
    }
}

impl Function for PreluConfig {
    fn name(&self) -> &'static str {
        "prelu"
    }

    fn number(&self) -> Option<f64> {
        Some(self.slope)
    }

    fn with_number(&self, slope: f64) -> Option<ActivationConfig> {
        Some(ActivationConfig::Prelu(Self { slope, ..*self }))
    }

    fn validate(&self) -> Result<(), String> {
        finite("initial slope", self.slope)
    }

    fn negative_slope(&self) -> Option<f64> {
        Some(self.slope)
    }
}

/// The gradient of a slope by the paper's equation: `sum of dE/df * x over x < 0`.
///
/// `upstream` holds dE/df for each of `xs`. For slopes per channel, pass the positions of the
/// channel.
pub fn slope_gradient(xs: &[f64], upstream: &[f64]) -> f64 {
    let positions = xs.iter().zip(upstream);
    positions
        .filter(|(x, _)| **x < 0.0)
        .map(|(x, g)| g * x)
        .sum()
}
