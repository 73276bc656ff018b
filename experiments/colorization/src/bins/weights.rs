//! Class weights: rare colours count more.
//!
//! ```text
//! w_q = c / ((1 - lambda) p_q + lambda / Q)        c such that sum_q p_q w_q = 1
//! ```
//!
//! (Zhang et al. 2016, equation 4, without its smoothing of p, which the author left out, too.)
//! p is meant as the share of pixels. The author's code has their number in its place: lambda / Q
//! then vanishes beside any count, w is one over the count, and the rarest bin weighs as many times
//! more than the most frequent one as that has more pixels: ten million times, with the scenes.

/// The weights for `p`: shares as described, counts as written.
///
/// # Shapes
/// - p, output: Q
pub fn class_weights(p: &[f64], lambda: f64) -> Vec<f64> {
    let uniform = lambda / p.len() as f64;
    let raw = p.iter().map(|p| 1.0 / ((1.0 - lambda) * p + uniform));
    let raw: Vec<f64> = raw.collect();
    let mean: f64 = raw.iter().zip(p).map(|(w, p)| w * p).sum();
    raw.iter().map(|w| w / mean).collect()
}
