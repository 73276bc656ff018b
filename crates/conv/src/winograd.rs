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
//! The gradients use the adjoints of the same transforms, not a convolution of their own: if
//! `y = A^T [(G w) (B^T x)]`, then with `z = A dy` the gradient of the input is `B [(G w)^T z]`
//! and that of the weight `G^T [(B^T x)^T z]`. So `z` serves both, and where tiles overlap the
//! gradients of the input add up.
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
use crate::layout::Window;
use crate::product::{Left, Product, Result, Right};
use crate::shape::{Axes, Shape};
use crate::simd::{Simd, whole_vectors};
use minimal::Minimal;

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
    /// Columns of the strip in which the input's gradient is put together.
    pub strip_columns: usize,
    filter: PhantomData<F>,
}

impl<F: Minimal> Plan<F> {
    pub(crate) fn new(shape: &Shape, axes: Axes) -> Self {
        let (kernel, width) = (shape.kernel.1, shape.output_width());
        let framed = width + kernel - 1;
        let (inputs, outputs) = (shape.inputs, shape.outputs);
        let tile_rows = shape.output_height().div_ceil(F::OUTPUTS);
        let shape = *shape;
        match axes {
            Axes::Rows => {
                // The gradient has a frame as wide as the kernel reaches.
                let grad_row = (framed + kernel - 1) * outputs;
                let row = framed * inputs;
                Self {
                    shape,
                    axes,
                    tile_rows,
                    pixels: width,
                    grad_pixels: framed,
                    kernel_columns: kernel,
                    input: Side {
                        stride: inputs,
                        row,
                        point_row: row,
                    },
                    output: Side {
                        stride: outputs,
                        row: grad_row,
                        point_row: grad_row,
                    },
                    strip_columns: framed,
                    filter: PhantomData,
                }
            }
            Axes::Both => {
                let tiles = width.div_ceil(F::OUTPUTS);
                let columns = tiles * F::OUTPUTS + F::TAPS - 1;
                let side = |channels, columns| {
                    let stride = whole_vectors(channels);
                    Side {
                        stride,
                        row: columns * stride,
                        point_row: tiles * stride,
                    }
                };
                Self {
                    shape,
                    axes,
                    tile_rows,
                    pixels: tiles,
                    grad_pixels: tiles,
                    kernel_columns: 1,
                    input: side(inputs, columns),
                    output: side(outputs, tiles * F::OUTPUTS),
                    strip_columns: columns,
                    filter: PhantomData,
                }
            }
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

    /// The part of the input that a strip needs.
    pub(crate) fn input_window(&self, strip: Strip) -> Window {
        Window {
            first_row: (strip.first * F::OUTPUTS) as isize - self.shape.padding.top as isize,
            rows: Self::input_rows(strip.count),
            first_column: -(self.shape.padding.left as isize),
            columns: self.input.row / self.input.stride,
        }
    }

    /// The part of the output's gradient that a strip needs.
    pub(crate) fn output_window(&self, strip: Strip) -> Window {
        let frame = match self.axes {
            Axes::Rows => self.shape.kernel.1 - 1,
            Axes::Both => 0,
        };
        Window {
            first_row: (strip.first * F::OUTPUTS) as isize,
            rows: strip.count * F::OUTPUTS,
            first_column: -(frame as isize),
            columns: self.output.row / self.output.stride,
        }
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
