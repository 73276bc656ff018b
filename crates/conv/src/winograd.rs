//! Winograd's method: fewer multiplications, by minimal filters along the rows' axis or both.
//!
//! A picture is cut into tile rows of [`OUTPUTS`](Minimal::OUTPUTS) output rows. The
//! `m + r - 1` rows that a tile row needs are transformed, number by number, to as many *points*.
//! At each point the convolution is an ordinary one along the columns, hence a matrix product as
//! in [`direct`](crate::direct), with the kernel transformed likewise; transforming back gives
//! the output rows:
//!
//! ```text
//! rows 0..6  --B^T-->  6 points  --product with G w-->  6 points  --A^T-->  output rows 0..4
//! rows 4..10 --B^T-->  ...                                                  output rows 4..8
//! ```
//!
//! With many channels the columns are transformed as well ([`Axes::Both`]): tiles of 6 x 6 pixels
//! become 36 points, and at each point the convolution is a product of pixel by channel.
//!
//! The gradients use the adjoints of the same transforms, as the crate's documentation says; where
//! tiles overlap the gradients of the input add up.
//!
//! Error: a constant factor over the direct sum. See the crate's README for measurements.

mod backward;
mod forward;
mod minimal;
mod transform;

pub(crate) use backward::backward;
pub(crate) use forward::forward;
pub(crate) use minimal::{Four3, Four7};

use std::marker::PhantomData;

use crate::jobs::{Jobs, Strip};
use crate::layout::{Planes, Window};
use crate::product::{Left, Product, Result, Right};
use crate::shape::{Axes, Shape};
use crate::simd::{Simd, whole_vectors};
use minimal::Minimal;
use transform::{Transform, to_points};

/// Numbers at the points of both pictures that a job works on: 512 KiB, half of a second-level
/// cache.
const JOB_NUMBERS: usize = 128 * 1024;

/// Pixels a point that a job works on at least: fewer, and the weight is read too often.
const LEAST_PIXELS: usize = 64;

/// One of the two pictures, the input or (the gradient of) the output, as the transforms see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side {
    /// Numbers from one pixel to the next.
    pub stride: usize,
    /// Numbers in a row before the transform.
    pub row: usize,
    /// Numbers in a tile row at one point.
    pub point_row: usize,
    /// Rows that a strip needs above its own.
    above: usize,
    /// Rows that it needs besides its own, above and below.
    more_rows: usize,
    /// Columns before the picture's first.
    before: usize,
}

/// The plan of a convolution by the filter `F`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<F> {
    pub shape: Shape,
    pub axes: Axes,
    /// Tile rows of a picture.
    pub tile_rows: usize,
    /// Pixels of the output in a tile row at one point.
    pub pixels: usize,
    /// Pixels of the input's gradient in a tile row at one point.
    pub grad_pixels: usize,
    /// Columns of the kernel that the products see.
    pub kernel_columns: usize,
    pub input: Side,
    pub output: Side,
    filter: PhantomData<F>,
}

impl<F: Minimal> Plan<F> {
    pub(crate) fn new(shape: &Shape, axes: Axes) -> Self {
        let (kernel, width) = (shape.kernel.1, shape.output_width());
        let (framed, tiles) = (width + kernel - 1, width.div_ceil(F::OUTPUTS));
        let covered = tiles * F::OUTPUTS;
        let (pixels, grad_pixels, kernel_columns, columns) = match axes {
            // The gradient has a frame as wide as the kernel reaches.
            Axes::Rows => (width, framed, kernel, [framed, framed + kernel - 1]),
            Axes::Both => (tiles, tiles, 1, [covered + F::TAPS - 1, covered]),
        };
        let side = |channels, columns| {
            let (stride, point_columns) = match axes {
                Axes::Rows => (channels, columns),
                Axes::Both => (whole_vectors(channels), tiles),
            };
            Side {
                stride,
                row: columns * stride,
                point_row: point_columns * stride,
                above: 0,
                more_rows: 0,
                before: kernel_columns - 1,
            }
        };
        Self {
            shape: *shape,
            axes,
            tile_rows: shape.output_height().div_ceil(F::OUTPUTS),
            pixels,
            grad_pixels,
            kernel_columns,
            input: Side {
                above: shape.padding.top,
                more_rows: F::TAPS - 1,
                before: shape.padding.left,
                ..side(shape.inputs, columns[0])
            },
            output: side(shape.outputs, columns[1]),
            filter: PhantomData,
        }
    }

    /// Points of a tile.
    pub(crate) fn points(&self) -> usize {
        match self.axes {
            Axes::Rows => F::POINTS,
            Axes::Both => F::POINTS * F::POINTS,
        }
    }

    /// Groups and rows of the left matrix of a product at one point: the pixels of tiles follow
    /// each other without a gap, those of rows do not.
    pub(crate) fn groups(&self, tile_rows: usize, pixels: usize) -> (usize, usize) {
        match self.axes {
            Axes::Rows => (tile_rows, pixels),
            Axes::Both => (1, tile_rows * pixels),
        }
    }

    /// Rows of a strip of the input, with what its kernel reaches.
    pub(crate) fn input_rows(tile_rows: usize) -> usize {
        tile_rows * F::OUTPUTS + F::TAPS - 1
    }

    /// The jobs of the batch.
    ///
    /// At least so many tile rows to a job that the rows which two neighbours share lie in one of
    /// them.
    pub(crate) fn jobs(&self) -> Jobs {
        let channels = self.input.stride + self.output.stride;
        let target = (JOB_NUMBERS / (self.points() * channels)).max(LEAST_PIXELS);
        let least = (F::TAPS - 1).div_ceil(F::OUTPUTS);
        Jobs::new(self.shape.batch, self.tile_rows, self.pixels, target, least)
    }

    /// Brings what a strip needs of a picture to the points, to the tile rows from `first` of
    /// `tile_rows` on; `rows` is left with the picture's rows. Gives back the larger of `largest`
    /// and the magnitudes that it met.
    #[inline(always)]
    fn at_points<S: Simd, T: Transform>(
        &self,
        simd: S,
        (pictures, side): (Planes, Side),
        strip: Strip,
        (first, tile_rows): (usize, usize),
        (rows, points): (&mut [f32], &mut [f32]),
        largest: S::Vector,
    ) -> S::Vector {
        let window = Window {
            first_row: (strip.first * F::OUTPUTS) as isize - side.above as isize,
            rows: strip.count * F::OUTPUTS + side.more_rows,
            first_column: -(side.before as isize),
            columns: side.row / side.stride,
        };
        let largest = pictures.to_rows(simd, strip.picture, window, rows, side.stride, largest);
        for tile_row in 0..strip.count {
            let rows = &rows[tile_row * F::OUTPUTS * side.row..];
            let points = &mut points[(first + tile_row) * side.point_row..];
            let distance = tile_rows * side.point_row;
            to_points::<S, F, T>(simd, self.axes, side, rows, points, distance);
        }
        largest
    }

    /// Columns of a strip of the input, with what its kernel reaches.
    fn input_columns(&self) -> usize {
        self.input.row / self.input.stride
    }

    /// One of the pictures at the points times the weight at the points, into
    /// `[point][tile row][pixel][channel]`.
    #[inline(always)]
    fn multiply<S: Simd>(&self, simd: S, picture: Factor, weight: &[f32], sums: &mut [f32]) {
        let Factor {
            side,
            tile_rows,
            pixels,
            ..
        } = picture;
        let depth = self.kernel_columns * picture.channels;
        let columns = weight.len() / (self.points() * depth);
        let group = pixels * columns;
        let (groups, rows) = self.groups(tile_rows, pixels);
        for point in 0..self.points() {
            let product = Product {
                groups,
                rows,
                columns,
                segments: 1,
                steps: depth,
                left: Left {
                    numbers: &picture.points[point * tile_rows * side.point_row..],
                    group: side.point_row,
                    row: side.stride,
                    segment: 0,
                    step: 1,
                },
                right: Right::Panels(&weight[point * depth * columns..][..depth * columns]),
                accumulate: false,
            };
            let mut result = Result {
                numbers: &mut sums[point * tile_rows * group..],
                group,
                row: columns,
            };
            product.compute(simd, &mut result);
        }
    }
}

/// A picture at the points, to be multiplied by the weight.
#[derive(Clone, Copy)]
struct Factor<'a> {
    points: &'a [f32],
    side: Side,
    channels: usize,
    tile_rows: usize,
    /// Pixels of the result in a tile row at one point.
    pixels: usize,
}
