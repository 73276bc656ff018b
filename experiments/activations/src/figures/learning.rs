//! The short training: how fast each activation learns.

use retrace_figure::{Axis, Chart, Figure};
use retrace_lab::Outcomes;

use super::style::{Spread, lists, with_curves};
use crate::Activations;
use crate::config::InitialWeights;
use crate::outcome::Training;

/// Loss and accuracy during training.
pub(super) fn curves(outcomes: &Outcomes<Activations>) -> Figure {
    let figure = Figure::new(
        "learning",
        "Learning two spirals with each activation function",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Left from Xavier's initial weights, right from He's; the same points, batches and initial \
         weights for all. Median over seeds, the band holds the middle half. A loss of ln 2 = 0.69 \
         is that of not knowing. Look at ELU: over the 2,000 steps of a full run it is the slowest \
         of those that learn on the left, and the fastest on the right.",
    );
    let figure = InitialWeights::BOTH.iter().fold(figure, |figure, weights| {
        figure.panel(loss(outcomes, *weights))
    });
    InitialWeights::BOTH.iter().fold(figure, |figure, weights| {
        figure.panel(accuracy(outcomes, *weights))
    })
}

fn loss(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Chart {
    let y = Axis::new("cross-entropy (nats)").range(0.0, 0.9);
    panel(
        outcomes,
        weights,
        "loss on the training points",
        y,
        |training| {
            let gap = |loss: &Option<f64>| loss.unwrap_or(f64::NAN);
            training.loss.iter().map(gap).collect()
        },
    )
}

fn accuracy(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Chart {
    let y = Axis::new("accuracy (0-1)").range(0.4, 1.0);
    panel(
        outcomes,
        weights,
        "accuracy on the test points",
        y,
        |training| training.accuracy.clone(),
    )
}

fn panel(
    outcomes: &Outcomes<Activations>,
    weights: InitialWeights,
    what: &str,
    y: Axis,
    list: fn(&Training) -> Vec<f64>,
) -> Chart {
    let x = steps(outcomes);
    let chart = Chart::new(format!("{} weights: {what}", weights.whose()), "step", y);
    with_curves(chart, &x, false, |look| {
        let lists = lists(outcomes, look.arm, |n| list(&n.started(weights).training));
        Spread::middle_half(&lists, x.len())
    })
}

/// The steps at which all trainings were observed.
pub(super) fn steps(outcomes: &Outcomes<Activations>) -> Vec<f64> {
    let config = outcomes.config();
    let every = usize::try_from(config.observe_every).unwrap_or(1);
    (0..config.steps)
        .step_by(every)
        .chain([config.steps])
        .map(|step| step as f64)
        .collect()
}
