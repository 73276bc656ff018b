//! The direct method: the sum as it is written, as one matrix product.
//!
//! The left matrix is the picture itself, whose rows overlap in memory, as the crate's
//! documentation shows; nothing is copied (the usual "im2col" copies each number as often as the
//! kernel is large).
//!
//! The rows of the kernel are the segments of the product's depth. The gradient of the input is
//! the same with the kernel turned by half a turn and the channels exchanged; that of the weight
//! takes the matrix transposed, times the gradient of the output.
#![allow(unsafe_code)] // parallel writes to the result

use rayon::prelude::*;

use crate::gradients::{Factors, Gradients, Parts, Pixels, Sums, Wanted, sum_pixels};
use crate::jobs::{Jobs, Strip, in_parallel};
use crate::layout::{Planes, ToPlanes, Window};
use crate::memory::{Output, Scratch};
use crate::product::{Left, Product, Result, Right};
use crate::shape::{Padding, Shape};
use crate::simd::{LANES, Simd, vectorized, whole_vectors};
use crate::weights::{Direction, Taps, weight_from_taps};

/// Numbers of both pictures that a job works on: 512 KiB, about half of a second-level cache.
const JOB_NUMBERS: usize = 128 * 1024;

/// The output: the bias (whole vectors) is added, and ReLU applied.
pub(crate) fn forward<S: Simd>(
    simd: S,
    shape: &Shape,
    input: Planes,
    taps: &Taps,
    bias: &[f32],
    relu: bool,
) -> Vec<f32> {
    let Padding { top, left, .. } = shape.padding;
    let correlation = Correlation {
        shape,
        from: input,
        panels: taps.panels(simd),
        origin: (-(top as isize), -(left as isize)),
        channels: shape.outputs,
        height: shape.output_height(),
        width: shape.output_width(),
        bias,
        relu,
    };
    correlation.compute(simd)
}

/// The gradients of the input, the weight and the bias.
pub(crate) fn backward<S: Simd>(
    simd: S,
    shape: &Shape,
    input: Planes,
    weight: &[f32],
    grad: Planes,
    wanted: Wanted,
) -> Gradients {
    let mut gradients = Gradients::default();
    if wanted.input {
        let taps = Taps::new(simd, shape, weight, Direction::Backward);
        gradients.input = Some(if taps.finite_and_small {
            input_gradient(simd, shape, grad, &taps)
        } else {
            input_gradient_without_padding(shape, weight, grad)
        });
    }
    if wanted.weight || wanted.bias {
        let rows = if wanted.weight {
            shape.kernel.1 * shape.inputs
        } else {
            0
        };
        let strips = Strips::new(shape, input, grad);
        let sums = Sums::new(shape.kernel.0, rows, shape.outputs)
            .add_up(simd, &strips.jobs, &strips)
            .unwrap_or_else(|| unreachable!("the direct method takes any numbers"));
        gradients.weight = wanted.weight.then(|| {
            let taps = taps_from_sums(shape, &sums.weight(simd));
            weight_from_taps(simd, shape, &taps)
        });
        gradients.bias = wanted.bias.then(|| sums.bias());
    }
    gradients
}

/// The gradient of the input: that of the output, correlated with the turned kernel.
fn input_gradient<S: Simd>(simd: S, shape: &Shape, grad: Planes, taps: &Taps) -> Vec<f32> {
    let first = |padding: usize, kernel: usize| padding as isize - (kernel as isize - 1);
    let correlation = Correlation {
        shape,
        from: grad,
        panels: taps.panels(simd),
        origin: (
            first(shape.padding.top, shape.kernel.0),
            first(shape.padding.left, shape.kernel.1),
        ),
        channels: shape.inputs,
        height: shape.height,
        width: shape.width,
        bias: &[],
        relu: false,
    };
    correlation.compute(simd)
}

/// A correlation of pictures with a kernel.
struct Correlation<'a> {
    shape: &'a Shape,
    from: Planes<'a>,
    panels: Scratch,
    /// The place of the kernel's first tap for pixel (0, 0) of the result.
    origin: (isize, isize),
    /// Channels of the result.
    channels: usize,
    /// Rows of the result.
    height: usize,
    /// Columns of the result.
    width: usize,
    /// Added to each pixel, in whole vectors; nothing where empty.
    bias: &'a [f32],
    /// Negative numbers of the result become 0.
    relu: bool,
}

impl Correlation<'_> {
    /// The result, as planes.
    fn compute<S: Simd>(&self, simd: S) -> Vec<f32> {
        let plane = self.height * self.width;
        let output = Output::new(self.shape.batch * self.channels * plane);
        let to = ToPlanes {
            output: &output,
            channels: self.channels,
            plane,
            bias: self.bias,
            relu: self.relu,
        };
        let more_rows = self.shape.kernel.0 - 1;
        let stride = whole_vectors(self.channels);
        let both = self.row_len() + self.width * stride;
        let rows = (JOB_NUMBERS / both).saturating_sub(more_rows).max(4);
        let target = rows * self.width;
        let jobs = Jobs::new(self.shape.batch, self.height, self.width, target, 1);
        let rows_len = (jobs.rows_per_strip() + more_rows) * self.row_len();
        let sums_len = jobs.rows_per_strip() * self.width * stride;
        in_parallel(
            0..jobs.count(),
            || (Scratch::new(rows_len), Scratch::new(sums_len)),
            |(rows, sums), job| {
                for strip in jobs.strips(job) {
                    vectorized!(simd, self.strip(simd, strip, rows, sums, to));
                }
            },
        )
        .collect::<()>();
        output.finish()
    }

    /// Columns that the pixels of a row reach.
    fn columns(&self) -> usize {
        self.width + self.shape.kernel.1 - 1
    }

    /// Numbers in these columns.
    fn row_len(&self) -> usize {
        self.columns() * self.from.channels
    }

    #[inline(always)]
    fn strip<S: Simd>(
        &self,
        simd: S,
        strip: Strip,
        rows: &mut [f32],
        sums: &mut [f32],
        to: ToPlanes,
    ) {
        let (kernel, channels) = (self.shape.kernel, self.from.channels);
        let window = Window {
            first_row: self.origin.0 + strip.first as isize,
            rows: strip.count + kernel.0 - 1,
            first_column: self.origin.1,
            columns: self.columns(),
        };
        let zero = simd.zero();
        self.from
            .to_rows(simd, strip.picture, window, rows, channels, zero);
        let stride = whole_vectors(self.channels);
        let product = Product {
            groups: strip.count,
            rows: self.width,
            columns: stride,
            segments: kernel.0,
            steps: kernel.1 * channels,
            left: Left {
                numbers: rows,
                group: self.row_len(),
                row: channels,
                segment: self.row_len(),
                step: 1,
            },
            right: Right::Panels(&self.panels),
            accumulate: false,
        };
        let mut result = Result {
            numbers: sums,
            group: self.width * stride,
            row: stride,
        };
        product.compute(simd, &mut result);
        let (start, count) = (strip.first * self.width, strip.count * self.width);
        // Safety: strips do not overlap.
        unsafe {
            to.write(simd, strip.picture, start, count, result.numbers, stride);
        }
    }
}

/// The gradient of the input when the weight holds what is not finite.
///
/// A correlation multiplies the zeros around the gradient of the output by the weight, and zero
/// times infinity is not a number. Burn adds up the output pixels that exist and no others; so
/// does this, row by row.
fn input_gradient_without_padding(shape: &Shape, weight: &[f32], grad: Planes) -> Vec<f32> {
    let taps = shape.kernel.0 * shape.kernel.1;
    let mut input = vec![0.0; shape.input_len()];
    let planes = input
        .par_chunks_mut((shape.height * shape.width).max(1))
        .enumerate();
    planes.for_each(|(plane, sums)| {
        let (picture, channel) = (plane / shape.inputs, plane % shape.inputs);
        for output in 0..shape.outputs {
            let weight = &weight[(output * shape.inputs + channel) * taps..][..taps];
            let plane = picture * shape.outputs + output;
            for row in 0..grad.height {
                let start = (plane * grad.height + row) * grad.width;
                for (tap, weight) in weight.iter().enumerate() {
                    let (tap_row, tap_column) = (tap / shape.kernel.1, tap % shape.kernel.1);
                    let to = (row + tap_row).checked_sub(shape.padding.top);
                    let Some(to) = to.filter(|to| *to < shape.height) else {
                        continue;
                    };
                    let sums = &mut sums[to * shape.width..][..shape.width];
                    add_row(sums, *weight, &grad, start, tap_column, shape.padding.left);
                }
            }
        }
    });
    input
}

/// Adds `weight` times a row of the gradient, shifted by the tap's column.
fn add_row(
    sums: &mut [f32],
    weight: f32,
    grad: &Planes,
    start: usize,
    tap_column: usize,
    left: usize,
) {
    let first = left.saturating_sub(tap_column);
    let shift = (tap_column + first) - left;
    let count = grad
        .width
        .saturating_sub(first)
        .min(sums.len().saturating_sub(shift));
    for (i, sum) in sums.iter_mut().skip(shift).take(count).enumerate() {
        let at = start + first + i;
        let kept = grad
            .sign
            .is_none_or(|sign| sign[at].is_nan() || sign[at] > 0.0);
        *sum += weight * if kept { grad.numbers[at] } else { 0.0 };
    }
}

/// The parts of the weight's gradient: rows of the input, then rows of the output's gradient.
struct Strips<'a> {
    shape: &'a Shape,
    input: Planes<'a>,
    grad: Planes<'a>,
    jobs: Jobs,
    /// Numbers in a row of the input, with its frame, and of the gradient.
    input_row: usize,
    grad_row: usize,
}

impl<'a> Strips<'a> {
    fn new(shape: &'a Shape, input: Planes<'a>, grad: Planes<'a>) -> Self {
        let (height, width) = (shape.output_height(), shape.output_width());
        let input_row = (width + shape.kernel.1 - 1) * shape.inputs;
        let grad_row = width * shape.outputs;
        let rows = (JOB_NUMBERS / (input_row + grad_row))
            .saturating_sub(shape.kernel.0 - 1)
            .max(4);
        let jobs = Jobs::of_one_picture(shape.batch, height, rows);
        Self {
            shape,
            input,
            grad,
            jobs,
            input_row,
            grad_row,
        }
    }

    fn strip(&self, job: usize) -> Strip {
        self.jobs
            .strips(job)
            .next()
            .unwrap_or_else(|| unreachable!("a job has a strip"))
    }

    /// Where the gradient starts in a part: both pictures have a vector behind them that is read.
    fn grad_start(&self) -> usize {
        (self.jobs.rows_per_strip() + self.shape.kernel.0 - 1) * self.input_row + LANES
    }
}

impl Parts for Strips<'_> {
    type Buffers = ();

    fn buffers(&self) {}

    fn part_len(&self) -> usize {
        self.grad_start() + self.jobs.rows_per_strip() * self.grad_row + LANES
    }

    #[inline(always)]
    fn fill<S: Simd>(
        &self,
        simd: S,
        job: usize,
        (): &mut (),
        part: &mut [f32],
        bias: &mut [f32],
    ) -> bool {
        let (shape, width) = (self.shape, self.shape.output_width());
        let Strip {
            picture,
            first,
            count,
        } = self.strip(job);
        let (rows, grads) = part.split_at_mut(self.grad_start());
        let window = Window {
            first_row: first as isize - shape.padding.top as isize,
            rows: count + shape.kernel.0 - 1,
            first_column: -(shape.padding.left as isize),
            columns: width + shape.kernel.1 - 1,
        };
        let zero = simd.zero();
        self.input
            .to_rows(simd, picture, window, rows, shape.inputs, zero);
        let window = Window {
            first_row: first as isize,
            rows: count,
            first_column: 0,
            columns: width,
        };
        self.grad
            .to_rows(simd, picture, window, grads, shape.outputs, zero);
        bias.fill(0.0);
        sum_pixels(simd, grads, count * width, shape.outputs, bias);
        true
    }

    fn factors<'b>(&self, job: usize, point: usize, part: &'b [f32]) -> Factors<'b> {
        let (input, grad) = part.split_at(self.grad_start());
        let Shape {
            inputs, outputs, ..
        } = *self.shape;
        Factors {
            segments: self.strip(job).count,
            steps: self.shape.output_width(),
            input: Pixels {
                numbers: &input[point * self.input_row..],
                segment: self.input_row,
                step: inputs,
            },
            grad: Pixels {
                numbers: grad,
                segment: self.grad_row,
                step: outputs,
            },
        }
    }
}

/// From `[kernel row][kernel column, input][output]` to `[input][tap][output]`.
fn taps_from_sums(shape: &Shape, sums: &[f32]) -> Vec<f32> {
    let columns = whole_vectors(shape.outputs);
    let taps = shape.kernel.0 * shape.kernel.1;
    let mut numbers = vec![0.0; sums.len()];
    for (row, sums) in sums.chunks_exact(columns).enumerate() {
        let (tap, input) = (row / shape.inputs, row % shape.inputs);
        numbers[(input * taps + tap) * columns..][..columns].copy_from_slice(sums);
    }
    numbers
}
