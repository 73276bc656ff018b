//! L1, the lasso's penalty (Tibshirani 1996, "Regression Shrinkage and Selection via the Lasso").
//!
//! ```text
//! P(w)   = lambda sum |w|
//! dP/dw  = lambda sign(w)
//! ```
//!
//! The pull towards zero does not weaken as a weight shrinks, so weights arrive at zero: the network
//! becomes sparse.
//!
//! **At w = 0** every number in \[-lambda, lambda\] is a sub-gradient. Burn's autodiff returns
//! lambda sign(0) = 0, so a weight at exactly zero is left alone by the penalty. Plain sub-gradient
//! steps of size r, though, hop over zero and end in a band of about r lambda around it; exact zeros
//! need the proximal step, [`proximal`].

use burn::tensor::Tensor;

/// `sum |w|` of one weight tensor, differentiable.
///
/// # Shapes
/// - input: `[...]`
/// - output: `[1]`
pub fn sum<const D: usize>(w: Tensor<D>) -> Tensor<1> {
    w.abs().sum()
}

/// `sum |w|`.
pub fn value(w: &[f64]) -> f64 {
    w.iter().map(|w| w.abs()).sum()
}

/// The sub-gradient of |w| that Burn's autodiff takes: the sign, 0 at 0.
pub fn derivative(w: f64) -> f64 {
    if w == 0.0 { 0.0 } else { w.signum() }
}

/// Soft threshold: the v that minimises `(v - w)^2 / 2 + threshold |v|`.
///
/// `sign(w) max(|w| - threshold, 0)`. With `threshold = step * lambda` it is the proximal step, and
/// the heart of coordinate descent for the lasso (Friedman, Hastie & Tibshirani 2010, eq. 6).
pub fn proximal(w: f64, threshold: f64) -> f64 {
    derivative(w) * (w.abs() - threshold).max(0.0)
}
