//! The products at the points.

use super::minimal::Minimal;
use super::plan::{Plan, Side};
use crate::product::{Left, Product, Result, Right};
use crate::simd::Simd;

/// One of the pictures at the points, times the weight at the points.
pub(crate) struct Products<'a> {
    /// The picture.
    pub side: Side,
    /// Its channels.
    pub channels: usize,
    /// Its tile rows.
    pub tile_rows: usize,
    /// Its numbers.
    pub points: &'a [f32],
    /// In panels, point by point.
    pub weight: &'a [f32],
    /// Pixels of the result in a tile row at one point.
    pub pixels: usize,
    /// Channels of the result, in whole vectors.
    pub columns: usize,
}

impl Products<'_> {
    /// Computes them into `sums`, `[point][tile row][pixel][channel]`.
    #[inline(always)]
    pub(crate) fn compute<S: Simd, F: Minimal>(&self, simd: S, plan: &Plan<F>, sums: &mut [f32]) {
        let Self {
            side,
            tile_rows,
            columns,
            ..
        } = *self;
        let depth = plan.kernel_columns * self.channels;
        let group = self.pixels * columns;
        let (groups, rows) = plan.groups(tile_rows, self.pixels);
        for point in 0..plan.points() {
            let left = Left {
                numbers: &self.points[point * tile_rows * side.point_row..],
                group: side.point_row,
                row: side.stride,
                segment: 0,
                step: 1,
            };
            let weight = &self.weight[point * depth * columns..][..depth * columns];
            let product = Product {
                groups,
                rows,
                columns,
                segments: 1,
                steps: depth,
                left,
                right: Right::Panels(weight),
                accumulate: false,
            };
            let numbers = &mut sums[point * tile_rows * group..];
            product.compute(
                simd,
                &mut Result {
                    numbers,
                    group,
                    row: columns,
                },
            );
        }
    }
}
