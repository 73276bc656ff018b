//! Pairs of points from two pictures: corners, whose surroundings are compared.
//!
//! A corner is a place that looks different from everything beside it, and can therefore be found
//! again in another picture. C. Harris, M. Stephens, "A combined corner and edge detector", Alvey
//! Vision Conference 1988: with the gradients (gx, gy) summed up in a window of Gaussian weights,
//!
//! ```text
//! M = sum w (gx gx  gx gy; gx gy  gy gy)        strength = det M - 0.04 (trace M)^2
//! ```
//!
//! The surroundings of a corner are a square patch, turned into the direction in which they are
//! brighter (as in ORB: E. Rublee et al., ICCV 2011), so that a turned picture changes nothing.
//! Two patches are compared by their correlation, which ignores brightness and contrast. A match
//! is the best one seen from both sides, clearly better than the second best (D. Lowe, IJCV 2004).
//! This is a modest detector: it knows nothing of scale and of foreshortening.

use std::f64::consts::TAU;

use ndarray::{Array1, Array2, Axis, Zip, azip};

use crate::homography::{Pair, Point};

/// The share of the squared trace that is taken off, so that edges do not count.
const EDGE: f64 = 0.04;
/// Standard deviation of the smoothing before the gradients, and of the window, in pixels.
const SMOOTHING: f64 = 1.0;
const WINDOW: f64 = 1.8;
/// A corner is the strongest place within this many pixels along each axis.
const REACH: usize = 4;
/// Corners nearer to the edge of the picture have no patch around them.
const MARGIN: usize = 20;
/// Weaker corners, compared with the strongest, are noise.
const WEAKEST: f64 = 1e-4;

/// Samples along each side of a patch, and pixels from one to the next.
const SIDE: usize = 15;
const STEP: f64 = 1.7;
/// Radius of the disc that decides the direction, in pixels.
const DISC: i32 = 9;
/// Blur before patches are read, in pixels.
const BLUR: f64 = 1.2;
/// Patches that correlate less are no match.
const LEAST: f32 = 0.7;
/// Squared ratio of the distances to the best and to the second best patch, at most.
const RATIO: f32 = 0.72;

/// Matches between two grey pictures, rows x columns, of at most `most` corners each.
pub fn matches(first: &Array2<f64>, second: &Array2<f64>, most: usize) -> Vec<Pair> {
    let (from, to) = (corners(first, most), corners(second, most));
    let alike = patches(first, &from).dot(&patches(second, &to).t());
    let mut pairs = Vec::new();
    for (row, correlations) in alike.rows().into_iter().enumerate() {
        let Some((column, best, next)) = two_best(correlations.iter()) else {
            continue;
        };
        let back = two_best(alike.column(column).iter()).map(|(row, ..)| row);
        // Distances of patches of length 1: the square is 2 (1 - correlation).
        let clear = 1.0 - best < RATIO * (1.0 - next);
        if back == Some(row) && best >= LEAST && clear {
            pairs.push(Pair::new(from[row], to[column]));
        }
    }
    pairs
}

/// The place of the largest value, that value, and the second largest.
fn two_best<'a>(values: impl Iterator<Item = &'a f32>) -> Option<(usize, f32, f32)> {
    let mut best: Option<(usize, f32, f32)> = None;
    for (place, &value) in values.enumerate() {
        best = Some(match best {
            None => (place, value, -1.0),
            Some((_, first, _)) if value > first => (place, value, first),
            Some((at, first, second)) => (at, first, second.max(value)),
        });
    }
    best
}

/// The `most` strongest corners of a grey picture, rows x columns, to a fraction of a pixel.
pub fn corners(grey: &Array2<f64>, most: usize) -> Vec<Point> {
    let strength = strength(grey);
    let strongest = strength.fold(0.0_f64, |a, b| a.max(*b));
    let mut found: Vec<(f64, Point)> = inner(strength.dim())
        .filter(|place| strength[*place] > WEAKEST * strongest && is_peak(&strength, *place))
        .map(|place| (strength[place], refined(&strength, place)))
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(most);
    found.into_iter().map(|(_, point)| point).collect()
}

/// The places far enough from the edge.
fn inner((rows, columns): (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
    let rows = MARGIN..rows.saturating_sub(MARGIN);
    rows.flat_map(move |row| {
        (MARGIN..columns.saturating_sub(MARGIN)).map(move |column| (row, column))
    })
}

fn strength(grey: &Array2<f64>) -> Array2<f64> {
    let smooth = blurred(grey, SMOOTHING);
    let (across, down) = (slope(&smooth, 1), slope(&smooth, 0));
    let window = |product: Array2<f64>| blurred(&product, WINDOW);
    let xx = window(&across * &across);
    let xy = window(&across * &down);
    let yy = window(&down * &down);
    Zip::from(&xx)
        .and(&xy)
        .and(&yy)
        .map_collect(|xx, xy, yy| xx * yy - xy * xy - EDGE * (xx + yy).powi(2))
}

/// Of equals side by side, as around a corner between four pixels, the first one counts.
fn is_peak(strength: &Array2<f64>, (row, column): (usize, usize)) -> bool {
    let value = strength[(row, column)];
    let rows = row - REACH..=row + REACH;
    rows.flat_map(|r| (column - REACH..=column + REACH).map(move |c| (r, c)))
        .all(|place| {
            let other = strength[place];
            other < value || (other == value && place >= (row, column))
        })
}

/// The top of the parabola through a peak and its neighbours, along each axis.
fn refined(strength: &Array2<f64>, (row, column): (usize, usize)) -> Point {
    let top =
        |before: f64, at: f64, after: f64| 0.5 * (before - after) / (before - 2.0 * at + after);
    let at = strength[(row, column)];
    let across = top(strength[(row, column - 1)], at, strength[(row, column + 1)]);
    let down = top(strength[(row - 1, column)], at, strength[(row + 1, column)]);
    Point::new(column as f64 + across, row as f64 + down)
}

/// Half the difference of the neighbours along `axis`; 0 at the edge.
fn slope(values: &Array2<f64>, axis: usize) -> Array2<f64> {
    let length = values.len_of(Axis(axis));
    let mut slope = Array2::zeros(values.dim());
    for place in 1..length.saturating_sub(1) {
        azip!((
            slope in slope.index_axis_mut(Axis(axis), place),
            after in values.index_axis(Axis(axis), place + 1),
            before in values.index_axis(Axis(axis), place - 1),
        ) *slope = 0.5 * (after - before));
    }
    slope
}

/// `values` blurred by a Gaussian of this standard deviation, the edge repeated beyond itself.
fn blurred(values: &Array2<f64>, deviation: f64) -> Array2<f64> {
    let kernel = gaussian(deviation);
    blurred_along(&blurred_along(values, &kernel, 0), &kernel, 1)
}

fn gaussian(deviation: f64) -> Array1<f64> {
    let reach = (3.0 * deviation).ceil();
    let count = 2 * reach as usize + 1;
    let weights =
        Array1::linspace(-reach, reach, count).mapv(|d| (-0.5 * (d / deviation).powi(2)).exp());
    let sum = weights.sum();
    weights / sum
}

fn blurred_along(values: &Array2<f64>, kernel: &Array1<f64>, axis: usize) -> Array2<f64> {
    let (length, reach) = (values.len_of(Axis(axis)), kernel.len() / 2);
    let mut blurred = Array2::zeros(values.dim());
    for place in 0..length {
        let mut line = blurred.index_axis_mut(Axis(axis), place);
        for (offset, weight) in kernel.iter().enumerate() {
            let source = (place + offset).saturating_sub(reach).min(length - 1);
            line.scaled_add(*weight, &values.index_axis(Axis(axis), source));
        }
    }
    blurred
}

/// One row per corner: its patch, of mean 0 and length 1.
fn patches(grey: &Array2<f64>, corners: &[Point]) -> Array2<f32> {
    let smooth = blurred(grey, BLUR);
    let mut patches = Array2::zeros((corners.len(), SIDE * SIDE));
    for (mut row, corner) in patches.rows_mut().into_iter().zip(corners) {
        let (sin, cos) = direction(&smooth, *corner).sin_cos();
        for (place, value) in row.iter_mut().enumerate() {
            let offset = |step: usize| STEP * (step as f64 - (SIDE / 2) as f64);
            let (along, across) = (offset(place % SIDE), offset(place / SIDE));
            let at = Point::new(
                corner.x + cos * along - sin * across,
                corner.y + sin * along + cos * across,
            );
            *value = read(&smooth, at) as f32;
        }
        let mean = row.mean().unwrap_or(0.0);
        row -= mean;
        let length = row.dot(&row).sqrt().max(f32::MIN_POSITIVE);
        row /= length;
    }
    patches
}

/// The angle towards the centroid of the grey values around a corner.
fn direction(grey: &Array2<f64>, corner: Point) -> f64 {
    let mut centroid = [0.0; 2];
    for dy in -DISC..=DISC {
        for dx in -DISC..=DISC {
            if dx * dx + dy * dy <= DISC * DISC {
                let (dx, dy) = (f64::from(dx), f64::from(dy));
                let value = read(grey, Point::new(corner.x + dx, corner.y + dy));
                centroid = [centroid[0] + dx * value, centroid[1] + dy * value];
            }
        }
    }
    centroid[1].atan2(centroid[0]).rem_euclid(TAU)
}

/// The grey value at a point, linear between the four pixels around it.
fn read(grey: &Array2<f64>, at: Point) -> f64 {
    let (rows, columns) = grey.dim();
    let x = at.x.clamp(0.0, columns as f64 - 1.001);
    let y = at.y.clamp(0.0, rows as f64 - 1.001);
    let (column, row) = (x as usize, y as usize);
    let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
    let line = |row: usize| mix(grey[(row, column)], grey[(row, column + 1)], x.fract());
    mix(line(row), line(row + 1), y.fract())
}
