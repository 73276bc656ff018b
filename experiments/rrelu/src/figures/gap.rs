//! How much better each network knows its training images than new ones.

use retrace_figure::{Axis, Figure};
use retrace_lab::Outcomes;

use super::style::{On, bars_of_networks};
use crate::Rrelu;
use crate::outcome::{End, Outcome};

/// Accuracy on training images minus accuracy on test images, after both trainings.
pub(super) fn by_accuracy(outcomes: &Outcomes<Rrelu>) -> Figure {
    let title = "Overfitting: accuracy on training images minus test images";
    let axis = "training minus test accuracy (percentage points)";
    figure(outcomes, ("gap", title), axis, |end| {
        Some(100.0 * end.gap())
    })
    .caption(
        "Both in evaluation, after the last epoch; each pale bar is the network above it with \
         batch normalisation. Mean over seeds with its 95 % interval, a dot a seed. RReLU's random \
         slopes are meant to make this smaller. Where a network knows all its training images by \
         heart, the gap is its test error.",
    )
}

/// The same by loss, which goes on where the training accuracy has arrived at 1.
pub(super) fn by_loss(outcomes: &Outcomes<Rrelu>) -> Figure {
    let title = "Overfitting: loss on test images minus training images";
    let axis = "test minus training loss (nats)";
    let gap = |end: &End| Some(end.test.loss? - end.train.loss?);
    figure(outcomes, ("loss-gap", title), axis, gap).caption(
        "Both in evaluation, after the last epoch; each pale bar is the network above it with \
         batch normalisation. Mean over seeds with its 95 % interval, a dot a seed.",
    )
}

fn figure(
    outcomes: &Outcomes<Rrelu>,
    (name, title): (&str, &str),
    axis: &str,
    gap: fn(&End) -> Option<f64>,
) -> Figure {
    let panel = |on: On| {
        let number = move |outcome: &Outcome| on.training(outcome).end.as_ref().and_then(gap);
        bars_of_networks(outcomes, on.title(outcomes), Axis::new(axis), number).digits(2)
    };
    Figure::new(name, title)
        .columns(2)
        .panel(panel(On::All))
        .panel(panel(On::Few))
}
