//! The network's own cost, once the network is seen as the line that it is.
//!
//! L layers without activation functions multiply out to one slope s. Of all weights with this
//! product, the cheapest cost
//!
//! ```text
//! L1   lambda sum |w|        >=  lambda L |s|^(1/L)
//! L2   lambda sum w^2 / 2    >=  lambda L |s|^(2/L) / 2
//! ```
//!
//! since both norms of a product are at most the product of the norms, and a sum is least when its
//! terms are equal. A single chain of L equal weights, |s|^(1/L) each, reaches both bounds. For L1 it
//! is the only kind of solution; L2 is as content with weights spread over all units (any product of
//! vectors of equal length). Training therefore minimises over lines
//!
//! ```text
//! mean |s x + b - y|  +  least penalty of s
//! ```
//!
//! which a search over s solves, b being the median of y - s x. Without a penalty this is the line
//! of least absolute deviations.

use retrace_core::regularization::Penalty;
use retrace_lab::statistics::median;

use crate::line::{Line, Points};

/// Slopes of the first, even search on either side of 0.
const SLOPES: i32 = 400;
/// Narrowings of the second search: each leaves 0.618 of the interval.
const NARROWINGS: usize = 60;

/// The least penalty of all networks of `layers` layers whose line has this slope.
pub fn least_penalty(penalty: &Penalty, slope: f64, layers: usize) -> f64 {
    let (on_abs, on_square) = penalty.coefficients();
    let depth = layers as f64;
    let weight = slope.abs().powf(1.0 / depth);
    depth * (on_abs * weight + on_square * weight * weight)
}

/// The line at which the cost of a network of `layers` layers is least.
///
/// Slopes up to four times the spread of y over that of x are tried; least squares never leaves
/// one time. The points must differ in x.
pub fn best_line(points: &Points, penalty: &Penalty, layers: usize) -> Line {
    let cost = |slope: f64| mean_error(points, slope) + least_penalty(penalty, slope, layers);
    let step = 4.0 * spread(&points.y) / spread(&points.x) / f64::from(SLOPES);
    let tried = (-SLOPES..=SLOPES).map(|k| f64::from(k) * step);
    let nearest = tried
        .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
        .unwrap_or(0.0);
    let slope = narrowed(cost, nearest - step, nearest + step);
    // The penalty has a cusp at 0, which a search between slopes does not hit.
    let slope = if cost(0.0) <= cost(slope) { 0.0 } else { slope };
    Line {
        slope,
        intercept: best_intercept(points, slope),
    }
}

/// The line of least absolute deviations.
pub fn least_absolute_deviations(points: &Points) -> Line {
    best_line(points, &Penalty::None, 1)
}

/// Golden-section search for the least value between `low` and `high`.
fn narrowed(cost: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..NARROWINGS {
        let width = golden * (high - low);
        if cost(high - width) <= cost(low + width) {
            high = low + width;
        } else {
            low = high - width;
        }
    }
    f64::midpoint(low, high)
}

fn mean_error(points: &Points, slope: f64) -> f64 {
    let line = Line {
        slope,
        intercept: best_intercept(points, slope),
    };
    line.total_error(points) / points.len() as f64
}

fn best_intercept(points: &Points, slope: f64) -> f64 {
    let rests: Vec<f64> = points.pairs().map(|(x, y)| y - slope * x).collect();
    median(&rests)
}

fn spread(values: &[f64]) -> f64 {
    retrace_lab::statistics::standard_deviation(values)
}
