//! Corners: places that look different from everything beside them, and can therefore be found
//! again in another picture.
//!
//! C. Harris, M. Stephens, "A combined corner and edge detector", Alvey Vision Conference 1988:
//! with the gradients (gx, gy) summed up in a window of Gaussian weights,
//!
//! ```text
//! M = sum w (gx gx  gx gy; gx gy  gy gy)        strength = det M - 0.04 (trace M)^2
//! ```

use ndarray::{Array1, Array2, Axis, Zip, azip};

use crate::point::Point;

/// The share of the squared trace that is taken off, so that edges do not count.
const EDGE: f64 = 0.04;
/// Standard deviation of the smoothing before the gradients, and of the window, in pixels.
const SMOOTHING: f64 = 1.0;
const WINDOW: f64 = 1.8;
/// A corner is the strongest place within this many pixels along each axis.
const REACH: usize = 4;
/// Corners nearer to the edge of the picture have no patch around them.
pub const MARGIN: usize = 20;
/// Weaker corners, compared with the strongest, are noise.
const WEAKEST: f64 = 1e-4;

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
    let (xx, xy, yy) = (
        window(&across * &across),
        window(&across * &down),
        window(&down * &down),
    );
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
pub fn blurred(values: &Array2<f64>, deviation: f64) -> Array2<f64> {
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
