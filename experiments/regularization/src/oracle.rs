//! Lines without training: what the penalties do to a plain linear model, exactly, and the line at
//! which the network's own cost is least.
//!
//! # Linear models
//!
//! ```text
//! ridge   sum e^2 / 2n  +  lambda sum w^2 / 2      (X'X/n + lambda I) w = X'y/n
//! lasso   sum e^2 / 2n  +  lambda sum |w|          w_j <- S(x_j'r/n + w_j x_j'x_j/n, lambda) / (x_j'x_j/n)
//! ```
//!
//! X and y are centred, so the intercept is free of the penalty, as the network's biases are. Mean
//! squares and the half make lambda mean per point what it means in the network's cost. In
//! scikit-learn this is `Ridge(alpha = n lambda)` and `Lasso(alpha = lambda)`.
//!
//! # The network's cost
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

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use retrace_core::regularization::{Penalty, soft_threshold};
use retrace_lab::statistics::{median, standard_deviation};

use crate::points::{Line, Points};

/// A sweep of coordinate descent that moves no weight by more than this is the last.
const TOLERANCE: f64 = 1e-12;
/// Sweeps after which coordinate descent ends at the latest; strongly correlated columns are slow.
const MOST_SWEEPS: usize = 100_000;

/// A fitted linear model.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// One per column.
    pub weights: Vec<f64>,
    /// The free term.
    pub intercept: f64,
}

impl Linear {
    /// The line of a model with one column.
    fn line(&self) -> Line {
        Line {
            slope: self.weights.iter().sum(),
            intercept: self.intercept,
        }
    }
}

/// Ridge regression (Hoerl & Kennard 1970) of `target` on `columns`.
///
/// `None` when the equations have no single solution: lambda 0 and dependent columns.
pub fn ridge(columns: &[Vec<f64>], target: &[f64], lambda: f64) -> Option<Linear> {
    let centred = Centred::new(columns, target);
    let x = &centred.columns;
    let gram = Mat::from_fn(x.len(), x.len(), |i, j| {
        mean_product(&x[i], &x[j]) + if i == j { lambda } else { 0.0 }
    });
    let right = Mat::from_fn(x.len(), 1, |i, _| mean_product(&x[i], &centred.target));
    let solution = gram.llt(Side::Lower).ok()?.solve(&right);
    let weights: Vec<f64> = (0..x.len()).map(|i| solution[(i, 0)]).collect();
    let solved = weights.iter().all(|w| w.is_finite());
    solved.then(|| centred.with_intercept(weights))
}

/// The lasso (Tibshirani 1996) by cyclic coordinate descent (Friedman, Hastie & Tibshirani 2010).
pub fn lasso(columns: &[Vec<f64>], target: &[f64], lambda: f64) -> Linear {
    let centred = Centred::new(columns, target);
    let mut weights = vec![0.0; columns.len()];
    let mut residual = centred.target.clone();
    for _ in 0..MOST_SWEEPS {
        let mut largest: f64 = 0.0;
        for (weight, column) in weights.iter_mut().zip(&centred.columns) {
            let square = mean_product(column, column);
            if square == 0.0 {
                continue; // A constant column explains nothing that the intercept does not.
            }
            let rho = mean_product(column, &residual) + square * *weight;
            let change = soft_threshold(rho, lambda) / square - *weight;
            for (residual, x) in residual.iter_mut().zip(column) {
                *residual -= change * x;
            }
            *weight += change;
            largest = largest.max(change.abs());
        }
        if largest < TOLERANCE {
            break;
        }
    }
    centred.with_intercept(weights)
}

/// Ridge through points; least squares at lambda 0.
pub fn ridge_line(points: &Points, lambda: f64) -> Option<Line> {
    ridge(std::slice::from_ref(&points.x), &points.y, lambda).map(|fit| fit.line())
}

/// The lasso through points.
pub fn lasso_line(points: &Points, lambda: f64) -> Line {
    lasso(std::slice::from_ref(&points.x), &points.y, lambda).line()
}

/// Centred columns and target, and what was taken off.
struct Centred {
    columns: Vec<Vec<f64>>,
    target: Vec<f64>,
    column_means: Vec<f64>,
    target_mean: f64,
}

impl Centred {
    fn new(columns: &[Vec<f64>], target: &[f64]) -> Self {
        let centre =
            |values: &[f64], mean: f64| -> Vec<f64> { values.iter().map(|v| v - mean).collect() };
        let column_means: Vec<f64> = columns.iter().map(|column| mean(column)).collect();
        let target_mean = mean(target);
        let pairs = columns.iter().zip(&column_means);
        Self {
            columns: pairs.map(|(column, mean)| centre(column, *mean)).collect(),
            target: centre(target, target_mean),
            column_means,
            target_mean,
        }
    }

    fn with_intercept(&self, weights: Vec<f64>) -> Linear {
        let pairs = weights.iter().zip(&self.column_means);
        let explained: f64 = pairs.map(|(w, mean)| w * mean).sum();
        Linear {
            weights,
            intercept: self.target_mean - explained,
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn mean_product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / a.len() as f64
}

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

/// The line at which the cost of a network of `layers` layers is least; without a penalty that of
/// least absolute deviations.
///
/// Slopes up to four times the spread of y over that of x are compared; least squares never leaves
/// one time. The points must differ in x.
pub fn least_cost_line(points: &Points, penalty: &Penalty, layers: usize) -> Line {
    let cost = |slope: f64| mean_error(points, slope) + least_penalty(penalty, slope, layers);
    let spread = standard_deviation(&points.y) / standard_deviation(&points.x);
    let step = 4.0 * spread / f64::from(SLOPES);
    let slopes = (-SLOPES..=SLOPES).map(|k| f64::from(k) * step);
    let nearest = slopes
        .min_by(|a, b| cost(*a).total_cmp(&cost(*b)))
        .unwrap_or(0.0);
    let slope = narrowed(cost, nearest - step, nearest + step);
    // The penalty has a cusp at 0, which a search between slopes does not hit.
    let slope = if cost(0.0) <= cost(slope) { 0.0 } else { slope };
    best_with_slope(points, slope)
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
    best_with_slope(points, slope).total_error(points) / points.len() as f64
}

fn best_with_slope(points: &Points, slope: f64) -> Line {
    let rests: Vec<f64> = points.pairs().map(|(x, y)| y - slope * x).collect();
    Line {
        slope,
        intercept: median(&rests),
    }
}
