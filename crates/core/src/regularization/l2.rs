//! L2, ridge regression's penalty (Hoerl & Kennard 1970), also called weight decay.
//!
//! ```text
//! P(w)   = lambda sum w^2 / 2          dP/dw = lambda w        with the half
//! P(w)   = lambda sum w^2              dP/dw = 2 lambda w      without
//! ```
//!
//! The pull weakens with the weight: large weights shrink fast, small ones hardly, none arrives at
//! zero. The sum is spread over many weights. Both conventions are in use and the same lambda means
//! twice the pull in one as in the other, so [`L2Convention`] must be said. Smooth, no kink.

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

/// Whether the squares are halved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum L2Convention {
    /// `lambda sum w^2 / 2`: TensorFlow's `l2_loss` and `l2_regularizer`, the author's.
    #[default]
    Halved,
    /// `lambda sum w^2`: scikit-learn's `Ridge`, Keras' `L2`.
    Whole,
}

impl L2Convention {
    /// What the sum of squares is multiplied with: 1/2 or 1.
    pub fn factor(self) -> f64 {
        match self {
            Self::Halved => 0.5,
            Self::Whole => 1.0,
        }
    }
}

/// `sum w^2` of one weight tensor, differentiable; without a half.
///
/// # Shapes
/// - input: `[...]`
/// - output: `[1]`
pub fn sum<const D: usize>(w: Tensor<D>) -> Tensor<1> {
    w.square().sum()
}

/// `sum w^2`; without a half.
pub fn value(w: &[f64]) -> f64 {
    w.iter().map(|w| w * w).sum()
}

/// `2 w`, the derivative of `w^2`.
pub fn derivative(w: f64) -> f64 {
    2.0 * w
}

/// The v that minimises `(v - w)^2 / 2 + weight v^2`: `w / (1 + 2 weight)`.
///
/// With `weight = step * lambda * convention.factor()` it is the proximal step.
pub fn proximal(w: f64, weight: f64) -> f64 {
    w / (1.0 + 2.0 * weight)
}
