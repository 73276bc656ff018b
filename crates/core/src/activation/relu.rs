//! ReLU, the rectified linear unit (Nair & Hinton 2010, "Rectified Linear Units Improve Restricted
//! Boltzmann Machines").
//!
//! ```text
//! f(x)  = max(0, x)
//! f'(x) = 1 for x > 0,  0 for x < 0
//! ```
//!
//! The positive side never saturates. The negative side is silent: about half of the units at the
//! start of training, and a unit that is negative for every example gets no gradient and stays so.
//!
//! **At the kink** every number in \[0, 1\] is a sub-gradient; Burn's autodiff returns 0, and so does
//! [`derivative`].
//!
//! The module is Burn's own.

pub use burn::nn::activation::Relu;

use super::function::Function;

impl Function for Relu {
    fn name(&self) -> &'static str {
        "relu"
    }

    fn negative_slope(&self) -> Option<f64> {
        Some(0.0)
    }

    fn value(&self, x: f64) -> Option<f64> {
        Some(value(x))
    }

    fn derivative(&self, x: f64) -> Option<f64> {
        Some(derivative(x))
    }
}

/// `f(x) = max(0, x)`.
pub fn value(x: f64) -> f64 {
    x.max(0.0)
}

/// `f'(x)`: 1 for x > 0, else 0.
pub fn derivative(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}
