//! The gradients of the weight and the bias.

use super::JOB_NUMBERS;
use crate::chunks::{Factors, Parts, Pixels, Sums, sum_pixels};
use crate::jobs::{Jobs, Strip};
use crate::layout::{Planes, Window};
use crate::shape::Shape;
use crate::simd::{LANES, Simd, Task};

/// The sums for the weight, `[kernel row][kernel column, input][output]`, and the bias; for the
/// bias alone where `weight` is false.
pub(crate) fn weight_gradient<S: Simd>(
    simd: S,
    shape: &Shape,
    input: Planes,
    grad: Planes,
    weight: bool,
) -> Sums {
    let rows = if weight {
        shape.kernel.1 * shape.inputs
    } else {
        0
    };
    let strips = Strips::new(shape, input, grad);
    Sums::new(shape.kernel.0, rows, shape.outputs)
        .add_up(simd, &strips.jobs, &strips)
        .unwrap_or_else(|| unreachable!("the direct method takes any numbers"))
}

/// A part: rows of the input, then rows of the gradient.
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
        (self.jobs.rows_a_strip() + self.shape.kernel.0 - 1) * self.input_row + LANES
    }
}

impl Parts for Strips<'_> {
    type Buffers = ();

    fn buffers(&self) {}

    fn part_len(&self) -> usize {
        self.grad_start() + self.jobs.rows_a_strip() * self.grad_row + LANES
    }

    fn fill<S: Simd>(
        &self,
        simd: S,
        job: usize,
        (): &mut (),
        part: &mut [f32],
        bias: &mut [f32],
    ) -> bool {
        simd.run(Fill {
            strips: self,
            strip: self.strip(job),
            part,
            bias,
        });
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

struct Fill<'a> {
    strips: &'a Strips<'a>,
    strip: Strip,
    part: &'a mut [f32],
    bias: &'a mut [f32],
}

impl Task for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Strips {
            shape, input, grad, ..
        } = *self.strips;
        let Strip {
            picture,
            first,
            count,
        } = self.strip;
        let width = shape.output_width();
        let (rows, grads) = self.part.split_at_mut(self.strips.grad_start());
        let window = Window {
            first_row: first as isize - shape.padding.top as isize,
            rows: count + shape.kernel.0 - 1,
            first_column: -(shape.padding.left as isize),
            columns: width + shape.kernel.1 - 1,
        };
        input.to_rows(simd, picture, window, rows, shape.inputs, simd.zero());
        let window = Window {
            first_row: first as isize,
            rows: count,
            first_column: 0,
            columns: width,
        };
        grad.to_rows(simd, picture, window, grads, shape.outputs, simd.zero());
        self.bias.fill(0.0);
        sum_pixels(simd, grads, count * width, shape.outputs, self.bias);
    }
}
