//! How much the filters make errors grow; the tolerances of the crate's tests rest on it.

use super::{dot, kernel, matrix, transposed};
use crate::simd::tests::with_all;
use crate::simd::{Simd, Task};
use crate::winograd::minimal::{Four3, Four7, Minimal};

/// The most that the error of a sum of `terms[k]` products at the points grows by, on the way back
/// by the rows of `back`.
fn growth(back: &[Vec<f64>], a: &[Vec<f64>], b: &[Vec<f64>], terms: &[usize]) -> f64 {
    let squared = |row: &[f64]| dot(row, row);
    let grown = |k: usize| {
        let at = |p: usize| back[p][k].powi(2) * squared(&a[p]) * squared(&b[p]);
        ((0..a.len()).map(at).sum::<f64>() / terms[k] as f64).sqrt()
    };
    (0..terms.len()).map(grown).fold(0.0, f64::max)
}

/// The growth of the errors of output, input's gradient and weight's gradient.
#[inline(always)]
fn growths<S: Simd, F: Minimal>(simd: S) -> [f64; 3] {
    // By point.
    let input = transposed(&matrix(simd, F::input::<S>, F::POINTS, F::POINTS));
    let output = matrix(simd, F::output::<S>, F::POINTS, F::OUTPUTS);
    let kernel = kernel::<F>();
    // Outputs that an input has a part in.
    let has_part = |place: usize, tap: usize| (tap..tap + F::OUTPUTS).contains(&place);
    let reached = |place: usize| (0..F::TAPS).filter(|tap| has_part(place, *tap)).count();
    let reached: Vec<usize> = (0..F::POINTS).map(reached).collect();
    [
        growth(&output, &input, &kernel, &[F::TAPS; 4][..F::OUTPUTS]),
        growth(&input, &output, &kernel, &reached),
        growth(&kernel, &input, &output, &vec![F::OUTPUTS; F::TAPS]),
    ]
}

/// Those that the tolerances name, for three taps and seven.
const GROWTH: [f64; 2] = [6.0, 29.0];

law!(errors_grow_no_more_than_the_tolerances_say, Growth: |simd| {
    for (found, most) in [growths::<S, Four3>(simd), growths::<S, Four7>(simd)].iter().zip(GROWTH) {
        assert!(found.iter().all(|growth| *growth < most), "{found:?}");
        assert!(found.iter().any(|growth| *growth > 0.8 * most), "{found:?}");
    }
});
