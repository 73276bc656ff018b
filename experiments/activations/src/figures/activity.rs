//! What the units of the deep network say at the start: zeros and means.

use retrace_figure::{Axis, BarSeries, Bars, Chart, Figure, Rule};
use retrace_lab::{Outcomes, statistics};

use super::style::{Spread, layer_numbers, lists, looks, with_curves};
use crate::Activations;
use crate::outcome::{Network, Signal};

/// Sparsity.
pub(super) fn zeros(outcomes: &Outcomes<Activations>) -> Figure {
    Figure::new(
        "zero-activations",
        "Sparsity: which units are silent at the start of training",
    )
    .columns(2)
    .caption(
        "Left: share of activations that are exactly zero, over all hidden layers, units and \
         inputs of the batch, Xavier's weights; a dot a seed. Right: share of units that are zero \
         for every input of the batch, mean over seeds, the band from the smallest to the largest. \
         Near the input each ReLU unit is silent for half of the inputs; near the output half of \
         the units are silent for nearly all of them, since a deep network at its start sees all \
         inputs in the same direction.",
    )
    .panel(zero_shares(outcomes))
    .panel(by_layer(
        outcomes,
        "Units silent for every input",
        Axis::new("share of units (0-1)").range(0.0, 0.6),
        |signal| signal.silent_share.clone(),
    ))
}

fn zero_shares(outcomes: &Outcomes<Activations>) -> Bars {
    let share = |n: &Network| statistics::mean(&n.xavier.signal.zero_share);
    let points: Vec<Vec<f64>> = looks()
        .map(|look| outcomes.values(look.arm, |outcome| outcome.network().map(share)))
        .collect();
    let means: Vec<f64> = points.iter().map(|seeds| statistics::mean(seeds)).collect();
    let colours: Vec<_> = looks().map(|look| look.colour).collect();
    Bars::new(
        "Activations that are exactly zero",
        looks().map(|look| look.label),
        Axis::new("share of activations (0-1)").range(0.0, 0.6),
    )
    .series(
        BarSeries::new("", means)
            .colour_each(colours)
            .points(points),
    )
    .rule(Rule::at_y("half", 0.5))
    .digits(2)
}

/// Mean activations.
pub(super) fn means(outcomes: &Outcomes<Activations>) -> Figure {
    Figure::new(
        "mean-activation",
        "Mean activation of each layer at the start of training",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Mean over seeds, the band from the smallest to the largest; Xavier's weights. Left: \
             over all units and inputs. ReLU's falls towards zero with depth only because all of \
             its signal does. Right: compared with the root mean square, ReLU stays as far from \
             zero as it was, and ELU, whose negative side pulls down, comes nearer.",
    )
    .panel(by_layer(
        outcomes,
        "Mean activation",
        Axis::new("mean activation"),
        |signal| signal.mean.clone(),
    ))
    .panel(by_layer(
        outcomes,
        "Compared with the size of the signal",
        Axis::new("|mean| / root mean square (0-1)").range(0.0, 1.05),
        |signal| {
            let layers = signal.mean.iter().zip(&signal.rms);
            layers.map(|(mean, rms)| mean.abs() / rms).collect()
        },
    ))
}

fn by_layer(
    outcomes: &Outcomes<Activations>,
    title: &str,
    y: Axis,
    list: fn(&Signal) -> Vec<f64>,
) -> Chart {
    let x = layer_numbers(outcomes.config().layers - 1);
    let chart = Chart::new(title, "hidden layer, 1 at the input", y);
    with_curves(chart, &x, true, |look| {
        Spread::whole(
            &lists(outcomes, look.arm, |n| list(&n.xavier.signal)),
            x.len(),
        )
    })
}
