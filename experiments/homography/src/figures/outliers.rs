//! Wrong pairs: least squares against RANSAC.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Line, Rule};

use super::{All, gaps, median_and_band};
use crate::work::{Estimator, Work};

/// Errors against the share of wrong pairs, and how often RANSAC finds a consensus.
pub fn errors(outcomes: &All) -> Figure {
    let config = outcomes.config();
    let shares = &config.outlier_shares;
    let share = || Axis::new("share of wrong pairs (0-1)");
    let errors = Chart::new(
        "Error",
        share(),
        Axis::new("mean error on the label (pixels)").log(),
    )
    .with(Rule::at_y("noise", config.noise).dash(Dash::Dotted))
    .with_all(Estimator::ALL.into_iter().flat_map(|estimator| {
        let rows = rows(outcomes, estimator);
        let style = (colour(estimator), Dash::Solid);
        median_and_band(estimator.label(), shares, &rows, style)
    }));
    let found = Chart::new(
        "How often there is an answer",
        share(),
        Axis::new("share of seeds (0-1)").range(0.0, 1.05),
    )
    .with_all(Estimator::ALL.map(|estimator| {
        let rows = rows(outcomes, estimator);
        let found = (0..shares.len()).map(|place| present(&rows, place));
        Line::new(estimator.label(), shares.clone(), found.collect::<Vec<_>>())
            .colour(colour(estimator))
            .dash(if estimator == Estimator::Ransac {
                Dash::Solid
            } else {
                Dash::Dashed
            })
    }));
    let title = "Wrong pairs: least squares believes them, RANSAC finds those that agree";
    Figure::new("outliers", title)
        .caption(format!(
            "{} pairs with noise of {} pixel{}; a wrong pair has its target anywhere on the label. \
             Median over {} seeds, the band holds the middle 80 % of those with an answer. Dotted: \
             the noise of a right pair. RANSAC gives none when no more pairs agree than would by \
             chance.",
            config.outlier_pairs,
            config.noise,
            if config.noise == 1.0 { "" } else { "s" },
            outcomes.run().seeds
        ))
        .columns(2)
        .shared_legend()
        .panel(errors)
        .panel(found)
}

fn colour(estimator: Estimator) -> Colour {
    match estimator {
        Estimator::LeastSquares => Colour::series(4),
        Estimator::Ransac => Colour::series(3),
    }
}

/// One row a seed; without an answer a gap.
fn rows(outcomes: &All, estimator: Estimator) -> Vec<Vec<f64>> {
    let cells = outcomes.of(Work::AddOutliers(estimator).name());
    cells
        .filter_map(|cell| Some(gaps(&cell.outcome.with_outliers()?.errors)))
        .collect()
}

/// The share of the rows with a number at `place`.
fn present(rows: &[Vec<f64>], place: usize) -> f64 {
    let numbers = rows
        .iter()
        .filter(|row| row.get(place).is_some_and(|value| value.is_finite()));
    numbers.count() as f64 / rows.len() as f64
}
