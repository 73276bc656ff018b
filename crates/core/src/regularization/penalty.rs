//! The penalty that a config names.

use serde::{Deserialize, Serialize};

use super::{L2Convention, elastic_net, l1, l2};

/// Which penalty on the weights.
///
/// In TOML: `penalty = { kind = "l2", lambda = 0.3, convention = "halved" }`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Penalty {
    /// No penalty.
    #[default]
    None,
    /// `lambda sum |w|`, see [`l1`].
    L1 {
        /// Strength, 0 or more.
        lambda: f64,
    },
    /// `lambda sum w^2`, halved or not, see [`l2`].
    L2 {
        /// Strength, 0 or more.
        lambda: f64,
        /// Whether the squares are halved; halved if not said.
        #[serde(default)]
        convention: L2Convention,
    },
    /// A share of L1, the rest L2, see [`elastic_net`].
    ElasticNet {
        /// Strength, 0 or more.
        lambda: f64,
        /// Share of L1, from 0 (L2 alone) to 1 (L1 alone).
        l1_share: f64,
        /// Whether the squares are halved; halved if not said.
        #[serde(default)]
        convention: L2Convention,
    },
}

/// A penalty whose numbers make no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PenaltyError {
    /// A strength that is negative, infinite or NaN.
    #[error("lambda must be a finite number, 0 or more, and is {found}")]
    Lambda {
        /// The number given.
        found: f64,
    },
    /// A share outside \[0, 1\].
    #[error("the share of L1 in an elastic net must lie between 0 and 1, and is {found}")]
    L1Share {
        /// The number given.
        found: f64,
    },
}

impl Penalty {
    /// The strength; 0 without a penalty.
    pub fn lambda(&self) -> f64 {
        match *self {
            Self::None => 0.0,
            Self::L1 { lambda } | Self::L2 { lambda, .. } | Self::ElasticNet { lambda, .. } => {
                lambda
            }
        }
    }

    /// The same penalty at another strength.
    #[must_use]
    pub fn with_lambda(mut self, strength: f64) -> Self {
        match &mut self {
            Self::None => {}
            Self::L1 { lambda } | Self::L2 { lambda, .. } | Self::ElasticNet { lambda, .. } => {
                *lambda = strength;
            }
        }
        self
    }

    /// Checks the numbers.
    ///
    /// # Errors
    /// A lambda that is negative, infinite or NaN; a share of L1 outside \[0, 1\].
    pub fn validate(&self) -> Result<(), PenaltyError> {
        let lambda = self.lambda();
        if !(lambda >= 0.0 && lambda.is_finite()) {
            return Err(PenaltyError::Lambda { found: lambda });
        }
        match *self {
            Self::ElasticNet { l1_share, .. } if !(0.0..=1.0).contains(&l1_share) => {
                Err(PenaltyError::L1Share { found: l1_share })
            }
            _ => Ok(()),
        }
    }

    /// What `sum |w|` and `sum w^2` are multiplied with.
    pub fn coefficients(&self) -> (f64, f64) {
        match *self {
            Self::None => (0.0, 0.0),
            Self::L1 { lambda } => (lambda, 0.0),
            Self::L2 { lambda, convention } => (0.0, lambda * convention.factor()),
            Self::ElasticNet {
                lambda,
                l1_share,
                convention,
            } => elastic_net::coefficients(lambda, l1_share, convention),
        }
    }

    /// `P(w)` of plain numbers.
    pub fn value(&self, w: &[f64]) -> f64 {
        let (on_abs, on_square) = self.coefficients();
        on_abs * l1::value(w) + on_square * l2::value(w)
    }

    /// `dP/dw` for one weight; at 0 what Burn's autodiff returns, 0.
    pub fn derivative(&self, w: f64) -> f64 {
        let (on_abs, on_square) = self.coefficients();
        on_abs * l1::derivative(w) + on_square * l2::derivative(w)
    }

    /// The v that minimises `(v - w)^2 / 2 + step P(v)`: the proximal step.
    pub fn proximal(&self, w: f64, step: f64) -> f64 {
        let (on_abs, on_square) = self.coefficients();
        elastic_net::proximal(w, step * on_abs, step * on_square)
    }
}
