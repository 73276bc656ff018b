//! The activation function that a config names.

use burn::nn::Identity;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::lrelu::{self, LeakyReluConfig};
use super::prelu;
use super::rrelu::RreluConfig;
use super::{Activation, Elu, Relu, Sharing, Sigmoid, Softmax, elu, relu, sigmoid};

/// Which activation function, with its settings.
///
/// Its text form ([`Display`](std::fmt::Display), [`FromStr`](std::str::FromStr), and the same in
/// serde) is short, and what is at its default is left out:
///
/// | text | meaning |
/// |---|---|
/// | `identity` (also `linear`) | no activation function |
/// | `sigmoid`, `relu` | |
/// | `lrelu`, `lrelu(0.18)` | slope 0.01, or the one given |
/// | `prelu`, `prelu(0.1)`, `prelu(channel)`, `prelu(channel;0.1)` | learnt slope, shared or one a channel, from 0.25 or the one given |
/// | `rrelu` | the paper's: x/a, a ~ U(3,8), a draw an element, x/5.5 at test |
/// | `rrelu(channel)`, `rrelu(layer)` | one draw an example and channel, one a layer |
/// | `rrelu(a=4..6)`, `rrelu(slope=0.125..0.333)` | range of the divisor, range of the slope |
/// | `rrelu(mean)` | the mean of the slopes at test |
/// | `rrelu(as-written)` | the same as `rrelu(slope=3..8;layer)` |
/// | `elu`, `elu(0.5)` | alpha 1, or the one given |
/// | `softmax`, `softmax(0.38)` | over the last axis; temperature 1, or the one given |
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ActivationConfig {
    /// `f(x) = x`.
    Identity,
    /// See [`sigmoid`].
    Sigmoid,
    /// See [`relu`].
    Relu,
    /// See [`lrelu`].
    Lrelu {
        /// Slope for x < 0.
        slope: f64,
    },
    /// See [`prelu`].
    Prelu {
        /// Slope for x < 0 at the start of training.
        slope: f64,
        /// One slope, or one a channel.
        sharing: Sharing,
    },
    /// See [`rrelu`](super::rrelu).
    Rrelu(RreluConfig),
    /// See [`elu`].
    Elu {
        /// Minus the value that large negative inputs approach.
        alpha: f64,
    },
    /// See [`softmax`](super::softmax).
    Softmax {
        /// Temperature, above 0.
        temperature: f64,
    },
}

impl ActivationConfig {
    /// LReLU with the paper's slope, 0.01.
    pub const LRELU: Self = Self::Lrelu {
        slope: lrelu::SLOPE,
    };
    /// PReLU with one shared slope that starts at 0.25.
    pub const PRELU: Self = Self::Prelu {
        slope: prelu::INITIAL_SLOPE,
        sharing: Sharing::Shared,
    };
    /// RReLU as the paper has it.
    pub const RRELU: Self = Self::Rrelu(RreluConfig::PAPER);
    /// ELU with alpha 1.
    pub const ELU: Self = Self::Elu { alpha: elu::ALPHA };
    /// Softmax over the last axis at temperature 1.
    pub const SOFTMAX: Self = Self::Softmax { temperature: 1.0 };

    /// The module, for a layer of this many channels or units (axis 1 of its input).
    ///
    /// Only PReLU with a slope a channel looks at `channels`.
    pub fn init(&self, channels: usize, device: &Device) -> Activation {
        match *self {
            Self::Identity => Activation::Identity(Identity::new()),
            Self::Sigmoid => Activation::Sigmoid(Sigmoid::new()),
            Self::Relu => Activation::Relu(Relu::new()),
            Self::Lrelu { slope } => {
                Activation::Lrelu(LeakyReluConfig::new().with_negative_slope(slope).init())
            }
            Self::Prelu { slope, sharing } => {
                Activation::Prelu(prelu::init(slope, sharing, channels, device))
            }
            Self::Rrelu(config) => Activation::Rrelu(config.init()),
            Self::Elu { alpha } => Activation::Elu(Elu::new(alpha)),
            Self::Softmax { temperature } => Activation::Softmax(Softmax::new(temperature)),
        }
    }

    /// The slope for x < 0 of the piecewise linear ones: PReLU's initial, RReLU's at test.
    pub fn negative_slope(&self) -> Option<f64> {
        match *self {
            Self::Identity => Some(1.0),
            Self::Relu => Some(0.0),
            Self::Lrelu { slope } | Self::Prelu { slope, .. } => Some(slope),
            Self::Rrelu(config) => Some(config.test_slope()),
            Self::Sigmoid | Self::Elu { .. } | Self::Softmax { .. } => None,
        }
    }

    /// `f(x)` in closed form: PReLU with its initial slope, RReLU as at test.
    ///
    /// Nothing for softmax, which is no function of one number: see
    /// [`softmax::values`](super::softmax::values).
    pub fn value(&self, x: f64) -> Option<f64> {
        match *self {
            Self::Identity => Some(x),
            Self::Sigmoid => Some(sigmoid::value(x)),
            Self::Relu => Some(relu::value(x)),
            Self::Elu { alpha } => Some(elu::value(alpha, x)),
            Self::Softmax { .. } => None,
            Self::Lrelu { .. } | Self::Prelu { .. } | Self::Rrelu(_) => {
                self.negative_slope().map(|slope| lrelu::value(slope, x))
            }
        }
    }

    /// `f'(x)` in closed form, at a kink what Burn's autodiff returns; else as [`Self::value`].
    pub fn derivative(&self, x: f64) -> Option<f64> {
        match *self {
            Self::Identity => Some(1.0),
            Self::Sigmoid => Some(sigmoid::derivative(x)),
            Self::Relu => Some(relu::derivative(x)),
            Self::Elu { alpha } => Some(elu::derivative(alpha, x)),
            Self::Softmax { .. } => None,
            Self::Lrelu { .. } | Self::Prelu { .. } | Self::Rrelu(_) => self
                .negative_slope()
                .map(|slope| lrelu::derivative(slope, x)),
        }
    }
}
