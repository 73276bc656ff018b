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

    /// Computes two groups of three rows, with a depth of two segments of three steps, at odd
    /// strides. The matrices have exactly the numbers that are needed, or so many `fewer`.
    fn compute<S: Simd>(simd: S, panels: bool, fewer: [usize; 3]) {
        let (b_segment, c_row) = (LANES + 5, LANES + 3);
        let (a_len, c_len) = (17 + 2 * 3 + 5 + 2 * 2 + 1, 5 * c_row + 1 + LANES);
        let (panels_len, rows_len) = (6 * LANES, b_segment + 2 * 3 + LANES);
        let a = vec![1.0; a_len - fewer[0]];
        let b = vec![1.0; if panels { panels_len } else { rows_len } - fewer[1]];
        let mut c = vec![1.0; c_len - fewer[2]];
        let rows_of_b = Right::Rows {
            numbers: &b,
            segment: b_segment,
            step: 3,
        };
        let product = Product {
            groups: 2,
            rows: 3,
            columns: LANES,
            segments: 2,
            steps: 3,
            left: Left {
                numbers: &a,
                group: 17,
                row: 3,
                segment: 5,
                step: 2,
            },
            right: if panels { Right::Panels(&b) } else { rows_of_b },
            accumulate: true,
        };
        let mut result = Result {
            numbers: &mut c,
            group: 3 * c_row + 1,
            row: c_row,
        };
        product.compute(simd, &mut result);
        assert_eq!(c[c_len - 1], 7.0);
    }

    #[test]
    fn matrices_that_are_too_short_panic() {
        with_all!(simd => for panels in [true, false] {
            compute(simd, panels, [0; 3]);
            for (place, what) in ["left matrix", "right matrix", "result"].iter().enumerate() {
                let mut fewer = [0; 3];
                fewer[place] = 1;
                let outcome = std::panic::catch_unwind(|| compute(simd, panels, fewer));
                let panic = outcome.expect_err(what);
                let sentence = panic.downcast_ref::<&str>().copied();
                assert_eq!(sentence, Some(format!("the {what} is too short").as_str()));
            }
        });
    }
}
