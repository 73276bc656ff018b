//! Minimal filtering: `m` outputs of a filter of `r` taps by `m + r - 1` multiplications.
//!
//! Winograd, "Arithmetic Complexity of Computations" (1980), by way of Toom and Cook: a filter is
//! a product of polynomials, and a product of polynomials can be computed at points. Evaluate
//! both at `n = m + r - 1` points (one of them infinity), multiply point by point, go back:
//!
//! ```text
//! y = A^T [ (G g) * (B^T x) ]          x: n numbers, g: r taps, y: m outputs, *: point by point
//! ```
//!
//! A plain filter needs `m * r` multiplications. The price are the transforms, which are additions
//! and multiplications by constants, but are shared by all channels, and an error larger than
//! that of the plain sum.
//!
//! The points are 0, pairs `+p` and `-p`, and infinity. The rows of `B^T` are the polynomials
//! that vanish at all other finite points, so that of `+p` is `x (x + p) Q(x^2)` where `Q` vanishes
//! at the squares of the other pairs: its even part is that of `-p`, its odd part the negative.
//! Each pair is one sum and one difference of two halves ([`Minimal::input`]), and nothing is
//! multiplied by zero. Powers of two scale each point so that no row is large; they cost no
//! rounding.
#![allow(clippy::needless_range_loop)] // rows and columns of small matrices

use crate::simd::Simd;

/// The most points of a filter here.
pub(crate) const MOST_POINTS: usize = 10;
const MOST_PAIRS: usize = (MOST_POINTS - 2) / 2;
const MOST_TAPS: usize = 7;
const MOST_OUTPUTS: usize = 4;

/// Numbers at the points of a filter, or its inputs or outputs; those beyond stay as they are.
pub(crate) type Points<V> = [V; MOST_POINTS];

/// The constants of a filter, all derived from its points.
pub(crate) struct Table {
    /// `p` of each pair.
    point: [f32; MOST_PAIRS],
    /// Coefficients of the polynomial in `x^2` that vanishes at all pairs.
    root: [f32; MOST_PAIRS + 1],
    /// `[pair][coefficient]` of the one that vanishes at the others.
    others: [[f32; MOST_PAIRS + 1]; MOST_PAIRS],
    /// `[pair][output]`: powers of `p`.
    powers: [[f32; MOST_OUTPUTS]; MOST_PAIRS],
    /// `G`, `[point][tap]`.
    pub kernel: [[f32; MOST_TAPS]; MOST_POINTS],
}

/// A row times a power of two that brings the root of the sum of its squares, times `factor`, to
/// about 1; and that power.
const fn scaled<const N: usize>(row: [f64; N], factor: f64) -> ([f32; N], f64) {
    let (mut square, mut scale) = (0.0, 1.0);
    let mut k = 0;
    while k < N {
        square += row[k] * row[k] * factor;
        k += 1;
    }
    while square >= 2.0 {
        square /= 4.0;
        scale /= 2.0;
    }
    while square < 0.5 {
        square *= 4.0;
        scale *= 2.0;
    }
    let mut scaled = [0.0; N];
    k = 0;
    while k < N {
        scaled[k] = (row[k] * scale) as f32;
        k += 1;
    }
    (scaled, scale)
}

/// The coefficients of the product of `(z - p^2)` over the pairs but one.
const fn product<const PAIRS: usize>(points: &[f64; PAIRS], but: usize) -> [f64; MOST_PAIRS + 1] {
    let mut coefficients = [0.0; MOST_PAIRS + 1];
    coefficients[0] = 1.0;
    let mut pair = 0;
    while pair < PAIRS {
        if pair != but {
            let square = points[pair] * points[pair];
            let mut k = MOST_PAIRS;
            while k > 0 {
                coefficients[k] = coefficients[k - 1] - square * coefficients[k];
                k -= 1;
            }
            coefficients[0] *= -square;
        }
        pair += 1;
    }
    coefficients
}

impl Table {
    /// The constants for the points 0, `+-points` and infinity.
    const fn new<const PAIRS: usize>(points: [f64; PAIRS], outputs: usize, taps: usize) -> Self {
        assert!(
            outputs + taps - 1 == 2 * PAIRS + 2,
            "as many points as the filter needs"
        );
        let mut table = Self {
            point: [0.0; MOST_PAIRS],
            root: [0.0; MOST_PAIRS + 1],
            others: [[0.0; MOST_PAIRS + 1]; MOST_PAIRS],
            powers: [[0.0; MOST_OUTPUTS]; MOST_PAIRS],
            kernel: [[0.0; MOST_TAPS]; MOST_POINTS],
        };
        // 0 and infinity.
        let root = product(&points, PAIRS);
        let root_scale;
        (table.root, root_scale) = scaled(root, 1.0);
        table.kernel[0][0] = (1.0 / root[0] / root_scale) as f32;
        table.kernel[2 * PAIRS + 1][taps - 1] = (1.0 / root_scale) as f32;
        let mut pair = 0;
        while pair < PAIRS {
            table.set_pair(&points, pair, outputs, taps);
            pair += 1;
        }
        table
    }

    const fn set_pair<const PAIRS: usize>(
        &mut self,
        points: &[f64; PAIRS],
        pair: usize,
        outputs: usize,
        taps: usize,
    ) {
        let p = points[pair];
        let others = product(points, pair);
        // The row's polynomial, and its value at p: x (x + p) Q(x^2).
        let (mut value, mut power) = (0.0, 2.0 * p * p);
        let mut k = 0;
        while k < PAIRS {
            value += others[k] * power;
            power *= p * p;
            k += 1;
        }
        let (mut powers, mut k) = ([0.0; MOST_OUTPUTS], 0);
        power = 1.0;
        while k < outputs {
            powers[k] = power;
            power *= p;
            k += 1;
        }
        let (input_scale, output_scale);
        self.point[pair] = p as f32;
        (self.others[pair], input_scale) = scaled(others, 1.0 + p * p);
        (self.powers[pair], output_scale) = scaled(powers, 1.0);
        power = 1.0 / value / input_scale / output_scale;
        k = 0;
        while k < taps {
            self.kernel[1 + 2 * pair][k] = power as f32;
            self.kernel[2 + 2 * pair][k] = (if k % 2 == 0 { power } else { -power }) as f32;
            power *= p;
            k += 1;
        }
    }
}

/// A minimal filter, and its four transforms.
pub(crate) trait Minimal: Copy + Send + Sync + 'static {
    /// Pairs of points.
    const PAIRS: usize;
    /// Outputs of one application, `m`.
    const OUTPUTS: usize;
    /// Taps, `r`.
    const TAPS: usize;
    /// Its constants.
    const TABLE: Table;
    /// Points, and numbers that one application reads.
    const POINTS: usize = 2 * Self::PAIRS + 2;

    /// `B^T x`: inputs to points.
    #[inline(always)]
    fn input<S: Simd>(simd: S, x: &Points<S::Vector>) -> Points<S::Vector> {
        let table = const { &Self::TABLE };
        let mut points = [simd.zero(); MOST_POINTS];
        let (mut first, mut last) = (simd.zero(), simd.zero());
        for k in 0..=Self::PAIRS {
            let coefficient = simd.splat(table.root[k]);
            first = simd.mul_add(coefficient, x[2 * k], first);
            last = simd.mul_add(coefficient, x[2 * k + 1], last);
        }
        points[0] = first;
        points[Self::POINTS - 1] = last;
        for pair in 0..Self::PAIRS {
            let (mut even, mut odd) = (simd.zero(), simd.zero());
            for k in 0..Self::PAIRS {
                let coefficient = simd.splat(table.others[pair][k]);
                even = simd.mul_add(coefficient, x[2 * k + 2], even);
                odd = simd.mul_add(coefficient, x[2 * k + 1], odd);
            }
            let point = simd.splat(table.point[pair]);
            points[1 + 2 * pair] = simd.mul_add(point, odd, even);
            points[2 + 2 * pair] = simd.mul_add(simd.splat(-table.point[pair]), odd, even);
        }
        points
    }

    /// `B v`, the adjoint of [`input`](Self::input): points to what they add to the inputs.
    #[inline(always)]
    fn input_adjoint<S: Simd>(simd: S, points: &Points<S::Vector>) -> Points<S::Vector> {
        let table = const { &Self::TABLE };
        let mut x = [simd.zero(); MOST_POINTS];
        for k in 0..=Self::PAIRS {
            let coefficient = simd.splat(table.root[k]);
            x[2 * k] = simd.mul(coefficient, points[0]);
            x[2 * k + 1] = simd.mul(coefficient, points[Self::POINTS - 1]);
        }
        for pair in 0..Self::PAIRS {
            let (plus, minus) = (points[1 + 2 * pair], points[2 + 2 * pair]);
            let even = simd.add(plus, minus);
            let odd = simd.mul(simd.splat(table.point[pair]), simd.sub(plus, minus));
            for k in 0..Self::PAIRS {
                let coefficient = simd.splat(table.others[pair][k]);
                x[2 * k + 2] = simd.mul_add(coefficient, even, x[2 * k + 2]);
                x[2 * k + 1] = simd.mul_add(coefficient, odd, x[2 * k + 1]);
            }
        }
        x
    }

    /// `A^T m`: points to outputs.
    #[inline(always)]
    fn output<S: Simd>(simd: S, points: &Points<S::Vector>) -> Points<S::Vector> {
        let table = const { &Self::TABLE };
        let mut y = [simd.zero(); MOST_POINTS];
        y[0] = points[0];
        y[Self::OUTPUTS - 1] = points[Self::POINTS - 1];
        for pair in 0..Self::PAIRS {
            let (plus, minus) = (points[1 + 2 * pair], points[2 + 2 * pair]);
            let halves = [simd.add(plus, minus), simd.sub(plus, minus)];
            for k in 0..Self::OUTPUTS {
                y[k] = simd.mul_add(simd.splat(table.powers[pair][k]), halves[k % 2], y[k]);
            }
        }
        y
    }

    /// `A y`, the adjoint of [`output`](Self::output): outputs to points.
    #[inline(always)]
    fn output_adjoint<S: Simd>(simd: S, y: &Points<S::Vector>) -> Points<S::Vector> {
        let table = const { &Self::TABLE };
        let mut points = [simd.zero(); MOST_POINTS];
        points[0] = y[0];
        points[Self::POINTS - 1] = y[Self::OUTPUTS - 1];
        for pair in 0..Self::PAIRS {
            let mut halves = [simd.zero(); 2];
            for k in 0..Self::OUTPUTS {
                let power = simd.splat(table.powers[pair][k]);
                halves[k % 2] = simd.mul_add(power, y[k], halves[k % 2]);
            }
            points[1 + 2 * pair] = simd.add(halves[0], halves[1]);
            points[2 + 2 * pair] = simd.sub(halves[0], halves[1]);
        }
        points
    }
}

/// Four outputs of three taps at six points: 3 multiplications an output become 1.5; of 3 x 3 taps
/// in two dimensions, 9 become 2.25 (Lavin & Gray, "Fast Algorithms for Convolutional Neural
/// Networks", 2016, who take 2 where we take 1/2, at a larger error).
#[derive(Clone, Copy)]
pub(crate) struct Four3;

impl Minimal for Four3 {
    const PAIRS: usize = 2;
    const OUTPUTS: usize = 4;
    const TAPS: usize = 3;
    const TABLE: Table = Table::new([1.0, 0.5], Self::OUTPUTS, Self::TAPS);
}

/// Four outputs of seven taps at ten points: 7 multiplications an output become 2.5.
#[derive(Clone, Copy)]
pub(crate) struct Four7;

impl Minimal for Four7 {
    const PAIRS: usize = 4;
    const OUTPUTS: usize = 4;
    const TAPS: usize = 7;
    const TABLE: Table = Table::new([1.0, 2.0, 0.5, 4.0 / 3.0], Self::OUTPUTS, Self::TAPS);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::{LANES, with_all};

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
                let products: Vec<f64> =
                    (0..F::POINTS).map(|p| points[p] * kernel[p][tap]).collect();
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
    }

    #[test]
    fn each_filter_is_the_plain_filter() {
        with_all!(simd => {
            filters::<_, Four3>(simd, 1e-6);
            filters::<_, Four7>(simd, 5e-6);
        });
    }

    #[test]
    fn transforms_have_their_adjoints() {
        with_all!(simd => {
            adjoints::<_, Four3>(simd);
            adjoints::<_, Four7>(simd);
        });
    }

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

    /// The growths that the tolerances of the crate's tests name, for three taps and seven.
    const GROWTH: [f64; 2] = [6.0, 29.0];

    #[test]
    fn errors_grow_no_more_than_the_tolerances_say() {
        with_all!(simd => {
            let found = [growths::<_, Four3>(simd), growths::<_, Four7>(simd)];
            for (found, most) in found.iter().zip(GROWTH) {
                assert!(found.iter().all(|growth| *growth < most), "{found:?}");
                assert!(found.iter().any(|growth| *growth > 0.8 * most), "{found:?}");
            }
        });
    }
}
