//! How much better each network knows its training images than new ones.

use retrace_figure::{Axis, Figure};
use retrace_lab::Outcomes;

use super::style::{On, bars_of_networks};
use crate::Rrelu;
use crate::outcome::{End, Outcome};

/// Accuracy on training images minus accuracy on test images, after both trainings.
pub(super) fn figure(outcomes: &Outcomes<Rrelu>) -> Figure {
    let panel = |on: On| {
        let gap = move |outcome: &Outcome| {
            let end = on.training(outcome).end.as_ref();
            end.map(|end| 100.0 * End::gap(end))
        };
        let axis = Axis::new("training minus test accuracy (percentage points)");
        bars_of_networks(outcomes, on.title(outcomes), axis, gap).digits(2)
    };
    Figure::new(
        "gap",
        "Overfitting: accuracy on training images minus test images",
    )
    .columns(2)
    .caption(
        "Both in evaluation, after the last epoch; pale bars are normalised. Mean over seeds with \
         its 95 % interval, a dot a seed. RReLU's random slopes are meant to make this smaller.",
    )
    .panel(panel(On::All))
    .panel(panel(On::Few))
}
