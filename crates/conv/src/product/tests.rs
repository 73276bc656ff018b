//! Products against three loops, and what happens when a matrix is too short.

mod places;

use super::{Left, Product, Result, Right, panel_place};
use crate::simd::tests::with_all;
use crate::simd::{LANES, Simd, Task};

/// The sizes of a product: groups, rows, columns, segments, steps.
type Sizes = [usize; 5];

/// Small whole numbers, whose sums are exact; no two neighbours equal.
fn numbers(count: usize, seed: usize) -> Vec<f32> {
    let number = |i: usize| ((i * 7 + i * i / 3 + seed) % 13) as f32 - 6.0;
    (0..count).map(number).collect()
}

/// A left matrix at odd strides, of exactly the length that is needed; rows overlap.
fn left([groups, rows, _, segments, steps]: Sizes) -> ([usize; 4], Vec<f32>) {
    let strides = [17, 3, 5, 2];
    let last = (groups - 1) * strides[0]
        + (rows - 1) * strides[1]
        + (segments - 1) * strides[2]
        + (steps - 1) * strides[3];
    (strides, numbers(last + 1, 1))
}

/// Runs the product on a result of ones, with gaps between its rows.
fn compute<S: Simd>(simd: S, sizes: Sizes, panels: bool, accumulate: bool, shorter: [usize; 3]) {
    let [groups, rows, columns, segments, steps] = sizes;
    let ([group, row, segment, step], a) = left(sizes);
    let depth = segments * steps;
    // Rows of the right matrix overlap as well.
    let (b_segment, b_step) = (columns + 5, 3);
    let b_len = if panels {
        depth * columns
    } else {
        (segments - 1) * b_segment + (steps - 1) * b_step + columns
    };
    let b = numbers(b_len, 2);
    let place = |s: usize, l: usize, j: usize| {
        if panels {
            panel_place(simd, columns, depth, s * steps + l, j)
        } else {
            s * b_segment + l * b_step + j
        }
    };
    let (c_group, c_row) = (rows * (columns + 3) + 1, columns + 3);
    let c_len = (groups - 1) * c_group + (rows - 1) * c_row + columns;
    let mut c = vec![1.0; c_len];
    let mut expected = c.clone();
    for (g, i) in (0..groups).flat_map(|g| (0..rows).map(move |i| (g, i))) {
        for j in 0..columns {
            let mut sum = if accumulate { 1.0 } else { 0.0 };
            for (s, l) in (0..segments).flat_map(|s| (0..steps).map(move |l| (s, l))) {
                sum += a[g * group + i * row + s * segment + l * step] * b[place(s, l, j)];
            }
            expected[g * c_group + i * c_row + j] = sum;
        }
    }
    let b = &b[..b.len() - shorter[1]];
    let right = if panels {
        Right::Panels(b)
    } else {
        Right::Rows {
            numbers: b,
            segment: b_segment,
            step: b_step,
        }
    };
    let product = Product {
        groups,
        rows,
        columns,
        segments,
        steps,
        left: Left {
            numbers: &a[..a.len() - shorter[0]],
            group,
            row,
            segment,
            step,
        },
        right,
        accumulate,
    };
    let numbers = &mut c[..c_len - shorter[2]];
    let mut result = Result {
        numbers,
        group: c_group,
        row: c_row,
    };
    product.compute(simd, &mut result);
    assert_eq!(c, expected, "{sizes:?}, panels: {panels}");
}

#[derive(Clone, Copy)]
struct AgainstLoops;

impl Task for AgainstLoops {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        for rows in 1..=30 {
            for columns in [LANES, 2 * LANES, 3 * LANES, 5 * LANES] {
                for panels in [true, false] {
                    let accumulate = rows % 2 == 0;
                    compute(simd, [1, rows, columns, 1, 4], panels, accumulate, [0; 3]);
                    compute(simd, [3, rows, columns, 2, 5], panels, !accumulate, [0; 3]);
                }
            }
        }
    }
}

#[test]
fn products_agree_with_three_loops_at_any_stride() {
    with_all(AgainstLoops);
}

/// A product of which one matrix lacks its last number.
#[derive(Clone, Copy)]
struct Shorter {
    panels: bool,
    shorter: [usize; 3],
}

impl Task for Shorter {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        compute(simd, [2, 3, LANES, 2, 3], self.panels, true, self.shorter);
    }
}

fn shorter(panels: bool, shorter: [usize; 3]) {
    with_all(Shorter { panels, shorter });
}

#[test]
#[should_panic = "the left matrix is too short"]
fn a_left_matrix_that_is_too_short_panics() {
    shorter(true, [1, 0, 0]);
}

#[test]
#[should_panic = "the right matrix is too short"]
fn panels_that_are_too_short_panic() {
    shorter(true, [0, 1, 0]);
}

#[test]
#[should_panic = "the right matrix is too short"]
fn right_rows_that_are_too_short_panic() {
    shorter(false, [0, 1, 0]);
}

#[test]
#[should_panic = "the result is too short"]
fn a_result_that_is_too_short_panics() {
    shorter(true, [0, 0, 1]);
}
