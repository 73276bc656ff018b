//! The transforms between pictures and points: of tile rows, and of the weight.
//!
//! A tile row at the points is `[point][number]`, the points `distance` numbers apart.
#![allow(clippy::needless_range_loop)] // rows and columns of small matrices

use rayon::prelude::*;

use super::minimal::{MOST_POINTS, Minimal, Points};
use super::{Plan, Side};
use crate::memory::Scratch;
use crate::product::panel_place;
use crate::shape::Axes;
use crate::simd::{LANES, Simd, vectorized, whole_vectors};
use crate::weights::{Direction, Taps};

/// A filter's transform of one vector of each point, or of each row.
///
/// `READ` numbers go in and `WRITTEN` come out.
pub(super) trait Transform {
    const READ: usize;
    const WRITTEN: usize;
    fn apply<S: Simd>(simd: S, numbers: &Points<S::Vector>) -> Points<S::Vector>;
}

macro_rules! transform {
    ($(#[$doc:meta])* $name:ident: $method:ident, $read:ident to $written:ident) => {
        $(#[$doc])*
        pub(super) struct $name<F>(std::marker::PhantomData<F>);

        impl<F: Minimal> Transform for $name<F> {
            const READ: usize = F::$read;
            const WRITTEN: usize = F::$written;

            #[inline(always)]
            fn apply<S: Simd>(simd: S, numbers: &Points<S::Vector>) -> Points<S::Vector> {
                F::$method(simd, numbers)
            }
        }
    };
}

transform!(
    /// `B^T`
    Input: input, POINTS to POINTS
);
transform!(
    /// `B`
    InputAdjoint: input_adjoint, POINTS to POINTS
);
transform!(
    /// `A^T`
    Output: output, POINTS to OUTPUTS
);
transform!(
    /// `A`
    OutputAdjoint: output_adjoint, OUTPUTS to POINTS
);

/// The first `count` vectors of a transform's input.
#[inline(always)]
fn collect<S: Simd>(
    simd: S,
    count: usize,
    mut vector: impl FnMut(usize) -> S::Vector,
) -> Points<S::Vector> {
    let mut vectors = [simd.zero(); MOST_POINTS];
    for (i, place) in vectors.iter_mut().enumerate().take(count) {
        *place = vector(i);
    }
    vectors
}

/// Transforms the rows of one tile row, from the first number of `rows` on, to points.
#[inline(always)]
pub(super) fn to_points<S: Simd, F: Minimal, T: Transform>(
    simd: S,
    axes: Axes,
    side: Side,
    rows: &[f32],
    points: &mut [f32],
    distance: usize,
) {
    match axes {
        Axes::Rows => {
            for at in (0..side.row).step_by(LANES) {
                let width = LANES.min(side.row - at);
                let vectors = collect(simd, T::READ, |j| {
                    simd.load_part(&rows[j * side.row + at..][..width])
                });
                let vectors = T::apply(simd, &vectors);
                for (point, vector) in vectors.iter().enumerate().take(T::WRITTEN) {
                    simd.store_part(&mut points[point * distance + at..][..width], *vector);
                }
            }
        }
        Axes::Both => {
            for channel in (0..side.stride).step_by(LANES) {
                tiles_to_points::<S, F, T>(simd, side, channel, rows, points, distance);
            }
        }
    }
}

/// Sixteen channels of a row of tiles, both axes.
#[inline(always)]
fn tiles_to_points<S: Simd, F: Minimal, T: Transform>(
    simd: S,
    side: Side,
    channel: usize,
    rows: &[f32],
    points: &mut [f32],
    distance: usize,
) {
    let tiles = side.point_row / side.stride;
    // Columns of a tile, transformed along the rows' axis; `shared` of them are also columns of
    // the next tile.
    let shared = T::READ - F::OUTPUTS;
    let mut columns = [[simd.zero(); MOST_POINTS]; MOST_POINTS];
    for tile in 0..tiles {
        for j in 0..T::READ {
            if tile > 0 && j < shared {
                columns[j] = columns[j + F::OUTPUTS];
                continue;
            }
            let pixel = (tile * F::OUTPUTS + j) * side.stride + channel;
            let vectors = collect(simd, T::READ, |i| {
                simd.load_part(&rows[i * side.row + pixel..][..LANES])
            });
            columns[j] = T::apply(simd, &vectors);
        }
        for p in 0..T::WRITTEN {
            let vectors = T::apply(simd, &collect(simd, T::READ, |j| columns[j][p]));
            for (q, vector) in vectors.iter().enumerate().take(T::WRITTEN) {
                let point = (p * T::WRITTEN + q) * distance;
                let to = &mut points[point + tile * side.stride + channel..][..LANES];
                simd.store_part(to, *vector);
            }
        }
    }
}

/// The pixels of a tile row at the points, and the rows that they are transformed to.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    /// Pixels at a point.
    pub pixels: usize,
    /// Numbers of a pixel, whole vectors.
    pub stride: usize,
    /// Numbers from one point to the next.
    pub distance: usize,
    /// Numbers of a row of the result.
    pub row: usize,
    /// Add to what the rows hold.
    pub accumulate: bool,
}

impl Sums {
    /// Writes or adds a vector of the result.
    #[inline(always)]
    fn put<S: Simd>(&self, simd: S, rows: &mut [f32], at: usize, vector: S::Vector) {
        let to = &mut rows[at..at + LANES];
        let sum = if self.accumulate {
            simd.add(simd.load_part(to), vector)
        } else {
            vector
        };
        simd.store_part(to, sum);
    }
}

/// Transforms one tile row of `points` to rows.
#[inline(always)]
pub(super) fn from_points<S: Simd, F: Minimal, T: Transform>(
    simd: S,
    axes: Axes,
    sums: Sums,
    points: &[f32],
    rows: &mut [f32],
) {
    match axes {
        Axes::Rows => {
            for at in (0..sums.pixels * sums.stride).step_by(LANES) {
                let vectors = collect(simd, T::READ, |point| {
                    simd.load_part(&points[point * sums.distance + at..][..LANES])
                });
                let vectors = T::apply(simd, &vectors);
                for (j, vector) in vectors.iter().enumerate().take(T::WRITTEN) {
                    sums.put(simd, rows, j * sums.row + at, *vector);
                }
            }
        }
        Axes::Both => {
            for channel in (0..sums.stride).step_by(LANES) {
                for tile in 0..sums.pixels {
                    tile_from_points::<S, F, T>(simd, sums, tile, channel, points, rows);
                }
            }
        }
    }
}

/// Sixteen channels of a tile, both axes.
#[inline(always)]
fn tile_from_points<S: Simd, F: Minimal, T: Transform>(
    simd: S,
    sums: Sums,
    tile: usize,
    channel: usize,
    points: &[f32],
    rows: &mut [f32],
) {
    // Rows of points, transformed along the columns' axis.
    let columns: [Points<S::Vector>; MOST_POINTS] = {
        let mut columns = [[simd.zero(); MOST_POINTS]; MOST_POINTS];
        for (p, column) in columns.iter_mut().enumerate().take(T::READ) {
            let vectors = collect(simd, T::READ, |q| {
                let point = (p * T::READ + q) * sums.distance;
                simd.load_part(&points[point + tile * sums.stride + channel..][..LANES])
            });
            *column = T::apply(simd, &vectors);
        }
        columns
    };
    for j in 0..T::WRITTEN {
        let vectors = T::apply(simd, &collect(simd, T::READ, |p| columns[p][j]));
        let column = (tile * F::OUTPUTS + j) * sums.stride + channel;
        for (i, vector) in vectors.iter().enumerate().take(T::WRITTEN) {
            sums.put(simd, rows, i * sums.row + column, *vector);
        }
    }
}

/// The most taps along one axis.
const MOST_TAPS: usize = 11;

/// `G w` in panels, a right matrix for each point; its depth runs over (kernel column, channel).
///
/// For the gradient the columns of the kernel are turned; its rows are not, as the transforms'
/// adjoints take care of them.
pub(super) fn weight_at_points<S: Simd, F: Minimal>(
    simd: S,
    plan: &Plan<F>,
    taps: &Taps,
) -> Scratch {
    let depth = plan.kernel_columns * taps.from;
    let mut panels = Scratch::new(plan.points() * depth * taps.to);
    let row_points = plan.points() / F::POINTS;
    panels
        .par_chunks_mut(row_points * depth * taps.to)
        .enumerate()
        .for_each(|(point, panels)| {
            vectorized!(simd, to_one_point(simd, plan, taps, point, panels));
        });
    panels
}

/// The weight at one point of the rows' axis, and at all points of the columns'.
#[inline(always)]
fn to_one_point<S: Simd, F: Minimal>(
    simd: S,
    plan: &Plan<F>,
    taps: &Taps,
    point: usize,
    panels: &mut [f32],
) {
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
                        let x = match taps.direction {
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

/// `G^T`: from sums at the points, `[point][kernel column, input][output]`, to the taps,
/// `[input][tap][output]`.
pub(super) fn taps_from_points<S: Simd, F: Minimal>(
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
            vectorized!(simd, taps_of_one_input(simd, plan, points, input, taps));
        });
    numbers
}

/// All taps of one channel of the input.
#[inline(always)]
fn taps_of_one_input<S: Simd, F: Minimal>(
    simd: S,
    plan: &Plan<F>,
    points: &[f32],
    input: usize,
    taps: &mut [f32],
) {
    let columns = whole_vectors(plan.shape.outputs);
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
