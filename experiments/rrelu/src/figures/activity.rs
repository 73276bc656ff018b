//! The mean activation of each hidden layer.

use retrace_figure::{BarSeries, Bars, Colour, Figure};
use retrace_lab::{Outcomes, statistics};

use super::style::interval;
use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::outcome::Outcome;

/// Mean activations after the training on all images.
pub(super) fn figure(outcomes: &Outcomes<Rrelu>) -> Figure {
    let figure = Figure::new(
        "mean-activation",
        "Mean activation of each hidden layer after training",
    )
    .columns(2)
    .caption(
        "Mean over units and all test images, in evaluation, after the training on all images; the \
         upper bar of each pair is the first hidden layer's, the paler one below it the second's. \
         Mean over seeds with its 95 % interval. ELU's negative values are said to push this \
         towards zero, as normalisation does.",
    );
    Norm::BOTH
        .iter()
        .fold(figure, |figure, norm| figure.panel(panel(outcomes, *norm)))
}

fn panel(outcomes: &Outcomes<Rrelu>, norm: Norm) -> Bars {
    let layers = outcomes.config().hidden.len();
    let names = Function::ALL.map(Function::label);
    let bars = Bars::new(
        capitalised(norm.title()),
        names,
        "mean activation (paler: deeper)",
    )
    .horizontal();
    (0..layers).fold(bars, |bars, layer| {
        bars.series(series(outcomes, norm, layer))
    })
}

fn series(outcomes: &Outcomes<Rrelu>, norm: Norm, layer: usize) -> BarSeries {
    let mean = |outcome: &Outcome| outcome.activity.get(layer).map(|layer| layer.mean);
    let values = Function::ALL.map(|f| outcomes.values(&norm.arm_of(f), mean));
    let layers = outcomes.config().hidden.len() as f64;
    let pale = 0.6 * layer as f64 / layers.max(1.0);
    let colours = Function::ALL.map(|f| f.colour().mix(Colour::WHITE, pale));
    BarSeries::new("", values.each_ref().map(|v| statistics::mean(v)))
        .colour_each(colours)
        .intervals(values.each_ref().map(|v| interval(v)))
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
