//! The vanishing gradient.

use retrace_figure::{Axis, Chart, Figure};
use retrace_lab::Outcomes;

use super::style::{Spread, layer_numbers, lists, looks, with_curves};
use crate::Activations;
use crate::config::InitialWeights;
use crate::outcome::{Network, Signal};

/// Weight gradients by layer.
pub(super) fn weights(outcomes: &Outcomes<Activations>) -> Figure {
    by_layer(
        outcomes,
        "vanishing-gradient",
        "Vanishing gradient: what reaches the weights of each layer",
        "norm of dE/dW",
        |signal| &signal.gradient_norm,
    )
    .caption(
        "Norm of the gradient of each layer's weights at the start of training; geometric mean \
         over seeds, the band from the smallest to the largest. The sigmoid's falls by orders of \
         magnitude towards the input. ReLU and its leaky relatives are flat with both kinds of \
         initial weights: in such a network the product of what comes in and what comes back is \
         the same in every layer. How large it is depends on the weights.",
    )
}

/// Backpropagated errors by layer.
pub(super) fn errors(outcomes: &Outcomes<Activations>) -> Figure {
    by_layer(
        outcomes,
        "vanishing-error",
        "The backpropagated error of each layer, before it meets the activity",
        "norm of dE/dz",
        |signal| &signal.error_norm,
    )
    .caption(
        "Norm of the error that arrives at each layer, read from right to left as it travels. \
         With Xavier's weights ReLU loses error, too, about a factor of 1.4 a layer, since half of \
         its units pass none on. He's weights are twice as large in the square and make up for \
         it.",
    )
}

fn by_layer(
    outcomes: &Outcomes<Activations>,
    name: &str,
    title: &str,
    measure: &str,
    norms: fn(&Signal) -> &Vec<f64>,
) -> Figure {
    let range = range(outcomes, norms);
    let panel = |weights: InitialWeights| {
        let title = format!("{} initial weights", weights.whose());
        let x = layer_numbers(outcomes.config().layers);
        let y = Axis {
            range,
            ..Axis::new(measure).log()
        };
        let chart = Chart::new(title, "layer, 1 at the input", y);
        with_curves(chart, &x, true, |look| {
            // Logarithms first: the mean of norms would show the largest seed.
            let logs = lists(outcomes, look.arm, |n| {
                norms(&n.started(weights).signal)
                    .iter()
                    .map(|norm| norm.log10())
                    .collect()
            });
            Spread::whole(&logs, x.len()).map(|log| 10_f64.powf(log))
        })
    };
    Figure::new(name, title)
        .columns(2)
        .shared_legend()
        .panel(panel(InitialWeights::Xavier))
        .panel(panel(InitialWeights::He))
}

/// One range for both panels: from the smallest to the largest norm, and a little more.
fn range(outcomes: &Outcomes<Activations>, norms: fn(&Signal) -> &Vec<f64>) -> Option<(f64, f64)> {
    let both =
        |n: &Network| [norms(&n.xavier.signal).clone(), norms(&n.he.signal).clone()].concat();
    let all: Vec<f64> = looks()
        .flat_map(|look| lists(outcomes, look.arm, both))
        .flatten()
        .filter(|norm| *norm > 0.0)
        .collect();
    let (least, most) = (
        all.iter().copied().reduce(f64::min)?,
        all.iter().copied().reduce(f64::max)?,
    );
    Some((least / 3.0, most * 3.0))
}
