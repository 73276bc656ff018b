//! How good each network is in the end.

use retrace_figure::{Axis, Figure};
use retrace_lab::Outcomes;

use super::style::{On, bars_of_networks};
use crate::Rrelu;
use crate::outcome::Outcome;

/// Test errors after both trainings.
pub(super) fn figure(outcomes: &Outcomes<Rrelu>) -> Figure {
    let panel = |on: On| {
        let error = move |outcome: &Outcome| {
            let end = on.training(outcome).end.as_ref()?;
            Some(100.0 * (1.0 - end.test.accuracy))
        };
        let axis = Axis::new("test error (%)");
        bars_of_networks(outcomes, on.title(outcomes), axis, error).digits(2)
    };
    Figure::new(
        "test-error",
        "Test error of each network after the last epoch",
    )
    .columns(2)
    .caption(
        "Share of test images whose class is not the largest logit, in evaluation; each pale bar \
         is the network above it with batch normalisation. Mean over seeds with its 95 % interval, \
         a dot a seed; a network without a bar diverged in every seed.",
    )
    .panel(panel(On::All))
    .panel(panel(On::Few))
}
