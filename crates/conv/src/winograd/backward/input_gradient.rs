//! The gradient of the input: each strip's, put together where strips overlap.
#![allow(unsafe_code)] // parallel writes to the result

use std::ops::Range;

use super::seams::Seams;
use crate::jobs::{Jobs, Strip};
use crate::layout::ToPlanes;
use crate::output::Output;
use crate::scratch::Scratch;
use crate::shape::Shape;
use crate::simd::{Simd, Task, whole_vectors};
use crate::winograd::minimal::Minimal;
use crate::winograd::plan::Plan;
use crate::winograd::products::Products;
use crate::winograd::transform::{InputAdjoint, Sums, from_points};

/// The gradient of the input while jobs write it.
pub(super) struct InputGradient<'a, F> {
    plan: &'a Plan<F>,
    jobs: &'a Jobs,
    /// The weight at the points, in panels.
    weight: Scratch,
    output: Output,
    seams: Seams,
}

/// The working memory of a thread.
pub(super) struct Buffers {
    /// The gradient of the input at the points.
    sums: Scratch,
    /// Rows of one strip of it.
    rows: Scratch,
}

impl<'a, F: Minimal> InputGradient<'a, F> {
    pub(super) fn new(plan: &'a Plan<F>, jobs: &'a Jobs, weight: Scratch) -> Self {
        let shape = &plan.shape;
        let seams = Seams::new(jobs, shape.inputs, F::TAPS - 1, shape.width);
        Self {
            plan,
            jobs,
            weight,
            output: Output::new(shape.input_len()),
            seams,
        }
    }

    /// Fresh working memory for a thread.
    pub(super) fn buffers(&self) -> Buffers {
        let (plan, jobs) = (self.plan, self.jobs);
        let stride = whole_vectors(plan.shape.inputs);
        let tile_rows = jobs.rows_a_strip() * jobs.strips_a_job();
        let rows = Plan::<F>::input_rows(jobs.rows_a_strip());
        Buffers {
            sums: Scratch::new(plan.points() * tile_rows * plan.grad_pixels * stride),
            rows: Scratch::new(rows * plan.strip_columns * stride),
        }
    }

    /// Writes what a job's gradient of the output gives, at the points.
    pub(super) fn job<S: Simd>(&self, simd: S, job: usize, grad: &[f32], buffers: &mut Buffers) {
        let Buffers { sums, rows } = buffers;
        simd.run(Job {
            gradient: self,
            job,
            grad,
            sums,
            rows,
        });
    }

    /// The whole gradient, the strips' common rows added.
    pub(super) fn finish(self) -> Vec<f32> {
        let shape = &self.plan.shape;
        let mut output = self.output.finish();
        self.seams.add(&mut output, shape, F::OUTPUTS);
        output
    }

    /// The rows that a strip writes, counted with the frame above the picture: the rows below its
    /// tiles are the next strip's, if there is one.
    fn own_rows(&self, strip: Strip) -> Range<usize> {
        let Shape {
            height, padding, ..
        } = self.plan.shape;
        let below = if self.last(strip) { F::TAPS - 1 } else { 0 };
        let picture = |row: usize| row.clamp(padding.top, padding.top + height);
        let first = strip.first * F::OUTPUTS;
        picture(first)..picture(first + strip.count * F::OUTPUTS + below)
    }

    fn last(&self, strip: Strip) -> bool {
        strip.first + strip.count == self.plan.tile_rows
    }
}

struct Job<'a, F> {
    gradient: &'a InputGradient<'a, F>,
    job: usize,
    grad: &'a [f32],
    sums: &'a mut [f32],
    rows: &'a mut [f32],
}

impl<F: Minimal> Task for Job<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let InputGradient { plan, jobs, .. } = *self.gradient;
        let stride = whole_vectors(plan.shape.inputs);
        let sums_row = plan.grad_pixels * stride;
        let tile_rows: usize = jobs.strips(self.job).map(|strip| strip.count).sum();
        let products = Products {
            side: plan.output,
            channels: plan.shape.outputs,
            tile_rows,
            points: self.grad,
            weight: &self.gradient.weight,
            pixels: plan.grad_pixels,
            columns: stride,
        };
        products.compute(simd, plan, self.sums);
        let sums = Sums {
            pixels: plan.grad_pixels,
            stride,
            distance: tile_rows * sums_row,
            row: plan.strip_columns * stride,
            accumulate: true,
        };
        let mut first = 0;
        for strip in jobs.strips(self.job) {
            let rows = Plan::<F>::input_rows(strip.count);
            self.rows[..rows * sums.row].fill(0.0);
            for tile_row in 0..strip.count {
                let points = &self.sums[(first + tile_row) * sums_row..];
                let rows = &mut self.rows[tile_row * F::OUTPUTS * sums.row..];
                from_points::<S, F, InputAdjoint<F>>(simd, plan.axes, sums, points, rows);
            }
            first += strip.count;
            self.write(simd, strip, sums.row, stride);
        }
    }
}

impl<F: Minimal> Job<'_, F> {
    /// Writes the strip's own rows, and keeps those that it shares with the next one.
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, strip: Strip, row_len: usize, stride: usize) {
        let gradient = self.gradient;
        let shape = &gradient.plan.shape;
        let to = ToPlanes {
            output: &gradient.output,
            channels: shape.inputs,
            plane: shape.height * shape.width,
            bias: &[],
            relu: false,
        };
        let first = strip.first * F::OUTPUTS;
        let pixel = |row: usize| &self.rows[row * row_len + shape.padding.left * stride..];
        for row in gradient.own_rows(strip) {
            let start = (row - shape.padding.top) * shape.width;
            // Safety: strips do not overlap in their own rows.
            unsafe {
                to.write(
                    simd,
                    strip.picture,
                    start,
                    shape.width,
                    pixel(row - first),
                    stride,
                );
            }
        }
        if gradient.last(strip) {
            return;
        }
        for row in 0..F::TAPS - 1 {
            let pixels = pixel(strip.count * F::OUTPUTS + row);
            // Safety: each strip that is not a picture's last has its own seam.
            unsafe {
                gradient.seams.keep(simd, strip, row, pixels, stride);
            }
        }
    }
}
