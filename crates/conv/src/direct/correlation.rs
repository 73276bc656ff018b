//! The output, and the gradient of the input.
#![allow(unsafe_code)] // parallel writes to the result

use rayon::prelude::*;

use super::JOB_NUMBERS;
use crate::jobs::Jobs;
use crate::layout::{Planes, ToPlanes, Window};
use crate::output::Output;
use crate::product::{Left, Product, Result, Right};
use crate::scratch::Scratch;
use crate::shape::Shape;
use crate::simd::{Simd, Task, whole_vectors};
use crate::weights::{Direction, Taps};

/// The sizes of a correlation of pictures with a kernel.
#[derive(Clone, Copy)]
pub(crate) struct Correlation {
    batch: usize,
    kernel: (usize, usize),
    /// The place of the kernel's first tap for output pixel (0, 0).
    origin: (isize, isize),
    outputs: usize,
    height: usize,
    width: usize,
    direction: Direction,
}

impl Correlation {
    /// From the input to the output.
    pub(crate) fn forward(shape: &Shape) -> Self {
        Self {
            batch: shape.batch,
            kernel: shape.kernel,
            origin: (
                -(shape.padding.top as isize),
                -(shape.padding.left as isize),
            ),
            outputs: shape.outputs,
            height: shape.output_height(),
            width: shape.output_width(),
            direction: Direction::Forward,
        }
    }

    /// From the gradient of the output to that of the input.
    pub(crate) fn backward(shape: &Shape) -> Self {
        let first = |padding: usize, kernel: usize| padding as isize - (kernel as isize - 1);
        Self {
            batch: shape.batch,
            kernel: shape.kernel,
            origin: (
                first(shape.padding.top, shape.kernel.0),
                first(shape.padding.left, shape.kernel.1),
            ),
            outputs: shape.inputs,
            height: shape.height,
            width: shape.width,
            direction: Direction::Backward,
        }
    }

    fn jobs(&self, channels: usize) -> Jobs {
        let input = (self.width + self.kernel.1 - 1) * channels;
        let row = input + self.width * whole_vectors(self.outputs);
        let rows = (JOB_NUMBERS / row).saturating_sub(self.kernel.0 - 1).max(4);
        Jobs::new(self.batch, self.height, self.width, rows * self.width, 1)
    }
}

/// Correlates `from` with `taps`, adds the bias (whole vectors, or empty), applies ReLU.
pub(crate) fn correlate<S: Simd>(
    simd: S,
    sizes: &Correlation,
    from: Planes,
    taps: &Taps,
    bias: &[f32],
    relu: bool,
) -> Vec<f32> {
    let plane = sizes.height * sizes.width;
    let output = Output::new(sizes.batch * sizes.outputs * plane);
    let panels = taps.panels(simd, sizes.direction == Direction::Backward);
    let to = ToPlanes {
        output: &output,
        channels: sizes.outputs,
        plane,
        bias,
        relu,
    };
    let jobs = sizes.jobs(from.channels);
    let columns = sizes.width + sizes.kernel.1 - 1;
    let rows_len = (jobs.rows_a_strip() + sizes.kernel.0 - 1) * columns * from.channels;
    let sums_len = jobs.rows_a_strip() * sizes.width * whole_vectors(sizes.outputs);
    (0..jobs.count()).into_par_iter().for_each_init(
        || (Scratch::new(rows_len), Scratch::new(sums_len)),
        |(rows, sums), job| {
            simd.run(Job {
                sizes,
                jobs: &jobs,
                job,
                from,
                panels: &panels,
                to,
                rows,
                sums,
            });
        },
    );
    output.finish()
}

struct Job<'a> {
    sizes: &'a Correlation,
    jobs: &'a Jobs,
    job: usize,
    from: Planes<'a>,
    panels: &'a [f32],
    to: ToPlanes<'a>,
    rows: &'a mut [f32],
    sums: &'a mut [f32],
}

impl Task for Job<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Correlation {
            kernel,
            origin,
            width,
            outputs,
            ..
        } = *self.sizes;
        let channels = self.from.channels;
        let columns = width + kernel.1 - 1;
        let stride = whole_vectors(outputs);
        for strip in self.jobs.strips(self.job) {
            let window = Window {
                first_row: origin.0 + strip.first as isize,
                rows: strip.count + kernel.0 - 1,
                first_column: origin.1,
                columns,
            };
            self.from.to_rows(
                simd,
                strip.picture,
                window,
                self.rows,
                channels,
                simd.zero(),
            );
            let row = columns * channels;
            let product = Product {
                groups: strip.count,
                rows: width,
                columns: stride,
                segments: kernel.0,
                steps: kernel.1 * channels,
                left: Left {
                    numbers: self.rows,
                    group: row,
                    row: channels,
                    segment: row,
                    step: 1,
                },
                right: Right::Panels(self.panels),
                accumulate: false,
            };
            let group = width * stride;
            product.compute(
                simd,
                &mut Result {
                    numbers: self.sums,
                    group,
                    row: stride,
                },
            );
            let (start, count) = (strip.first * width, strip.count * width);
            // Safety: strips do not overlap.
            unsafe {
                self.to
                    .write(simd, strip.picture, start, count, self.sums, stride);
            }
        }
    }
}
