//! From a distribution over bins to one colour: the annealed mean.
//!
//! ```text
//! f_T(z)_q = exp(log(z_q) / T) / sum_i exp(log(z_i) / T)        ab = sum_q f_T(z)_q centre_q
//! ```
//!
//! (Zhang et al. 2016, equation 5.) T towards 0 is the bin with the largest probability, T = 1 the
//! mean. With logits x, log z and x differ by a constant, and so `f_T` is
//! softmax(x / T).

/// The colour of a pixel from its logits, one a bin.
///
/// # Panics
/// When there are not as many logits as centres, or none.
pub fn annealed_mean(logits: &[f32], centres: &[[f32; 2]], temperature: f32) -> [f32; 2] {
    assert_eq!(logits.len(), centres.len(), "a logit a bin");
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (mut sum, mut a, mut b) = (0.0_f32, 0.0_f32, 0.0_f32);
    for (logit, centre) in logits.iter().zip(centres) {
        let weight = ((logit - largest) / temperature).exp();
        sum += weight;
        a += weight * centre[0];
        b += weight * centre[1];
    }
    [a / sum, b / sum]
}
