//! One thing changed at a time: initial weights, dropout, pictures.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Figure, Rule};
use retrace_lab::{Outcomes, statistics};

use super::style::{LEFT, interval, label};
use crate::Autoencoder;
use crate::arm::{Optimizer, SOUND, initialised};
use crate::initial::Initial;
use crate::loss::Loss;

/// What is left in the end.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let mut sum = Vec::new();
    for optimizer in Optimizer::BOTH {
        sum.extend([Initial::Xavier, Initial::He].map(|i| initialised(Loss::Sum, optimizer, i)));
    }
    let of = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    Figure::new(
        "variants",
        "Error after the last step when one thing is changed",
    )
    .columns(2)
    .caption(
        "Error on new pictures as a share of the best constant answer's, cut at 1 (dashed). \
             Mean over seeds with its 95 % interval, a dot a seed. Dropout after the last layer \
             erases half of the answer's pixels in training and doubles the others, so the network \
             learns to answer half of what it should.",
    )
    .panel(panel(
        outcomes,
        "Mean of squares, Adam",
        &of(&[
            SOUND,
            "truncated",
            "he",
            "dropout-between",
            "dropout-last",
            "small",
        ]),
    ))
    .panel(panel(
        outcomes,
        "Other pictures",
        &of(&[SOUND, "two-circles", "scenes"]),
    ))
    .panel(panel(
        outcomes,
        "Sum of squares from other initial weights",
        &sum,
    ))
}

fn panel(outcomes: &Outcomes<Autoencoder>, title: &str, arms: &[String]) -> Bars {
    let left: Vec<Vec<f64>> = arms
        .iter()
        .map(|arm| outcomes.values(arm, |outcome| Some(outcome.left())))
        .collect();
    let means: Vec<f64> = left.iter().map(|values| statistics::mean(values)).collect();
    let series = BarSeries::new("", means)
        .colour(Colour::series(0))
        .intervals(
            left.iter()
                .map(|values| interval(values))
                .collect::<Vec<_>>(),
        )
        .points(left);
    let names = arms.iter().map(|arm| label(outcomes, arm));
    Bars::new(title, names, Axis::new(LEFT))
        .series(series)
        .rule(Rule::at_y("", 1.0))
        .horizontal()
        .digits(2)
}
