//! The distributions from which [`rrelu`](super::rrelu) draws its negative slopes.

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
    /// Burn's default: s ~ U(1/8, 1/3).
    pub const BURN: Self = Self::Uniform {
        lower: 1.0 / 8.0,
        upper: 1.0 / 3.0,
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
