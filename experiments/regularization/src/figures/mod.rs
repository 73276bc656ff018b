//! All figures, from outcomes alone. One method has one colour in all of them.

mod fits;
mod jitter;
mod lambda;
mod oracles;
mod outliers;
mod penalties;
mod pruned;
mod sparsity;
mod totals;
mod weights;

pub use pruned::sizes_found;

use retrace_figure::{Band, Colour, Layer, Line as Curve};
use retrace_lab::statistics::{mean, quantile};
use retrace_lab::{Drawing, Outcomes, Result};

use crate::Regularization;
use crate::arm::Work;
use crate::outcome::Lines;

type All = Outcomes<Regularization>;

/// All figures of a run.
///
/// # Errors
/// Outcomes without the arrays that they were written with.
pub fn all(outcomes: &All) -> Result<Vec<Drawing>> {
    let mut drawings: Vec<Drawing> = vec![
        penalties::surfaces().into(),
        penalties::geometry().into(),
        fits::fits(outcomes).into(),
        totals::total_errors(outcomes).into(),
        jitter::jitter(outcomes).into(),
    ];
    drawings.extend(weights::matrices(outcomes)?.map(Drawing::from));
    drawings.extend(weights::training(outcomes)?.map(Drawing::from));
    drawings.push(sparsity::near_zero(outcomes).into());
    drawings.extend(pruned::network(outcomes).map(Drawing::from));
    drawings.push(lambda::validation(outcomes).into());
    drawings.extend(oracles::lines(outcomes).map(Drawing::from));
    drawings.push(outliers::sizes(outcomes).into());
    Ok(drawings)
}

/// The points and lines of a seed; those of seed 0 where all seeds share them.
pub fn lines_of(outcomes: &All, seed: u64) -> Option<&Lines> {
    let cell = outcomes.get(Work::LINES, seed);
    cell.or_else(|| outcomes.get(Work::LINES, 0))?
        .outcome
        .lines()
}

/// Mean over the rows as a curve, and the band that holds the middle 80 % of them.
///
/// A column that no row reaches, since all trainings diverged before, is left out.
fn mean_and_band(label: &str, x: &[f64], rows: &[Vec<f64>], colour: Colour) -> [Layer; 2] {
    let columns: Vec<Vec<f64>> = (0..x.len())
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column).copied())
                .collect()
        })
        .map(|column: Vec<f64>| column.into_iter().filter(|v| v.is_finite()).collect())
        .collect();
    let of = |statistic: &dyn Fn(&[f64]) -> f64| -> Vec<f64> {
        columns.iter().map(|column| statistic(column)).collect()
    };
    let low = of(&|column| quantile(column, 0.1));
    let high = of(&|column| quantile(column, 0.9));
    [
        Band::new(label, x, low, high).colour(colour).into(),
        Curve::new(label, x, of(&|column| mean(column)))
            .colour(colour)
            .into(),
    ]
}

/// What a figure says about points whose outliers are unknown; empty for drawn points.
fn about_points(outcomes: &All) -> String {
    outcomes
        .config()
        .points
        .as_ref()
        .map_or_else(String::new, |path| {
            format!(
                " The points are those of {}, of which it is not known which are outliers.",
                path.display()
            )
        })
}
