//! The vanishing gradient.

use retrace_figure::{Axis, Chart, Figure};
use retrace_lab::Outcomes;

use super::style::{Spread, layer_numbers, lists, looks};
use crate::Activations;
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
    let panel = |title: &str, signal: fn(&Network) -> &Signal| {
        let x = layer_numbers(outcomes.config().layers);
        let chart = Chart::new(title, "layer, 1 at the input", Axis::new(measure).log());
        looks().fold(chart, |chart, look| {
            // Logarithms first: the mean of norms would show the largest seed.
            let logs = lists(outcomes, look.arm, |n| {
                norms(signal(n)).iter().map(|norm| norm.log10()).collect()
            });
            let spread = Spread::of(&logs, x.len()).map(|log| 10_f64.powf(log));
            let (band, line) = spread.layers(look, &x);
            chart.with(band).with(line.marker(look.marker))
        })
    };
    Figure::new(name, title)
        .columns(2)
        .shared_legend()
        .panel(panel("Xavier's initial weights", |n| &n.xavier))
        .panel(panel("He's initial weights", |n| &n.he))
}
