//! Initial weights by their authors' names, as settings of Burn's [`Initializer`].
//!
//! A sum of n inputs of variance v, weighted by weights of variance s, has the variance n s v: both
//! rules choose s so that values keep their size from layer to layer.

use burn::nn::Initializer;

/// Xavier uniform: `U(-r, r)`, `r = sqrt(6 / (inputs + outputs))` (Glorot & Bengio 2010, eq. 16).
pub fn xavier_uniform() -> Initializer {
    Initializer::XavierUniform { gain: 1.0 }
}

/// He normal: `N(0, 2 / inputs)` (He et al. 2015, eq. 10), made for ReLU.
pub fn he_normal() -> Initializer {
    Initializer::KaimingNormal {
        gain: std::f64::consts::SQRT_2,
        fan_out_only: false,
    }
}

/// He uniform: `U(-r, r)`, `r = sqrt(6 / inputs)`, the same variance as [`he_normal`].
pub fn he_uniform() -> Initializer {
    Initializer::KaimingUniform {
        gain: std::f64::consts::SQRT_2,
        fan_out_only: false,
    }
}
