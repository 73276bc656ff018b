//! Elastic net: L1 and L2 at once (Zou & Hastie 2005, "Regularization and Variable Selection via the
//! Elastic Net").
//!
//! ```text
//! P(w) = lambda ( share sum |w|  +  (1 - share) c sum w^2 )      c = 1/2 (halved) or 1 (whole)
//! ```
//!
//! in the parameters of glmnet and scikit-learn (there `alpha` and `l1_ratio`, c = 1/2): one lambda
//! for the strength and a share of L1, 1 being L1 and 0 being L2. It still yields zeros, and of
//! correlated weights it keeps the group instead of picking one. At w = 0 Burn's autodiff returns 0,
//! as for [`l1`].

use super::{L2Convention, l1, l2};

/// The two coefficients: of `sum |w|` and of `sum w^2`.
pub fn coefficients(lambda: f64, l1_share: f64, convention: L2Convention) -> (f64, f64) {
    (
        lambda * l1_share,
        lambda * (1.0 - l1_share) * convention.factor(),
    )
}

/// The v that minimises `(v - w)^2 / 2 + on_abs |v| + on_square v^2`.
///
/// The soft threshold, then the shrinkage (Zou & Hastie 2005, section 3.2).
pub fn proximal(w: f64, on_abs: f64, on_square: f64) -> f64 {
    l2::proximal(l1::proximal(w, on_abs), on_square)
}
