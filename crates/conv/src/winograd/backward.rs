//! The gradients.

mod input_gradient;
mod seams;

use super::minimal::Minimal;
use super::plan::{Axes, Plan};
use super::transform::{Input, OutputAdjoint, to_points};
use super::weights::{taps_from_points, weight_at_points};
use crate::chunks::{self, Factors, Parts, Pixels, sum_pixels};
use crate::jobs::{Jobs, Strip};
use crate::layout::{Planes, tame};
use crate::scratch::Scratch;
use crate::simd::{LANES, Simd, Task};
use crate::slices::{Gradients, Wanted};
use crate::weights::{Direction, Taps, weight_from_taps};
use input_gradient::InputGradient;

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
        if !taps.tame {
            return None;
        }
        let weight = weight_at_points(simd, plan, &taps, Direction::Backward);
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
    let sums = chunks::Sums::new(points, rows, shape.outputs).add_up(simd, &jobs, &parts)?;
    Some(Gradients {
        input: parts.into_input.map(InputGradient::finish),
        weight: wanted.weight.then(|| {
            let taps = taps_from_points(simd, plan, &sums.weight(simd));
            weight_from_taps(simd, shape, &taps)
        }),
        bias: wanted
            .bias
            .then(|| sums.bias.iter().map(|sum| *sum as f32).collect()),
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
        self.jobs.rows_a_strip() * self.jobs.strips_a_job()
    }

    /// Tile rows of a job.
    fn tile_rows(&self, job: usize) -> usize {
        self.jobs.strips(job).map(|strip| strip.count).sum()
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
    sums: Option<input_gradient::Buffers>,
}

impl<F: Minimal> Parts for Strips<'_, F> {
    type Buffers = Buffers;

    fn buffers(&self) -> Buffers {
        let strip = self.jobs.rows_a_strip();
        let input = Plan::<F>::input_rows(strip) * self.plan.input.row;
        let grad = strip * F::OUTPUTS * self.plan.output.row;
        let sums = self.into_input.as_ref().map(InputGradient::buffers);
        Buffers {
            rows: Scratch::new(input.max(grad)),
            sums,
        }
    }

    fn part_len(&self) -> usize {
        let grad = self.plan.points() * self.most_tile_rows() * self.plan.output.point_row;
        self.grad_start() + grad + LANES
    }

    fn fill<S: Simd>(
        &self,
        simd: S,
        job: usize,
        buffers: &mut Buffers,
        part: &mut [f32],
        bias: &mut [f32],
    ) -> bool {
        let fit = simd.run(Fill {
            strips: self,
            job,
            part,
            bias,
            rows: &mut buffers.rows,
        });
        if let (true, Some(into_input), Some(buffers)) = (fit, &self.into_input, &mut buffers.sums)
        {
            into_input.job(simd, job, &part[self.grad_start()..], buffers);
        }
        fit
    }

    fn factors<'a>(&self, job: usize, point: usize, part: &'a [f32]) -> Factors<'a> {
        let plan = self.plan;
        let (input, grad) = part.split_at(self.grad_start());
        let tile_rows = self.tile_rows(job);
        let (segments, steps) = plan.groups(tile_rows, plan.pixels);
        // Behind the frame.
        let frame = match plan.axes {
            Axes::Rows => (plan.shape.kernel.1 - 1) * plan.output.stride,
            Axes::Both => 0,
        };
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

struct Fill<'a, F> {
    strips: &'a Strips<'a, F>,
    job: usize,
    part: &'a mut [f32],
    bias: &'a mut [f32],
    rows: &'a mut [f32],
}

impl<F: Minimal> Task for Fill<'_, F> {
    /// Whether all numbers were fit for the transforms.
    type Output = bool;

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) -> bool {
        let Self {
            strips,
            job,
            part,
            bias,
            rows,
        } = self;
        let plan = strips.plan;
        let tile_rows = strips.tile_rows(job);
        let (inputs, grads) = part.split_at_mut(strips.grad_start());
        let mut largest = simd.zero();
        bias.fill(0.0);
        let mut first = 0;
        for strip in strips.jobs.strips(job) {
            let Strip { picture, count, .. } = strip;
            if let Some(input) = strips.input {
                let (side, window) = (plan.input, plan.input_window(strip));
                largest = input.to_rows(simd, picture, window, rows, side.stride, largest);
                let distance = tile_rows * side.point_row;
                for tile_row in 0..count {
                    let rows = &rows[tile_row * F::OUTPUTS * side.row..];
                    let points = &mut inputs[(first + tile_row) * side.point_row..];
                    to_points::<S, F, Input<F>>(simd, plan.axes, side, rows, points, distance);
                }
            }
            let (side, window) = (plan.output, plan.output_window(strip));
            largest = strips
                .grad
                .to_rows(simd, picture, window, rows, side.stride, largest);
            sum_pixels(simd, rows, window.rows * window.columns, side.stride, bias);
            let distance = tile_rows * side.point_row;
            for tile_row in 0..count {
                let rows = &rows[tile_row * F::OUTPUTS * side.row..];
                let points = &mut grads[(first + tile_row) * side.point_row..];
                to_points::<S, F, OutputAdjoint<F>>(simd, plan.axes, side, rows, points, distance);
            }
            first += count;
        }
        tame(simd, largest)
    }
}
