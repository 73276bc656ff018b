//! RReLU, the randomized leaky rectified linear unit (Xu, Wang, Chen & Li 2015, "Empirical
//! Evaluation of Rectified Activations in Convolutional Network", section 2.4).
//!
//! ```text
//! training  f(x) = x for x >= 0,  s x for x < 0,   s drawn anew at every step
//! test      f(x) = x for x >= 0,  s x for x < 0,   s fixed
//! f'(x)          = 1 for x > 0,   s   for x < 0
//! ```
//!
//! A random negative slope is meant to work against overfitting. Readings differ in two ways, and
//! each is a choice here:
//!
//! - [`Slopes`]: the paper divides, s = 1/a with a ~ U(3, 8), slopes from 1/8 to 1/3, small ones more
//!   often. The later post's code multiplies, s ~ U(3, 8): a negative input grows. Burn's own
//!   `RRelu` draws s ~ U(1/8, 1/3), the paper's range but with equal weight on each slope.
//! - [`Draw`]: a number for each element (the paper), for each example and channel, or for the layer.
//!
//! At test the paper divides by the mean of a: x / 5.5, slope 0.182. That is not the mean of the
//! slopes, which is E\[1/a\] = ln(8/3)/5 = 0.196 (Jensen: the latter is always larger).
//!
//! **At the kink** Burn's autodiff returns 1 (0 counts as positive).
//!
//! # Randomness
//! The layer has no random state. It draws from the device's generator, which the training loop
//! seeds from a counter before each step; then step k does not depend on what ran before it.

use burn::module::{Flag, Module, Param};
use burn::tensor::activation::leaky_relu;
use burn::tensor::{Device, Distribution, Tensor};

use super::function::Function;

/// The distribution of the negative slope s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Slopes {
    /// s = 1/a, a ~ U(lower, upper): as in the paper.
    Reciprocal {
        /// Smallest divisor a, above 0.
        lower: f64,
        /// Largest divisor a.
        upper: f64,
    },
    /// s ~ U(lower, upper).
    Uniform {
        /// Smallest slope.
        lower: f64,
        /// Largest slope.
        upper: f64,
    },
}

impl Slopes {
    /// The paper's: 1/a with a ~ U(3, 8).
    pub const PAPER: Self = Self::Reciprocal {
        lower: 3.0,
        upper: 8.0,
    };
    /// The later post's code: s ~ U(3, 8).
    pub const AS_WRITTEN: Self = Self::Uniform {
        lower: 3.0,
        upper: 8.0,
    };
    /// The bounds of what is drawn: of a for [`Slopes::Reciprocal`], of s for [`Slopes::Uniform`].
    pub fn drawn_bounds(&self) -> (f64, f64) {
        match *self {
            Self::Reciprocal { lower, upper } | Self::Uniform { lower, upper } => (lower, upper),
        }
    }

    /// The smallest and the largest slope.
    pub fn bounds(&self) -> (f64, f64) {
        match *self {
            Self::Reciprocal { lower, upper } => (upper.recip(), lower.recip()),
            Self::Uniform { lower, upper } => (lower, upper),
        }
    }

    /// The slope of the mean draw: `2 / (lower + upper)`, or `(lower + upper) / 2`.
    pub fn slope_of_mean(&self) -> f64 {
        match *self {
            Self::Reciprocal { lower, upper } => 2.0 / (lower + upper),
            Self::Uniform { lower, upper } => f64::midpoint(lower, upper),
        }
    }

    /// The mean slope: `ln(upper / lower) / (upper - lower)`, or `(lower + upper) / 2`.
    pub fn mean(&self) -> f64 {
        match *self {
            Self::Reciprocal { lower, upper } => (upper / lower).ln() / (upper - lower),
            Self::Uniform { lower, upper } => f64::midpoint(lower, upper),
        }
    }
}

/// What shares one drawn slope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draw {
    /// Nothing: a draw for each element (the paper).
    #[default]
    Element,
    /// The positions of one channel (axis 1) of one example (axis 0).
    ///
    /// For units without positions, `[batch, units]`, this is the same as a draw per element.
    Channel,
    /// The whole layer: one number per step.
    Layer,
}

impl Draw {
    /// The shape of the draws for an input of shape `x`, which broadcasts against it.
    fn shape<const D: usize>(self, x: [usize; D]) -> [usize; D] {
        let kept_axes = match self {
            Self::Element => D,
            Self::Channel => D.min(2),
            Self::Layer => 0,
        };
        std::array::from_fn(|axis| if axis < kept_axes { x[axis] } else { 1 })
    }
}

/// Which reading of RReLU; the default is the paper's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RreluConfig {
    /// Distribution of the slopes.
    pub slopes: Slopes,
    /// What shares one draw.
    pub draw: Draw,
}

impl Default for RreluConfig {
    fn default() -> Self {
        Self::PAPER
    }
}

impl RreluConfig {
    /// Xu et al. 2015: 1/a with a ~ U(3, 8), one draw per element, x / 5.5 at test.
    pub const PAPER: Self = Self {
        slopes: Slopes::PAPER,
        draw: Draw::Element,
    };
    /// The later post's code: s ~ U(3, 8), one draw per layer, 5.5 x at test.
    pub const AS_WRITTEN: Self = Self {
        slopes: Slopes::AS_WRITTEN,
        draw: Draw::Layer,
    };

    /// The slope in evaluation: that of the mean draw.
    pub fn test_slope(&self) -> f64 {
        self.slopes.slope_of_mean()
    }

    /// The layer.
    pub fn init(&self) -> Rrelu {
        Rrelu {
            config: *self,
            training: Param::from_bool(true),
        }
    }

    pub(super) fn layer(&self, _channels: usize, _device: &Device) -> Rrelu {
        self.init()
    }
}

impl Function for RreluConfig {
    fn name(&self) -> &'static str {
        "rrelu"
    }

    fn validate(&self) -> Result<(), String> {
        let (lower, upper) = self.slopes.drawn_bounds();
        if !(lower.is_finite() && upper.is_finite() && lower < upper) {
            return Err(format!(
                "its range must be two finite numbers, the lower one first, and is \
                 {lower}..{upper}"
            ));
        }
        if matches!(self.slopes, Slopes::Reciprocal { .. }) && lower <= 0.0 {
            return Err(format!(
                "its range of divisors must be above 0, and is {lower}..{upper}"
            ));
        }
        Ok(())
    }

    fn negative_slope(&self) -> Option<f64> {
        Some(self.test_slope())
    }
}

/// Randomized leaky rectified linear unit.
///
/// It draws when the input is on an autodiff device and the layer is not frozen (nor made
/// [`valid`](Module::valid)); otherwise it is LReLU with [`RreluConfig::test_slope`].
#[derive(Module, Debug)]
pub struct Rrelu {
    /// Which reading of the paper.
    #[module(skip)]
    pub config: RreluConfig,
    /// Whether slopes are drawn; cleared by freezing and by `valid()`.
    pub training: Param<Flag>,
}

impl Rrelu {
    /// Applies `f` to each element.
    ///
    /// # Shapes
    /// - input: `[batch, channels, ...]`
    /// - output: as the input
    pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
        if self.draws_on(&x.device()) {
            self.forward_with_slopes(x).0
        } else {
            leaky_relu(x, self.config.test_slope())
        }
    }

    /// Applies `f` and returns the slopes, too: those drawn, or the one of evaluation.
    ///
    /// # Shapes
    /// - input: `[batch, channels, ...]`
    /// - output: as the input
    /// - slopes: broadcast against it: as the input for [`Draw::Element`],
    ///   `[batch, channels, 1, ...]` for [`Draw::Channel`], `[1, ...]` for [`Draw::Layer`] and in
    ///   evaluation
    pub fn forward_with_slopes<const D: usize>(&self, x: Tensor<D>) -> (Tensor<D>, Tensor<D>) {
        let slopes = self.slopes_for(&x);
        let negative = x.clone().lower_scalar(0.0);
        let leaked = x.clone() * slopes.clone();
        (x.mask_where(negative, leaked), slopes)
    }

    fn slopes_for<const D: usize>(&self, x: &Tensor<D>) -> Tensor<D> {
        let device = x.device();
        if !self.draws_on(&device) {
            return Tensor::full([1; D], self.config.test_slope(), &device);
        }
        let (lower, upper) = self.config.slopes.drawn_bounds();
        let shape = self.config.draw.shape(x.dims());
        let draws = Tensor::random(shape, Distribution::Uniform(lower, upper), &device);
        match self.config.slopes {
            Slopes::Reciprocal { .. } => draws.recip(),
            Slopes::Uniform { .. } => draws,
        }
    }

    fn draws_on(&self, device: &Device) -> bool {
        self.training.is_enabled() && device.is_autodiff()
    }
}
