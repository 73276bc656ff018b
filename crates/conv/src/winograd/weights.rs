//! The weight at the points, and the way back for its gradient.
#![allow(clippy::needless_range_loop)] // rows and columns of small matrices

use rayon::prelude::*;

use super::minimal::{MOST_POINTS, Minimal};
use super::plan::{Axes, Plan};
use crate::product::panel_place;
use crate::scratch::Scratch;
use crate::simd::{LANES, Simd, Task, whole_vectors};
use crate::weights::{Direction, Taps};

/// The most taps along one axis.
const MOST_TAPS: usize = 11;

/// `G w` in panels, a right matrix for each point; its depth runs over (kernel column, channel).
///
/// For the gradient the columns of the kernel are turned; its rows are not, as the transforms'
/// adjoints take care of them.
pub(crate) fn weight_at_points<S: Simd, F: Minimal>(
    simd: S,
    plan: &Plan<F>,
    taps: &Taps,
    direction: Direction,
) -> Scratch {
    let depth = plan.kernel_columns * taps.from;
    let mut panels = Scratch::new(plan.points() * depth * taps.to);
    let row_points = plan.points() / F::POINTS;
    panels
        .par_chunks_mut(row_points * depth * taps.to)
        .enumerate()
        .for_each(|(point, panels)| {
            simd.run(ToPoints {
                plan,
                taps,
                direction,
                point,
                panels,
            });
        });
    panels
}

/// One point of the rows' axis, and all of the columns'.
struct ToPoints<'a, F> {
    plan: &'a Plan<F>,
    taps: &'a Taps,
    direction: Direction,
    point: usize,
    panels: &'a mut [f32],
}

impl<F: Minimal> Task for ToPoints<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self {
            plan,
            taps,
            direction,
            point,
            panels,
        } = self;
        let (kernel_rows, kernel_columns) = plan.shape.kernel;
        let depth = plan.kernel_columns * taps.from;
        let along_rows = &const { &F::TABLE }.kernel[point];
        let mut sums = [simd.zero(); MOST_TAPS];
        for from in 0..taps.from {
            for to in (0..taps.to).step_by(LANES) {
                for (x, sum) in sums.iter_mut().enumerate().take(kernel_columns) {
                    *sum = simd.zero();
                    for (y, factor) in along_rows.iter().enumerate().take(kernel_rows) {
                        let tap = &taps.row(from, y * kernel_columns + x)[to..to + LANES];
                        *sum = simd.mul_add(simd.splat(*factor), simd.load_part(tap), *sum);
                    }
                }
                match plan.axes {
                    Axes::Rows => {
                        for (x, sum) in sums.iter().enumerate().take(kernel_columns) {
                            let x = match direction {
                                Direction::Forward => x,
                                Direction::Backward => kernel_columns - 1 - x,
                            };
                            let at = panel_place(simd, taps.to, depth, x * taps.from + from, to);
                            simd.store_part(&mut panels[at..at + LANES], *sum);
                        }
                    }
                    Axes::Both => {
                        let place = panel_place(simd, taps.to, depth, from, to);
                        for q in 0..F::POINTS {
                            let mut sum = simd.zero();
                            for x in 0..F::TAPS {
                                let factor = const { &F::TABLE }.kernel[q][x];
                                sum = simd.mul_add(simd.splat(factor), sums[x], sum);
                            }
                            let at = q * depth * taps.to + place;
                            simd.store_part(&mut panels[at..at + LANES], sum);
                        }
                    }
                }
            }
        }
    }
}

/// `G^T`: from sums at the points, `[point][kernel column, input][output]`, to the taps,
/// `[input][tap][output]`.
pub(crate) fn taps_from_points<S: Simd, F: Minimal>(
    simd: S,
    plan: &Plan<F>,
    points: &[f32],
) -> Vec<f32> {
    let columns = whole_vectors(plan.shape.outputs);
    let taps = plan.shape.kernel.0 * plan.shape.kernel.1;
    let mut numbers = vec![0.0; plan.shape.inputs * taps * columns];
    numbers
        .par_chunks_mut(taps * columns)
        .enumerate()
        .for_each(|(input, taps)| {
            simd.run(FromPoints {
                plan,
                points,
                columns,
                input,
                taps,
            });
        });
    numbers
}

/// All taps of one channel of the input.
struct FromPoints<'a, F> {
    plan: &'a Plan<F>,
    points: &'a [f32],
    columns: usize,
    input: usize,
    taps: &'a mut [f32],
}

impl<F: Minimal> Task for FromPoints<'_, F> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, simd: S) {
        let Self {
            plan,
            points,
            columns,
            input,
            taps,
        } = self;
        let inputs = plan.shape.inputs;
        let (kernel_rows, kernel_columns) = plan.shape.kernel;
        let depth = plan.kernel_columns * inputs;
        let table = const { &F::TABLE };
        let mut rows = [[simd.zero(); MOST_TAPS]; MOST_POINTS];
        for column in (0..columns).step_by(LANES) {
            let at = |point: usize, x: usize| {
                let at = (point * depth + x * inputs + input) * columns + column;
                simd.load_part(&points[at..at + LANES])
            };
            for p in 0..F::POINTS {
                for x in 0..kernel_columns {
                    rows[p][x] = match plan.axes {
                        Axes::Rows => at(p, x),
                        Axes::Both => {
                            let mut sum = simd.zero();
                            for q in 0..F::POINTS {
                                let factor = simd.splat(table.kernel[q][x]);
                                sum = simd.mul_add(factor, at(p * F::POINTS + q, 0), sum);
                            }
                            sum
                        }
                    };
                }
            }
            for y in 0..kernel_rows {
                for x in 0..kernel_columns {
                    let mut sum = simd.zero();
                    for p in 0..F::POINTS {
                        sum = simd.mul_add(simd.splat(table.kernel[p][y]), rows[p][x], sum);
                    }
                    let at = (y * kernel_columns + x) * columns + column;
                    simd.store_part(&mut taps[at..at + LANES], sum);
                }
            }
        }
    }
}
