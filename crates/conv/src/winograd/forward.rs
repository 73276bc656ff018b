//! The output.
#![allow(unsafe_code)] // parallel writes to the result

use rayon::prelude::*;

use super::minimal::Minimal;
use super::plan::{Axes, Plan};
use super::products::Products;
use super::transform::{Input, Output as ToOutput, Sums, from_points, to_points};
use super::weights::weight_at_points;
use crate::jobs::Jobs;
use crate::layout::{Planes, ToPlanes, tame};
use crate::output::Output;
use crate::scratch::Scratch;
use crate::simd::{Simd, Task, whole_vectors};
use crate::weights::{Direction, Taps};

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
    if !taps.tame {
        return None;
    }
    let shape = &plan.shape;
    let weight = weight_at_points(simd, plan, taps, Direction::Forward);
    let plane = shape.output_height() * shape.output_width();
    let output = Output::new(shape.output_len());
    let to = ToPlanes {
        output: &output,
        channels: shape.outputs,
        plane,
        bias,
        relu,
    };
    let jobs = plan.jobs();
    let fit = (0..jobs.count())
        .into_par_iter()
        .map_init(
            || Buffers::new(plan, &jobs),
            |buffers, job| {
                simd.run(Job {
                    plan,
                    jobs: &jobs,
                    job,
                    input,
                    weight: &weight,
                    to,
                    buffers,
                })
            },
        )
        .reduce(|| true, |all, fit| all & fit);
    fit.then(|| output.finish())
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

/// Numbers in a strip of the output, whole tiles.
fn output_row<F: Minimal>(plan: &Plan<F>) -> usize {
    let columns = match plan.axes {
        Axes::Rows => plan.pixels,
        Axes::Both => plan.pixels * F::OUTPUTS,
    };
    columns * whole_vectors(plan.shape.outputs)
}

impl Buffers {
    fn new<F: Minimal>(plan: &Plan<F>, jobs: &Jobs) -> Self {
        let strip = jobs.rows_a_strip();
        let tile_rows = strip * jobs.strips_a_job();
        let sums_row = plan.pixels * whole_vectors(plan.shape.outputs);
        Self {
            rows: Scratch::new(Plan::<F>::input_rows(strip) * plan.input.row),
            points: Scratch::new(plan.points() * tile_rows * plan.input.point_row),
            sums: Scratch::new(plan.points() * tile_rows * sums_row),
            output: Scratch::new(strip * F::OUTPUTS * output_row(plan)),
        }
    }
}

struct Job<'a, F> {
    plan: &'a Plan<F>,
    jobs: &'a Jobs,
    job: usize,
    input: Planes<'a>,
    weight: &'a [f32],
    to: ToPlanes<'a>,
    buffers: &'a mut Buffers,
}

impl<F: Minimal> Task for Job<'_, F> {
    /// Whether all numbers were fit for the transforms.
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> bool {
        let Self {
            plan,
            jobs,
            job,
            input,
            weight,
            to,
            buffers,
        } = self;
        let side = plan.input;
        let tile_rows: usize = jobs.strips(job).map(|strip| strip.count).sum();
        let distance = tile_rows * side.point_row;
        let mut largest = simd.zero();
        let mut first = 0;
        for strip in jobs.strips(job) {
            let window = plan.input_window(strip);
            let rows = &mut buffers.rows;
            largest = input.to_rows(simd, strip.picture, window, rows, side.stride, largest);
            for tile_row in 0..strip.count {
                let rows = &buffers.rows[tile_row * F::OUTPUTS * side.row..];
                let points = &mut buffers.points[(first + tile_row) * side.point_row..];
                to_points::<S, F, Input<F>>(simd, plan.axes, side, rows, points, distance);
            }
            first += strip.count;
        }
        if !tame(simd, largest) {
            return false;
        }
        let stride = whole_vectors(plan.shape.outputs);
        let sums_row = plan.pixels * stride;
        let products = Products {
            side,
            channels: plan.shape.inputs,
            tile_rows,
            points: &buffers.points,
            weight,
            pixels: plan.pixels,
            columns: stride,
        };
        products.compute(simd, plan, &mut buffers.sums);
        let sums = Sums {
            pixels: plan.pixels,
            stride,
            distance: tile_rows * sums_row,
            row: output_row(plan),
            accumulate: false,
        };
        let mut first = 0;
        for strip in jobs.strips(job) {
            for tile_row in 0..strip.count {
                let points = &buffers.sums[(first + tile_row) * sums_row..];
                let rows = &mut buffers.output[tile_row * F::OUTPUTS * sums.row..];
                from_points::<S, F, ToOutput<F>>(simd, plan.axes, sums, points, rows);
            }
            first += strip.count;
            let (height, width) = (plan.shape.output_height(), plan.shape.output_width());
            let first_row = strip.first * F::OUTPUTS;
            for row in 0..(strip.count * F::OUTPUTS).min(height - first_row) {
                let pixels = &buffers.output[row * sums.row..];
                let start = (first_row + row) * width;
                // Safety: strips do not overlap, nor do rows.
                unsafe {
                    to.write(simd, strip.picture, start, width, pixels, stride);
                }
            }
        }
        true
    }
}
