//! The gradients.
#![allow(unsafe_code)] // parallel writes to the result

use std::ops::Range;

use rayon::prelude::*;

use super::minimal::Minimal;
use super::transform::{
    self, Input, InputAdjoint, OutputAdjoint, from_points, taps_from_points, weight_at_points,
};
use super::{Factor, Plan};
use crate::gradients::{Factors, Gradients, Parts, Pixels, Sums, Wanted, sum_pixels};
use crate::jobs::{Jobs, Strip};
use crate::layout::{Planes, ToPlanes, finite_and_small};
use crate::memory::{Output, Scratch};
use crate::shape::Shape;
use crate::simd::{LANES, Simd, whole_vectors};
use crate::weights::{Direction, Taps, weight_from_taps};

/// The gradients of the input, the weight and the bias.
///
/// `None` where a number is not finite or so large that a transform could overflow.
pub(crate) fn backward<S: Simd, F: Minimal>(
    simd: S,
    plan: &Plan<F>,
    input: Planes,
    weight: &[f32],
    grad: Planes,
    wanted: Wanted,
) -> Option<Gradients> {
    let shape = &plan.shape;
    let jobs = plan.jobs();
    let into_input = if wanted.input {
        let taps = Taps::new(simd, shape, weight, Direction::Backward);
        if !taps.finite_and_small {
            return None;
        }
        let weight = weight_at_points(simd, plan, &taps);
        Some(InputGradient::new(plan, &jobs, weight))
    } else {
        None
    };
    let (points, rows) = if wanted.weight {
        (plan.points(), plan.kernel_columns * shape.inputs)
    } else {
        (0, 0)
    };
    let parts = Strips {
        plan,
        jobs: &jobs,
        input: wanted.weight.then_some(input),
        grad,
        into_input,
    };
    let sums = Sums::new(points, rows, shape.outputs).add_up(simd, &jobs, &parts)?;
    Some(Gradients {
        input: parts.into_input.map(InputGradient::finish),
        weight: wanted.weight.then(|| {
            let taps = taps_from_points(simd, plan, &sums.weight(simd));
            weight_from_taps(simd, shape, &taps)
        }),
        bias: wanted.bias.then(|| sums.bias()),
    })
}

/// A part: the input at the points, then the gradient at the points.
struct Strips<'a, F> {
    plan: &'a Plan<F>,
    jobs: &'a Jobs,
    /// Only where the weight's gradient is wanted.
    input: Option<Planes<'a>>,
    grad: Planes<'a>,
    into_input: Option<InputGradient<'a, F>>,
}

impl<F: Minimal> Strips<'_, F> {
    /// Tile rows of the largest job.
    fn most_tile_rows(&self) -> usize {
        self.jobs.rows_per_strip() * self.jobs.strips_per_job()
    }

    /// Where the gradient starts in a part: both pictures have a vector behind them that is read.
    fn grad_start(&self) -> usize {
        match self.input {
            Some(_) => {
                self.plan.points() * self.most_tile_rows() * self.plan.input.point_row + LANES
            }
            None => 0,
        }
    }
}

/// The working memory of a thread.
struct Buffers {
    /// Rows of one strip of either picture.
    rows: Scratch,
    /// Where the gradient of the input is wanted.
    into_input: Option<InputBuffers>,
}

impl<F: Minimal> Parts for Strips<'_, F> {
    type Buffers = Buffers;

    fn buffers(&self) -> Buffers {
        let strip = self.jobs.rows_per_strip();
        let input = Plan::<F>::input_rows(strip) * self.plan.input.row;
        let grad = strip * F::OUTPUTS * self.plan.output.row;
        Buffers {
            rows: Scratch::new(input.max(grad)),
            into_input: self.into_input.as_ref().map(InputGradient::buffers),
        }
    }

    fn part_len(&self) -> usize {
        let grad = self.plan.points() * self.most_tile_rows() * self.plan.output.point_row;
        self.grad_start() + grad + LANES
    }

    #[inline(always)]
    fn fill<S: Simd>(
        &self,
        simd: S,
        job: usize,
        buffers: &mut Buffers,
        part: &mut [f32],
        bias: &mut [f32],
    ) -> bool {
        let (inputs, grads) = part.split_at_mut(self.grad_start());
        let tile_rows = self.jobs.rows_of(job);
        let mut largest = simd.zero();
        bias.fill(0.0);
        let mut first = 0;
        let (plan, grad) = (self.plan, self.plan.output);
        for strip in self.jobs.strips(job) {
            let (rows, place) = (&mut *buffers.rows, (first, tile_rows));
            if let Some(input) = self.input {
                let (from, to) = ((input, plan.input), (&mut *rows, &mut *inputs));
                largest = plan.at_points::<S, Input<F>>(simd, from, strip, place, to, largest);
            }
            let (from, to) = ((self.grad, grad), (&mut *rows, &mut *grads));
            largest = plan.at_points::<S, OutputAdjoint<F>>(simd, from, strip, place, to, largest);
            let pixels = strip.count * F::OUTPUTS * grad.row / grad.stride;
            sum_pixels(simd, rows, pixels, grad.stride, bias);
            first += strip.count;
        }
        if !finite_and_small(simd, largest) {
            return false;
        }
        if let (Some(into_input), Some(buffers)) = (&self.into_input, &mut buffers.into_input) {
            into_input.job(simd, job, grads, buffers);
        }
        true
    }

    fn factors<'a>(&self, job: usize, point: usize, part: &'a [f32]) -> Factors<'a> {
        let plan = self.plan;
        let (input, grad) = part.split_at(self.grad_start());
        let tile_rows = self.jobs.rows_of(job);
        let (segments, steps) = plan.groups(tile_rows, plan.pixels);
        let frame = plan.output.before * plan.output.stride;
        Factors {
            segments,
            steps,
            input: Pixels {
                numbers: &input[point * tile_rows * plan.input.point_row..],
                segment: plan.input.point_row,
                step: plan.input.stride,
            },
            grad: Pixels {
                numbers: &grad[point * tile_rows * plan.output.point_row + frame..],
                segment: plan.output.point_row,
                step: plan.output.stride,
            },
        }
    }
}

/// The gradient of the input while jobs write it.
struct InputGradient<'a, F> {
    plan: &'a Plan<F>,
    jobs: &'a Jobs,
    /// At the points, in panels.
    weight: Scratch,
    output: Output,
    overlap_rows: OverlapRows,
}

/// What a thread needs besides for the gradient of the input.
struct InputBuffers {
    /// The gradient of the input at the points.
    sums: Scratch,
    /// Rows of one strip of it.
    rows: Scratch,
}

impl<'a, F: Minimal> InputGradient<'a, F> {
    fn new(plan: &'a Plan<F>, jobs: &'a Jobs, weight: Scratch) -> Self {
        let shape = &plan.shape;
        Self {
            plan,
            jobs,
            weight,
            output: Output::new(shape.input_len()),
            overlap_rows: OverlapRows::new(jobs, shape.inputs, F::TAPS - 1, shape.width),
        }
    }

    fn buffers(&self) -> InputBuffers {
        let (plan, strip) = (self.plan, self.jobs.rows_per_strip());
        let stride = whole_vectors(plan.shape.inputs);
        let tile_rows = strip * self.jobs.strips_per_job();
        let rows = Plan::<F>::input_rows(strip);
        InputBuffers {
            sums: Scratch::new(plan.points() * tile_rows * plan.grad_pixels * stride),
            rows: Scratch::new(rows * plan.input_columns() * stride),
        }
    }

    /// The whole gradient, the strips' common rows added.
    fn finish(self) -> Vec<f32> {
        let mut output = self.output.finish();
        self.overlap_rows
            .add(&mut output, &self.plan.shape, F::OUTPUTS);
        output
    }

    /// The rows that a strip writes, counted with the frame above the picture: the rows below its
    /// tiles are the next strip's, if there is one.
    fn own_rows(&self, strip: Strip) -> Range<usize> {
        let Shape {
            height, padding, ..
        } = self.plan.shape;
        let below = if self.is_last(strip) { F::TAPS - 1 } else { 0 };
        let picture = |row: usize| row.clamp(padding.top, padding.top + height);
        let first = strip.first * F::OUTPUTS;
        picture(first)..picture(first + strip.count * F::OUTPUTS + below)
    }

    fn is_last(&self, strip: Strip) -> bool {
        strip.first + strip.count == self.plan.tile_rows
    }

    /// Writes what a job's gradient of the output, at the points, gives.
    #[inline(always)]
    fn job<S: Simd>(&self, simd: S, job: usize, grad: &[f32], buffers: &mut InputBuffers) {
        let plan = self.plan;
        let stride = whole_vectors(plan.shape.inputs);
        let sums_row = plan.grad_pixels * stride;
        let tile_rows = self.jobs.rows_of(job);
        let picture = Factor {
            points: grad,
            side: plan.output,
            channels: plan.shape.outputs,
            tile_rows,
            pixels: plan.grad_pixels,
        };
        plan.multiply(simd, picture, &self.weight, &mut buffers.sums);
        let sums = transform::Sums {
            pixels: plan.grad_pixels,
            stride,
            distance: tile_rows * sums_row,
            row: plan.input_columns() * stride,
            accumulate: true,
        };
        let mut first = 0;
        for strip in self.jobs.strips(job) {
            let rows = Plan::<F>::input_rows(strip.count);
            buffers.rows[..rows * sums.row].fill(0.0);
            for tile_row in 0..strip.count {
                let points = &buffers.sums[(first + tile_row) * sums_row..];
                let rows = &mut buffers.rows[tile_row * F::OUTPUTS * sums.row..];
                from_points::<S, F, InputAdjoint<F>>(simd, plan.axes, sums, points, rows);
            }
            first += strip.count;
            self.write(simd, strip, &buffers.rows, sums.row);
        }
    }

    /// Writes the strip's own rows, and keeps those that it shares with the next one.
    #[inline(always)]
    fn write<S: Simd>(&self, simd: S, strip: Strip, rows: &[f32], row_len: usize) {
        let shape = &self.plan.shape;
        let stride = whole_vectors(shape.inputs);
        let to = ToPlanes {
            output: &self.output,
            channels: shape.inputs,
            plane: shape.height * shape.width,
            bias: &[],
            relu: false,
        };
        let first = strip.first * F::OUTPUTS;
        let pixels = |row: usize| &rows[row * row_len + shape.padding.left * stride..];
        for row in self.own_rows(strip) {
            let (start, pixels) = ((row - shape.padding.top) * shape.width, pixels(row - first));
            // Safety: strips do not overlap in their own rows.
            unsafe {
                to.write(simd, strip.picture, start, shape.width, pixels, stride);
            }
        }
        if self.is_last(strip) {
            return;
        }
        for row in 0..F::TAPS - 1 {
            let pixels = pixels(strip.count * F::OUTPUTS + row);
            // Safety: each strip that is not a picture's last has its own border.
            unsafe {
                self.overlap_rows.keep(simd, strip, row, pixels, stride);
            }
        }
    }
}

/// Rows of the input's gradient that two strips of a picture share, `[border][channel][row][column]`.
///
/// A strip adds to the rows below its own, as far as the kernel reaches. It keeps them here, and
/// when all strips are done they are added to the rows that the next strip has written: one
/// addition in a fixed order, whichever strip was first.
struct OverlapRows {
    jobs: Jobs,
    numbers: Output,
    channels: usize,
    rows: usize,
    width: usize,
}

impl OverlapRows {
    fn new(jobs: &Jobs, channels: usize, rows: usize, width: usize) -> Self {
        let numbers = Output::new(jobs.borders() * channels * rows * width);
        Self {
            jobs: *jobs,
            numbers,
            channels,
            rows,
            width,
        }
    }

    /// Keeps a row below `strip`.
    ///
    /// # Safety
    /// Nobody else keeps this row.
    #[inline(always)]
    unsafe fn keep<S: Simd>(
        &self,
        simd: S,
        strip: Strip,
        row: usize,
        pixels: &[f32],
        stride: usize,
    ) {
        let to = ToPlanes {
            output: &self.numbers,
            channels: self.channels,
            plane: self.rows * self.width,
            bias: &[],
            relu: false,
        };
        let border = self.jobs.border_below(strip);
        // Safety: the caller's promise.
        unsafe {
            to.write(simd, border, row * self.width, self.width, pixels, stride);
        }
    }

    /// Adds all rows to the gradient of the input; a tile row is `tile` rows of it.
    fn add(self, gradient: &mut [f32], shape: &Shape, tile: usize) {
        let (channels, rows, width) = (self.channels, self.rows, self.width);
        let jobs = self.jobs;
        let numbers = self.numbers.finish();
        if numbers.is_empty() {
            return;
        }
        let planes = gradient
            .par_chunks_mut(shape.height * shape.width)
            .enumerate();
        planes.for_each(|(plane, gradient)| {
            let (picture, channel) = (plane / channels, plane % channels);
            for (strip, next) in jobs.strips_of(picture).zip(jobs.strips_of(picture).skip(1)) {
                let border = jobs.border_below(strip) * channels + channel;
                for row in 0..rows {
                    let to = (next.first * tile + row).checked_sub(shape.padding.top);
                    let Some(to) = to.filter(|to| *to < shape.height) else {
                        continue;
                    };
                    let kept = &numbers[(border * rows + row) * width..][..width];
                    let gradient = &mut gradient[to * width..][..width];
                    for (sum, number) in gradient.iter_mut().zip(kept) {
                        *sum += number;
                    }
                }
            }
        });
    }
}
