//! **Does the gradient vanish?** The weights' gradients and the backpropagated error of each layer of the
//! deep network at its start ([`depth`](crate::depth)).

use retrace_figure::{Axis, Chart, Figure};
use retrace_lab::{Claim, Drawing, Result, Results, seeds, statistics};

use crate::config::InitialWeights;
use crate::depth::Signal;
use crate::networks::{
    ACTIVATIONS, ELU, Network, RELU, SIGMOID, at_places, differences, layer_numbers, lists, values,
    with_curves,
};
use crate::{Activations, POST};

/// A gradient is kept when the first layer's is within this many powers of ten of the last's.
const KEPT: f64 = 1.0;

/// Why ReLU loses error with Xavier's weights.
const HALF_PASSES_NOTHING: &str = "Xavier's weights keep the error's size where all units pass it \
    on, and about half of the ReLU units pass none: each layer takes off a factor near the square \
    root of 2. He's weights have twice the variance to make up for it.";

/// Weight gradients and errors by layer.
pub(crate) fn figures(results: &Results<Activations>) -> Result<Vec<Drawing>> {
    Ok(vec![weights(results).into(), errors(results).into()])
}

/// Weight gradients by layer.
fn weights(results: &Results<Activations>) -> Figure {
    by_layer(
        results,
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
fn errors(results: &Results<Activations>) -> Figure {
    by_layer(
        results,
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
    results: &Results<Activations>,
    name: &str,
    title: &str,
    measure: &str,
    norms: fn(&Signal) -> &Vec<f64>,
) -> Figure {
    let range = range(results, norms);
    let panel = |weights: InitialWeights| {
        let title = format!("{} initial weights", weights.whose());
        let x = layer_numbers(results.config().layers);
        let y = Axis {
            range,
            ..Axis::new(measure).log()
        };
        let chart = Chart::new(title, "layer, 1 at the input", y);
        with_curves(chart, &x, true, |activation| {
            // Logarithms first: the mean of norms would show the largest seed.
            let logs = lists(results, activation, |n| {
                norms(&n.started(weights).signal)
                    .iter()
                    .map(|norm| norm.log10())
                    .collect()
            });
            seeds::Curve::new(&at_places(&logs, x.len()), statistics::mean, seeds::RANGE)
                .map(|log| 10_f64.powf(log))
        })
    };
    Figure::new(name, title)
        .columns(2)
        .shared_legend()
        .panel(panel(InitialWeights::Xavier))
        .panel(panel(InitialWeights::He))
}

/// One range for both panels: from the smallest to the largest norm, and a little more.
fn range(results: &Results<Activations>, norms: fn(&Signal) -> &Vec<f64>) -> Option<(f64, f64)> {
    let both =
        |n: &Network| [norms(&n.xavier.signal).clone(), norms(&n.he.signal).clone()].concat();
    let all: Vec<f64> = ACTIVATIONS
        .into_iter()
        .flat_map(|activation| lists(results, activation, both))
        .flatten()
        .filter(|norm| *norm > 0.0)
        .collect();
    let (least, most) = (
        all.iter().copied().reduce(f64::min)?,
        all.iter().copied().reduce(f64::max)?,
    );
    Some((least / 3.0, most * 3.0))
}

/// What arrives, for the sigmoid, ReLU and ELU.
pub(crate) fn claims(results: &Results<Activations>) -> Vec<Claim> {
    vec![
        sigmoid_vanishes(results),
        sigmoid_error_vanishes(results),
        relu_keeps_gradient(results),
        relu_keeps_error(results, InitialWeights::Xavier).if_contradicted(HALF_PASSES_NOTHING),
        relu_keeps_error(results, InitialWeights::He),
        elu_alleviates(results),
    ]
}

/// log10 of the first layer's norm over the last's; none when one of them is 0.
fn first_to_last(norms: &[f64]) -> Option<f64> {
    let ratio = (norms.first()? / norms.last()?).log10();
    ratio.is_finite().then_some(ratio)
}

fn sigmoid_vanishes(results: &Results<Activations>) -> Claim {
    let ratios = differences(results, (SIGMOID, RELU), |n| {
        first_to_last(&n.xavier.signal.gradient_norm)
    });
    Claim::says(
        "sigmoid-gradient-vanishes",
        POST,
        "over many layers the sigmoid's gradient vanishes and ReLU's does not",
    )
    .measured_by(
        "log10 of first over last layer's weight gradient norm, sigmoid minus ReLU, Xavier's weights",
        "powers of ten",
    )
    .mean_is_below(0.0, &ratios)
    .shown_in("vanishing-gradient")
}

fn sigmoid_error_vanishes(results: &Results<Activations>) -> Claim {
    let ratios = values(results, SIGMOID, |n| {
        first_to_last(&n.xavier.signal.error_norm)
    });
    Claim::says(
        "sigmoid-error-vanishes",
        POST,
        "the error backpropagated through sigmoids is very small after several layers",
    )
    .measured_by(
        "log10 of first over last layer's error norm, Xavier's weights",
        "powers of ten",
    )
    .mean_is_below(-KEPT, &ratios)
    .shown_in("vanishing-error")
}

fn relu_keeps_gradient(results: &Results<Activations>) -> Claim {
    let ratios = values(results, RELU, |n| {
        first_to_last(&n.xavier.signal.gradient_norm)
    });
    Claim::says(
        "relu-keeps-the-gradient",
        POST,
        "ReLU solves the vanishing gradient: the first layer's weights get as much as the last's",
    )
    .measured_by(
        "log10 of first over last layer's weight gradient norm, Xavier's weights",
        "powers of ten",
    )
    .mean_is_within((-KEPT, KEPT), &ratios)
    .shown_in("vanishing-gradient")
}

fn relu_keeps_error(results: &Results<Activations>, weights: InitialWeights) -> Claim {
    let ratios = values(results, RELU, |n| {
        first_to_last(&n.started(weights).signal.error_norm)
    });
    Claim::says(
        format!("relu-keeps-the-error-with-{}", weights.name()),
        POST,
        format!(
            "ReLU solves the vanishing gradient: with {} weights the error arrives",
            weights.whose()
        ),
    )
    .measured_by(
        "log10 of first over last layer's error norm",
        "powers of ten",
    )
    .mean_is_within((-KEPT, KEPT), &ratios)
    .shown_in("vanishing-error")
}

fn elu_alleviates(results: &Results<Activations>) -> Claim {
    let ratios = differences(results, (ELU, SIGMOID), |n| {
        first_to_last(&n.xavier.signal.error_norm)
    });
    Claim::says(
        "elu-alleviates-the-vanishing-gradient",
        POST,
        "ELU alleviates the vanishing gradient",
    )
    .measured_by(
        "log10 of first over last layer's error norm, ELU minus sigmoid, Xavier's weights",
        "powers of ten",
    )
    .mean_is_above(0.0, &ratios)
    .shown_in("vanishing-error")
}
