//! Products of matrices that lie in slices, at any strides.
#![allow(unsafe_code)] // hands checked slices to the micro-kernel

use crate::kernel::{Tile, multiply};
use crate::simd::{LANES, Simd, vectorized};

/// Where the numbers of the left matrix lie: number `(g, i, s, l)` at
/// `g * group + i * row + s * segment + l * step`.
#[derive(Clone, Copy)]
pub(crate) struct Left<'a> {
    pub numbers: &'a [f32],
    pub group: usize,
    pub row: usize,
    pub segment: usize,
    pub step: usize,
}

/// Where the rows of the right matrix lie. Columns are stored side by side.
#[derive(Clone, Copy)]
pub(crate) enum Right<'a> {
    /// In [panels](panel_place) as wide as a tile.
    Panels(&'a [f32]),
    /// Row `(s, l)` from `s * segment + l * step` on. What lies in the columns beyond the last is
    /// read as well, up to whole vectors.
    Rows {
        numbers: &'a [f32],
        segment: usize,
        step: usize,
    },
}

/// Where the result goes: number `(g, i, j)` to `g * group + i * row + j`.
pub(crate) struct Result<'a> {
    pub numbers: &'a mut [f32],
    pub group: usize,
    pub row: usize,
}

/// `result[g, i][j] (+)= sum over s, l of left[g, i, s, l] * right[s, l][j]`
///
/// Rows come in groups, as the pixels of a picture come in rows.
#[derive(Clone, Copy)]
pub(crate) struct Product<'a> {
    pub groups: usize,
    pub rows: usize,
    /// A multiple of [`LANES`].
    pub columns: usize,
    pub segments: usize,
    /// Steps in a segment: the depth of the product is `segments * steps`.
    pub steps: usize,
    pub left: Left<'a>,
    pub right: Right<'a>,
    /// Add to what the result holds.
    pub accumulate: bool,
}

/// The place of number `(row, column)` of a right matrix in panels: panels of the tile's width
/// one after the other (the last may be one vector wide), in each row after row.
#[inline(always)]
pub(crate) fn panel_place<S: Simd>(
    _: S,
    columns: usize,
    depth: usize,
    row: usize,
    column: usize,
) -> usize {
    let first = column / S::TILE_COLUMNS * S::TILE_COLUMNS;
    let width = S::TILE_COLUMNS.min(columns - first);
    first * depth + row * width + column - first
}

/// The place after the last number, of numbers at these counts and strides.
fn end(axes: &[(usize, usize)], last: usize) -> usize {
    axes.iter()
        .map(|(count, stride)| (count - 1) * stride)
        .sum::<usize>()
        + last
}

impl Product<'_> {
    /// Checks that all numbers lie inside their slices.
    fn check(&self, result: &Result) {
        let Self {
            groups,
            rows,
            columns,
            segments,
            steps,
            left,
            right,
            ..
        } = *self;
        assert!(
            segments > 0 && steps > 0 && columns.is_multiple_of(LANES),
            "no product"
        );
        let axes = [
            (groups, left.group),
            (rows, left.row),
            (segments, left.segment),
            (steps, left.step),
        ];
        assert!(
            end(&axes, 1) <= left.numbers.len(),
            "the left matrix is too short"
        );
        let (numbers, needed) = match right {
            Right::Panels(numbers) => (numbers, segments * steps * columns),
            Right::Rows {
                numbers,
                segment,
                step,
            } => (numbers, end(&[(segments, segment), (steps, step)], columns)),
        };
        assert!(needed <= numbers.len(), "the right matrix is too short");
        let axes = [(groups, result.group), (rows, result.row)];
        assert!(
            end(&axes, columns) <= result.numbers.len(),
            "the result is too short"
        );
    }

    /// Computes the product.
    ///
    /// A panel of the right matrix is used for all rows before the next one.
    ///
    /// # Panics
    /// When a matrix is too short for the sizes.
    #[inline(always)]
    pub(crate) fn compute<S: Simd>(&self, simd: S, result: &mut Result) {
        let Self {
            groups,
            rows,
            columns,
            segments,
            steps,
            left,
            right,
            accumulate,
        } = *self;
        if groups == 0 || rows == 0 {
            return;
        }
        self.check(result);
        for column in (0..columns).step_by(S::TILE_COLUMNS) {
            let width = S::TILE_COLUMNS.min(columns - column);
            let (b, b_segment, b_step) = match right {
                Right::Panels(numbers) => {
                    (&numbers[column * segments * steps..], steps * width, width)
                }
                Right::Rows {
                    numbers,
                    segment,
                    step,
                } => (&numbers[column..], segment, step),
            };
            for group in 0..groups {
                for (first, count) in balanced(rows, S::TILE_ROWS) {
                    let tile = Tile {
                        rows: count,
                        columns: width,
                        segments,
                        steps,
                        a: left.numbers[group * left.group + first * left.row..].as_ptr(),
                        a_row: left.row,
                        a_segment: left.segment,
                        a_step: left.step,
                        b: b.as_ptr(),
                        b_segment,
                        b_step,
                        c: result.numbers[group * result.group + first * result.row + column..]
                            .as_mut_ptr(),
                        c_row: result.row,
                        accumulate,
                    };
                    // Safety: checked above for all rows, columns and steps, and a tile is a
                    // part of them; the result is borrowed mutably.
                    vectorized!(simd, unsafe { multiply(simd, &tile) });
                }
            }
        }
    }
}

/// `rows` cut into as few parts of at most `most` as possible, of nearly equal size.
#[inline(always)]
fn balanced(rows: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let parts = rows.div_ceil(most);
    (0..parts).map(move |part| {
        let first = part * rows / parts;
        (first, (part + 1) * rows / parts - first)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::with_all;

    /// Small whole numbers, whose sums are exact; no two neighbours equal.
    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        let number = |i: usize| ((i * 7 + i * i / 3 + seed) % 13) as f32 - 6.0;
        (0..count).map(number).collect()
    }

    /// Compares a product of groups, rows, columns, segments and steps with three loops, at odd
    /// strides: rows of both matrices overlap, and the result has gaps between its rows. All
    /// have exactly the numbers that are needed, or so many `fewer`.
    fn check<S: Simd>(
        simd: S,
        sizes: [usize; 5],
        panels: bool,
        accumulate: bool,
        fewer: [usize; 3],
    ) {
        let [groups, rows, columns, segments, steps] = sizes;
        let depth = segments * steps;
        let (group, row, segment, step) = (17, 3, 5, 2);
        let a_axes = [
            (groups, group),
            (rows, row),
            (segments, segment),
            (steps, step),
        ];
        let a = numbers(end(&a_axes, 1), 1);
        let (b_segment, b_step) = (columns + 5, 3);
        let b_axes = [(segments, b_segment), (steps, b_step)];
        let b = numbers(
            if panels {
                depth * columns
            } else {
                end(&b_axes, columns)
            },
            2,
        );
        let place = |s: usize, l: usize, j: usize| match panels {
            true => panel_place(simd, columns, depth, s * steps + l, j),
            false => s * b_segment + l * b_step + j,
        };
        let (c_group, c_row) = (rows * (columns + 3) + 1, columns + 3);
        let mut c = vec![1.0; end(&[(groups, c_group), (rows, c_row)], columns)];
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
        let b = &b[..b.len() - fewer[1]];
        let rows_of_b = Right::Rows {
            numbers: b,
            segment: b_segment,
            step: b_step,
        };
        let product = Product {
            groups,
            rows,
            columns,
            segments,
            steps,
            left: Left {
                numbers: &a[..a.len() - fewer[0]],
                group,
                row,
                segment,
                step,
            },
            right: if panels { Right::Panels(b) } else { rows_of_b },
            accumulate,
        };
        let len = c.len() - fewer[2];
        let mut result = Result {
            numbers: &mut c[..len],
            group: c_group,
            row: c_row,
        };
        product.compute(simd, &mut result);
        assert_eq!(c, expected, "{sizes:?}, panels: {panels}");
    }

    #[test]
    fn products_agree_with_three_loops_at_any_stride() {
        with_all!(simd => for rows in 1..=30 {
            for columns in [1, 2, 3, 5].map(|vectors| vectors * LANES) {
                for panels in [true, false] {
                    let accumulate = rows % 2 == 0;
                    check(simd, [1, rows, columns, 1, 4], panels, accumulate, [0; 3]);
                    check(simd, [3, rows, columns, 2, 5], panels, !accumulate, [0; 3]);
                }
            }
        });
    }

    fn check_fewer(panels: bool, fewer: [usize; 3]) {
        with_all!(simd => check(simd, [2, 3, LANES, 2, 3], panels, true, fewer));
    }

    #[test]
    #[should_panic = "the left matrix is too short"]
    fn a_left_matrix_that_is_too_short_panics() {
        check_fewer(true, [1, 0, 0]);
    }

    #[test]
    #[should_panic = "the right matrix is too short"]
    fn panels_that_are_too_short_panic() {
        check_fewer(true, [0, 1, 0]);
    }

    #[test]
    #[should_panic = "the right matrix is too short"]
    fn right_rows_that_are_too_short_panic() {
        check_fewer(false, [0, 1, 0]);
    }

    #[test]
    #[should_panic = "the result is too short"]
    fn a_result_that_is_too_short_panics() {
        check_fewer(true, [0, 0, 1]);
    }
}
