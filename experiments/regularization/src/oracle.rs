//! What the penalties do to a plain linear model, exactly: ridge in closed form, the lasso by
//! coordinate descent.
//!
//! ```text
//! ridge   sum e^2 / 2n  +  lambda sum w^2 / 2      (X'X/n + lambda I) w = X'y/n
//! lasso   sum e^2 / 2n  +  lambda sum |w|          w_j <- S(x_j'r/n + w_j x_j'x_j/n, lambda) / (x_j'x_j/n)
//! ```
//!
//! X and y are centred, so the intercept is free of the penalty, as the network's biases are. Mean
//! squares and the half make lambda mean per point what it means in the network's cost. In
//! scikit-learn this is `Ridge(alpha = n lambda)` and `Lasso(alpha = lambda)`.

use faer::linalg::solvers::Solve;
use faer::{Mat, Side};
use retrace_core::regularization::soft_threshold;

use crate::line::{Line, Points};

/// A sweep of coordinate descent that moves no weight by more than this is the last.
const TOLERANCE: f64 = 1e-12;
/// Sweeps after which coordinate descent ends at the latest; strongly correlated columns are slow.
const MOST_SWEEPS: usize = 100_000;

/// A fitted linear model.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// One a column.
    pub weights: Vec<f64>,
    /// The free term.
    pub intercept: f64,
}

/// Centred columns and target, and what was taken off.
struct Centred {
    columns: Vec<Vec<f64>>,
    target: Vec<f64>,
    column_means: Vec<f64>,
    target_mean: f64,
}

/// Ridge regression (Hoerl & Kennard 1970) of `target` on `columns`.
///
/// `None` when the equations have no single solution: lambda 0 and dependent columns.
pub fn ridge(columns: &[Vec<f64>], target: &[f64], lambda: f64) -> Option<Linear> {
    let centred = Centred::of(columns, target);
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
    let centred = Centred::of(columns, target);
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

/// The least lambda at which the lasso sets all weights to zero: the largest `|x_j'y| / n`.
pub fn lasso_lambda_max(columns: &[Vec<f64>], target: &[f64]) -> f64 {
    let centred = Centred::of(columns, target);
    let pulls = centred.columns.iter();
    pulls
        .map(|column| mean_product(column, &centred.target).abs())
        .fold(0.0, f64::max)
}

/// Ridge through points; least squares at lambda 0.
pub fn ridge_line(points: &Points, lambda: f64) -> Option<Line> {
    ridge(std::slice::from_ref(&points.x), &points.y, lambda).map(|fit| fit.line())
}

/// The lasso through points.
pub fn lasso_line(points: &Points, lambda: f64) -> Line {
    lasso(std::slice::from_ref(&points.x), &points.y, lambda).line()
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

impl Centred {
    fn of(columns: &[Vec<f64>], target: &[f64]) -> Self {
        let column_means: Vec<f64> = columns.iter().map(|column| mean(column)).collect();
        let target_mean = mean(target);
        let centre =
            |values: &[f64], mean: f64| -> Vec<f64> { values.iter().map(|v| v - mean).collect() };
        Self {
            columns: columns
                .iter()
                .zip(&column_means)
                .map(|(column, mean)| centre(column, *mean))
                .collect(),
            target: centre(target, target_mean),
            column_means,
            target_mean,
        }
    }

    fn with_intercept(&self, weights: Vec<f64>) -> Linear {
        let explained: f64 = weights
            .iter()
            .zip(&self.column_means)
            .map(|(w, mean)| w * mean)
            .sum();
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
