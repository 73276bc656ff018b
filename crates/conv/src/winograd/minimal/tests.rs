//! The identities of the filters.

use super::{Four3, Four7, MOST_POINTS, Minimal, Points};
use crate::simd::tests::with_all;
use crate::simd::{LANES, Simd, Task};

/// A law that is checked with both kinds of instructions.
macro_rules! law {
    ($name:ident, $task:ident: |$simd:ident| $body:block) => {
        #[derive(Clone, Copy)]
        struct $task;

        impl Task for $task {
            type Output = ();

            #[inline(always)]
            fn run<S: Simd>(self, simd: S) {
                let $simd = simd;
                $body
            }
        }

        #[test]
        fn $name() {
            with_all($task);
        }
    };
}

mod growth;

/// A transform of numbers, the same in all lanes; what it is not to read is not a number.
#[inline(always)]
fn apply<S: Simd>(
    simd: S,
    transform: impl Fn(S, &Points<S::Vector>) -> Points<S::Vector>,
    numbers: &[f64],
    written: usize,
) -> Vec<f64> {
    let mut vectors = [simd.splat(f32::NAN); MOST_POINTS];
    for (vector, number) in vectors.iter_mut().zip(numbers) {
        *vector = simd.splat(*number as f32);
    }
    let first = |vector| {
        let mut lanes = [0.0; LANES];
        simd.store(&mut lanes, vector);
        assert!(
            lanes
                .iter()
                .all(|lane| lane.to_bits() == lanes[0].to_bits())
        );
        f64::from(lanes[0])
    };
    transform(simd, &vectors)
        .into_iter()
        .take(written)
        .map(first)
        .collect()
}

/// One number 1, the others 0.
fn unit(len: usize, place: usize) -> Vec<f64> {
    (0..len).map(|i| f64::from(u8::from(i == place))).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The matrix of a transform, `[from][to]`.
#[inline(always)]
fn matrix<S: Simd>(
    simd: S,
    transform: impl Fn(S, &Points<S::Vector>) -> Points<S::Vector>,
    read: usize,
    written: usize,
) -> Vec<Vec<f64>> {
    let of_unit = |place| apply(simd, &transform, &unit(read, place), written);
    (0..read).map(of_unit).collect()
}

fn transposed(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let column = |j: usize| matrix.iter().map(|row| row[j]).collect();
    (0..matrix[0].len()).map(column).collect()
}

/// `G`, `[point][tap]`.
fn kernel<F: Minimal>() -> Vec<Vec<f64>> {
    let row = |p: usize| F::TABLE.kernel[p][..F::TAPS].iter().copied();
    (0..F::POINTS)
        .map(|p| row(p).map(f64::from).collect())
        .collect()
}

/// For each tap and each input, hence for all filters and numbers, as both sides are linear.
#[inline(always)]
fn filters<S: Simd, F: Minimal>(simd: S, tolerance: f64) {
    let kernel = kernel::<F>();
    for tap in 0..F::TAPS {
        for place in 0..F::POINTS {
            let points = apply(simd, F::input::<S>, &unit(F::POINTS, place), F::POINTS);
            let products: Vec<f64> = (0..F::POINTS).map(|p| points[p] * kernel[p][tap]).collect();
            let outputs = apply(simd, F::output::<S>, &products, F::OUTPUTS);
            for (k, output) in outputs.into_iter().enumerate() {
                let plain = f64::from(u8::from(k + tap == place));
                let error = (output - plain).abs();
                assert!(
                    error < tolerance,
                    "tap {tap}, input {place}, output {k}: {output}"
                );
            }
        }
    }
}

#[inline(always)]
fn adjoints<S: Simd, F: Minimal>(simd: S) {
    let input = matrix(simd, F::input::<S>, F::POINTS, F::POINTS);
    let adjoint = matrix(simd, F::input_adjoint::<S>, F::POINTS, F::POINTS);
    assert_eq!(adjoint, transposed(&input));
    let output = matrix(simd, F::output::<S>, F::POINTS, F::OUTPUTS);
    let adjoint = matrix(simd, F::output_adjoint::<S>, F::OUTPUTS, F::POINTS);
    assert_eq!(adjoint, transposed(&output));

    // That they are linear: for some other numbers as well.
    let x: Vec<f64> = (0..F::POINTS).map(|i| (i * i % 7) as f64 - 2.5).collect();
    let v: Vec<f64> = (0..F::POINTS).map(|i| (i * 5 % 11) as f64 - 4.5).collect();
    let forward = dot(&apply(simd, F::input::<S>, &x, F::POINTS), &v);
    let backward = dot(&x, &apply(simd, F::input_adjoint::<S>, &v, F::POINTS));
    assert!(
        (forward - backward).abs() < 1e-4,
        "{forward} and {backward}"
    );
    let y = &v[..F::OUTPUTS];
    let forward = dot(&apply(simd, F::output::<S>, &x, F::OUTPUTS), y);
    let backward = dot(&x, &apply(simd, F::output_adjoint::<S>, y, F::POINTS));
    assert!(
        (forward - backward).abs() < 1e-4,
        "{forward} and {backward}"
    );
}

law!(each_filter_is_the_plain_filter, Filters: |simd| {
    filters::<S, Four3>(simd, 1e-6);
    filters::<S, Four7>(simd, 5e-6);
});

law!(transforms_have_their_adjoints, Adjoints: |simd| {
    adjoints::<S, Four3>(simd);
    adjoints::<S, Four7>(simd);
});
