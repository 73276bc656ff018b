//! Sigmoid: squeezes any number into (0, 1).
//!
//! ```text
//! f(x)  = 1 / (1 + e^-x)
//! f'(x) = f(x) (1 - f(x))      at most 1/4, at x = 0
//! ```
//!
//! Both tails are flat: for |x| > 5 the derivative is below 0.007, so an error that passes backwards
//! through a saturated unit almost vanishes, and through a stack of L sigmoid layers it shrinks by
//! at least 4^L before the weights are counted. That is the post's first point. The function is
//! smooth, there is no kink to treat.
//!
//! The module is Burn's own. On the flex device it evaluates e^-|x| only and cannot overflow.

pub use burn::nn::Sigmoid;

use super::function::Function;

impl Function for Sigmoid {
    fn name(&self) -> &'static str {
        "sigmoid"
    }

    fn value(&self, x: f64) -> Option<f64> {
        Some(value(x))
    }

    fn derivative(&self, x: f64) -> Option<f64> {
        Some(derivative(x))
    }
}

/// `f(x) = 1 / (1 + e^-x)`, without overflow for any x.
pub fn value(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// `f'(x) = f(x) (1 - f(x))`, written as `f(x) f(-x)` so that the right tail keeps its digits.
pub fn derivative(x: f64) -> f64 {
    value(x) * value(-x)
}

/// The |x| from which on the derivative is at most `threshold`: where the unit counts as saturated.
///
/// `f (1 - f) = threshold` is solved by `f = (1 + sqrt(1 - 4 threshold)) / 2`, `x = ln(f / (1 - f))`.
/// A threshold of 1/4 or more is never exceeded, every unit is then saturated: 0.
pub fn saturated_beyond(threshold: f64) -> f64 {
    let root = (1.0 - 4.0 * threshold).max(0.0).sqrt();
    ((1.0 + root) / (1.0 - root)).ln()
}
