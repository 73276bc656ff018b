//! Held-out error against lambda.

use retrace_figure::{
    Axis, Chart, Colour, Dash, Figure, Legend, Line as Curve, Marker, Points, Rule,
};
use retrace_lab::statistics::mean;

use super::{All, mean_and_band};
use crate::arm::{Method, Work};
use crate::outcome::{CrossValidated, Tried};

/// Cross-validation of both penalties.
pub fn validation(outcomes: &All) -> Figure {
    let config = outcomes.config();
    let both = [Method::L1, Method::L2];
    let last = panel(outcomes, "After the last step", |tried| tried.error);
    let settled = panel(outcomes, "Mean line of the last fifth of the steps", |t| {
        t.settled_error
    });
    let chosen: Vec<String> = both
        .iter()
        .filter_map(|method| Some(format!("{}: {}", method.label(), best(outcomes, *method)?)))
        .collect();
    Figure::new(
        "cross-validation",
        "Cross-validation: error on left-out points against lambda",
    )
    .caption(format!(
        "Mean |error| on the fold that was left out, {} folds, mean over seeds, the band holds the \
         middle 80 % of them. Large marks: the lambda with the least mean ({}). The post used {}.",
        config.folds,
        chosen.join(", "),
        config.lambda
    ))
    .columns(2)
    .shared_legend()
    .panel(last)
    .panel(settled)
}

fn panel(outcomes: &All, title: &str, error: fn(&Tried) -> Option<f64>) -> Chart {
    let config = outcomes.config();
    let post = Rule::at_x("the post", config.lambda)
        .dash(Dash::Dotted)
        .colour(Colour::DARK_GREY);
    let error_axis = Axis::new("mean |error| on left-out points (units of y)");
    let chart = Chart::new(title, Axis::new("lambda").log(), error_axis).legend(Legend::Below);
    let chart = if config.lambda > 0.0 {
        chart.with(post)
    } else {
        chart
    };
    [Method::L1, Method::L2]
        .into_iter()
        .fold(chart, |chart, method| {
            let rows = rows(outcomes, method, error);
            let chart = chart.with_all(mean_and_band(
                method.label(),
                &config.lambdas,
                &rows,
                method.colour(),
            ));
            let means = means(&rows, config.lambdas.len());
            let Some((place, least)) = least(&means) else {
                return chart;
            };
            chart
                .with(
                    Curve::new("", config.lambdas.clone(), means)
                        .colour(method.colour())
                        .width(0.5)
                        .marker(Marker::Circle),
                )
                .with(
                    Points::new("", [config.lambdas[place]], [least])
                        .colour(method.colour())
                        .radius(8.0),
                )
        })
}

fn cross_validated(outcomes: &All, method: Method) -> Vec<&CrossValidated> {
    let arm = Work::CrossValidate(method).name();
    let seeds = 0..outcomes.run().seeds;
    seeds
        .filter_map(|seed| outcomes.get(&arm, seed)?.outcome.cross_validated())
        .collect()
}

/// Errors by lambda, one row a seed; a training that diverged is a gap.
fn rows(outcomes: &All, method: Method, error: fn(&Tried) -> Option<f64>) -> Vec<Vec<f64>> {
    cross_validated(outcomes, method)
        .iter()
        .map(|cell| {
            cell.tried
                .iter()
                .map(|t| error(t).unwrap_or(f64::NAN))
                .collect()
        })
        .collect()
}

fn means(rows: &[Vec<f64>], columns: usize) -> Vec<f64> {
    let column = |place: usize| -> Vec<f64> {
        let values = rows.iter().filter_map(|row| row.get(place).copied());
        values.filter(|value| value.is_finite()).collect()
    };
    (0..columns).map(|place| mean(&column(place))).collect()
}

fn least(means: &[f64]) -> Option<(usize, f64)> {
    let finite = means
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, mean)| mean.is_finite());
    finite.min_by(|a, b| a.1.total_cmp(&b.1))
}

/// The lambda with the least mean held-out error.
fn best(outcomes: &All, method: Method) -> Option<f64> {
    let lambdas = &outcomes.config().lambdas;
    let means = means(&rows(outcomes, method, |tried| tried.error), lambdas.len());
    least(&means).map(|(place, _)| lambdas[place])
}
