//! Where everything lies: the sizes that the transforms and the products share.

use std::marker::PhantomData;

use super::minimal::Minimal;
use crate::jobs::{Jobs, Strip};
use crate::layout::Window;
use crate::shape::Shape;
use crate::simd::whole_vectors;

/// Numbers at the points of both pictures that a job works on: 512 KiB, half of a second-level
/// cache.
const JOB_NUMBERS: usize = 128 * 1024;

/// Pixels a point that a job works on at least: fewer, and the weight is read too often.
const LEAST_PIXELS: usize = 64;

/// The axes that are transformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axes {
    /// Along the rows' axis; a point's row is a matrix of overlapping runs of pixels.
    Rows,
    /// Both; a point's row has a pixel a tile.
    Both,
}

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
}
