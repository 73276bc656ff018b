//! The transforms of tile rows between pictures and points.
//!
//! A tile row at the points is `[point][number]`, the points `distance` numbers apart.
#![allow(clippy::needless_range_loop)] // rows and columns of small matrices

use super::minimal::{MOST_POINTS, Minimal, Points};
use super::plan::{Axes, Side};
use crate::simd::{LANES, Simd};

/// A filter's transform of one vector of each point, or of each row.
///
/// `READ` numbers go in and `WRITTEN` come out.
pub(crate) trait Transform {
    const READ: usize;
    const WRITTEN: usize;
    fn apply<S: Simd>(simd: S, numbers: &Points<S::Vector>) -> Points<S::Vector>;
}

macro_rules! transform {
    ($(#[$doc:meta])* $name:ident: $method:ident, $read:ident to $written:ident) => {
        $(#[$doc])*
        pub(crate) struct $name<F>(std::marker::PhantomData<F>);

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
pub(crate) fn to_points<S: Simd, F: Minimal, T: Transform>(
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
pub(crate) struct Sums {
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
pub(crate) fn from_points<S: Simd, F: Minimal, T: Transform>(
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
