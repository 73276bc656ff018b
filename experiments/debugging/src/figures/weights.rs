//! Weights and biases, before and after training.

use retrace_figure::{Axis, Chart, Dash, Figure, Line};
use retrace_lab::Outcomes;

use super::style::{PAIR, found};
use crate::Debugging;
use crate::arm;
use crate::outcome::Histogram;

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let trained = found(outcomes, arm::TRAINED)?.trained()?;
    let title = format!(
        "Weights and biases, after {} steps",
        outcomes.config().steps
    );
    let figure = Figure::new("weights", title)
        .columns(2)
        .shared_legend()
        .caption("Seed 0. Share of the parameters in each of 40 bins, logarithmic.");
    let panels = trained.histograms.iter().map(chart);
    Some(panels.fold(figure, |figure, chart| figure.panel_sized(chart, 440, 230)))
}

fn chart(histogram: &Histogram) -> Chart {
    let total: u64 = histogram.after.iter().sum();
    let axis = Axis::new("share (%)").log();
    let chart = Chart::new(histogram.name.clone(), "value", axis)
        .with(
            line("before training", &histogram.before, histogram)
                .colour(PAIR[0])
                .dash(Dash::Dashed),
        )
        .with(line("after", &histogram.after, histogram).colour(PAIR[1]));
    Chart {
        title: format!("{} ({total})", histogram.name),
        ..chart
    }
}

/// Stairs; an empty bin is a gap.
fn line(label: &str, counts: &[u64], histogram: &Histogram) -> Line {
    let (least, most) = histogram.bounds;
    let width = (most - least) / counts.len() as f64;
    let total: u64 = counts.iter().sum();
    let x: Vec<f64> = (0..=counts.len())
        .map(|at| least + width * at as f64)
        .collect();
    let share = |count: &u64| match count {
        0 => f64::NAN,
        count => 100.0 * *count as f64 / total as f64,
    };
    let mut y: Vec<f64> = counts.iter().map(share).collect();
    y.extend(y.last().copied());
    Line::new(label, x, y).stepped()
}
