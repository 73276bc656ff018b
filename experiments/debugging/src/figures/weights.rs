//! Weights and biases, before and after training.

use retrace_figure::{Axis, Chart, Dash, Figure, Line};
use retrace_lab::Outcomes;

use super::style::{PAIR, found, grouped};
use crate::Debugging;
use crate::arm;
use crate::outcome::Histogram;

/// Parameters of a bin that has none, as it is drawn: a logarithmic axis has no zero.
const EMPTY: f64 = 0.5;

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let trained = found(outcomes, arm::TRAINED)?.trained()?;
    let title = format!(
        "Weights and biases, before training and after {} steps",
        outcomes.config().steps
    );
    let figure = Figure::new("weights", title)
        .columns(2)
        .shared_legend()
        .caption(
            "Seed 0. Share of the parameters in each of 40 bins; the number of parameters is \
                  in the title of each panel. A bin without any stands on the axis, at half a \
                  parameter. All biases are zero before training, so they fill one bin.",
        );
    let panels = trained.histograms.iter().map(chart);
    Some(panels.fold(figure, |figure, chart| figure.panel_sized(chart, 440, 230)))
}

fn chart(histogram: &Histogram) -> Chart {
    let total: u64 = histogram.after.iter().sum();
    let (before, after) = (shares(&histogram.before), shares(&histogram.after));
    let most = before.iter().chain(&after).copied().fold(0.0, f64::max);
    let axis = Axis::new("share of parameters (%)")
        .log()
        .range(100.0 * EMPTY / total as f64, 1.3 * most);
    let chart = Chart::new(histogram.name.clone(), "value", axis)
        .with(
            line("before training", before, histogram)
                .colour(PAIR[0])
                .dash(Dash::Dashed),
        )
        .with(line("after training", after, histogram).colour(PAIR[1]));
    Chart {
        title: format!("{} ({})", histogram.name, grouped(total)),
        ..chart
    }
}

/// The share of each bin, in per cent.
fn shares(counts: &[u64]) -> Vec<f64> {
    let total: u64 = counts.iter().sum();
    let share = |count: &u64| 100.0 * (*count as f64).max(EMPTY) / total as f64;
    counts.iter().map(share).collect()
}

/// Stairs.
fn line(label: &str, mut y: Vec<f64>, histogram: &Histogram) -> Line {
    let (least, most) = histogram.bounds;
    let bins = y.len();
    let width = (most - least) / bins as f64;
    let x: Vec<f64> = (0..=bins).map(|at| least + width * at as f64).collect();
    y.extend(y.last().copied());
    Line::new(label, x, y).stepped()
}
