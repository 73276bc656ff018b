//! The output.
#![allow(unsafe_code)] // parallel writes to the result

use rayon::prelude::*;

use super::minimal::Minimal;
use super::transform::{Input, Output as ToOutput, Sums, from_points, weight_at_points};
use super::{Factor, Plan};
use crate::jobs::{Jobs, Strip, in_parallel};
use crate::layout::{Planes, ToPlanes, finite_and_small};
use crate::memory::{Output, Scratch};
use crate::shape::Axes;
use crate::simd::{Simd, vectorized, whole_vectors};
use crate::weights::Taps;

/// The convolution of `input` with `taps`, the bias (whole vectors, or empty) added, ReLU applied.
///
/// `None` where a number is not finite or so large that a transform could overflow.
pub(crate) fn forward<S: Simd, F: Minimal>(
    simd: S,
    plan: &Plan<F>,
    input: Planes,
    taps: &Taps,
    bias: &[f32],
    relu: bool,
) -> Option<Vec<f32>> {
    if !taps.finite_and_small {
        return None;
    }
    let shape = &plan.shape;
    let output = Output::new(shape.output_len());
    let forward = Forward {
        plan,
        jobs: plan.jobs(),
        input,
        weight: weight_at_points(simd, plan, taps),
        to: ToPlanes {
            output: &output,
            channels: shape.outputs,
            plane: shape.output_height() * shape.output_width(),
            bias,
            relu,
        },
    };
    let fit = in_parallel(
        0..forward.jobs.count(),
        || forward.buffers(),
        |buffers, job| vectorized!(simd, forward.job(simd, job, buffers)),
    )
    .reduce(|| true, |all, fit| all & fit);
    fit.then(|| output.finish())
}

struct Forward<'a, F> {
    plan: &'a Plan<F>,
    jobs: Jobs,
    input: Planes<'a>,
    /// At the points, in panels.
    weight: Scratch,
    to: ToPlanes<'a>,
}

/// The working memory of a thread.
struct Buffers {
    /// Rows of one strip of the input.
    rows: Scratch,
    /// The input at the points, `[point][tile row]`.
    points: Scratch,
    /// The output at the points.
    sums: Scratch,
    /// Rows of one strip of the output.
    output: Scratch,
}

impl<F: Minimal> Forward<'_, F> {
    fn buffers(&self) -> Buffers {
        let (plan, strip) = (self.plan, self.jobs.rows_per_strip());
        let tile_rows = strip * self.jobs.strips_per_job();
        let sums_row = plan.pixels * whole_vectors(plan.shape.outputs);
        Buffers {
            rows: Scratch::new(Plan::<F>::input_rows(strip) * plan.input.row),
            points: Scratch::new(plan.points() * tile_rows * plan.input.point_row),
            sums: Scratch::new(plan.points() * tile_rows * sums_row),
            output: Scratch::new(strip * F::OUTPUTS * self.output_row()),
        }
    }

    /// Numbers in a row of a strip of the output, whole tiles.
    fn output_row(&self) -> usize {
        let columns = match self.plan.axes {
            Axes::Rows => self.plan.pixels,
            Axes::Both => self.plan.pixels * F::OUTPUTS,
        };
        columns * whole_vectors(self.plan.shape.outputs)
    }

    /// Computes the strips of a job; `false` where a number was not fit for the transforms.
    #[inline(always)]
    fn job<S: Simd>(&self, simd: S, job: usize, buffers: &mut Buffers) -> bool {
        let plan = self.plan;
        let tile_rows = self.jobs.rows_of(job);
        let mut largest = simd.zero();
        let mut first = 0;
        for strip in self.jobs.strips(job) {
            let (from, place) = ((self.input, plan.input), (first, tile_rows));
            let to = (&mut *buffers.rows, &mut *buffers.points);
            largest = plan.at_points::<S, Input<F>>(simd, from, strip, place, to, largest);
            first += strip.count;
        }
        if !finite_and_small(simd, largest) {
            return false;
        }
        let picture = Factor {
            points: &buffers.points,
            side: plan.input,
            channels: plan.shape.inputs,
            tile_rows,
            pixels: plan.pixels,
        };
        plan.multiply(simd, picture, &self.weight, &mut buffers.sums);
        let mut first = 0;
        for strip in self.jobs.strips(job) {
            self.strip(simd, strip, (first, tile_rows), buffers);
            first += strip.count;
        }
        true
    }

    /// Transforms the sums of a strip back, which start at tile row `first` of `tile_rows`, and
    /// writes them to the result.
    #[inline(always)]
    fn strip<S: Simd>(
        &self,
        simd: S,
        strip: Strip,
        (first, tile_rows): (usize, usize),
        buffers: &mut Buffers,
    ) {
        let plan = self.plan;
        let stride = whole_vectors(plan.shape.outputs);
        let sums_row = plan.pixels * stride;
        let sums = Sums {
            pixels: plan.pixels,
            stride,
            distance: tile_rows * sums_row,
            row: self.output_row(),
            accumulate: false,
        };
        for tile_row in 0..strip.count {
            let points = &buffers.sums[(first + tile_row) * sums_row..];
            let rows = &mut buffers.output[tile_row * F::OUTPUTS * sums.row..];
            from_points::<S, F, ToOutput<F>>(simd, plan.axes, sums, points, rows);
        }
        let (height, width) = (plan.shape.output_height(), plan.shape.output_width());
        let first_row = strip.first * F::OUTPUTS;
        for row in 0..(strip.count * F::OUTPUTS).min(height - first_row) {
            let pixels = &buffers.output[row * sums.row..];
            let start = (first_row + row) * width;
            // Safety: strips do not overlap, nor do rows.
            unsafe {
                self.to
                    .write(simd, strip.picture, start, width, pixels, stride);
            }
        }
    }
}
