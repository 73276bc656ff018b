//! How far a result may be from the sum in double precision, and why.
//!
//! All numbers are evenly spread over -1 to 1, so a product of two has the standard deviation
//! 1 / 3 and a sum of `n` of them `sqrt(n) / 3`: the *size* of a result.
//!
//! The bias is another number of that kind.
//!
//! **Direct.** A fused multiply-add rounds once, by at most half a unit in the last place: `u =
//! 2^-24` of what it gives. After `k` of `n` products the sum has the size `sqrt(k) / 3`, and the
//! signs of the roundings are as good as random, so their squares add up: `sum of k / n` over all
//! `k` is `n / 2`, and the error is below `u sqrt(n)` times the size of the result, by a small
//! factor for the largest of many results. `u n` times the size is what could happen and does not.
//!
//! **Winograd.** `y = A^T [(G g) * (B^T x)]` adds numbers larger than `y`. At a point `p` they
//! have the size `|A_p| |G_p| |B_p|` by the lengths of the rows, times that of the sum over
//! channels, and so have their errors. The squares add up over the points again:
//! `sqrt(sum over p of A_pk^2 |G_p|^2 |B_p|^2)`, over `sqrt(r)` for the `r` taps that the sum
//! itself has, is the *growth* of the error, at output `k`; for the gradients alike. The crate's own
//! tests compute it: below 6 for three taps, below 29 for seven, and the square of it for both
//! axes. The transforms add a few roundings to those of the sum: `STEPS`.

use retrace_conv::{Algorithm, Shape};

/// Half a unit in the last place of 1.
const U: f64 = 1.0 / (1 << 24) as f64;

/// The small factor. Seen in the tests of this folder: 3.4 for the direct sum, 1.1 for seven taps
/// and 0.7 for three, for which the growth is a bound.
const FACTOR: f64 = 6.0;

/// Roundings besides those of the products: the bias; the transforms.
const STEPS: [f64; 2] = [1.0, 32.0];

/// Names of results.
const NAMES: [&str; 4] = ["y", "dx", "dw", "db"];

/// The growth of the transforms that `Auto` may choose for a kernel; 1 where there are none.
fn growth(algorithm: Algorithm, shape: &Shape) -> f64 {
    match (algorithm, shape.kernel) {
        (Algorithm::Auto, (3, 3)) => 6.0 * 6.0,
        (Algorithm::Auto, (7, 7)) => 29.0,
        _ => 1.0,
    }
}

/// The products in the sums of output and gradients.
fn terms(shape: &Shape) -> [usize; 4] {
    let taps = shape.kernel.0 * shape.kernel.1;
    let pixels = shape.batch * shape.output_height() * shape.output_width();
    [shape.inputs * taps, shape.outputs * taps, pixels, pixels]
}

/// The allowed errors of output and gradients.
pub fn allowed(shape: &Shape, algorithm: Algorithm) -> [f64; 4] {
    let growth = growth(algorithm, shape);
    let steps = STEPS[usize::from(growth > 1.0)];
    let mut allowed = terms(shape).map(|terms| {
        let terms = terms as f64;
        // At least the size of a bias.
        let size = (terms.sqrt() / 3.0).max(1.0);
        FACTOR * U * growth * (terms + steps).sqrt() * size
    });
    // The bias is transformed by nobody.
    allowed[3] /= growth;
    allowed
}

/// Checks output and gradients.
pub fn assert_right(
    shape: &Shape,
    algorithm: Algorithm,
    found: &[Vec<f32>; 4],
    expected: &[Vec<f64>; 4],
) {
    let allowed = allowed(shape, algorithm);
    for (i, name) in NAMES.iter().enumerate() {
        assert_eq!(found[i].len(), expected[i].len(), "{name}, {shape:?}");
        for (place, (found, expected)) in found[i].iter().zip(&expected[i]).enumerate() {
            let error = (f64::from(*found) - expected).abs();
            // The comparison is false for NaN too.
            assert!(
                error <= allowed[i],
                "{name}[{place}]: {found}, is {expected}; {algorithm:?}, {shape:?}"
            );
        }
    }
}
