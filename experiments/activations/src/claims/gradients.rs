//! Claims about the vanishing gradient in the deep network at its start.

use retrace_lab::{Claim, Outcomes};

use super::{POST, differences, values};
use crate::Activations;
use crate::config::InitialWeights;

/// A gradient is kept when the first layer's is within this many powers of ten of the last's.
const KEPT: f64 = 1.0;

/// Why ReLU loses error with Xavier's weights.
const HALF_PASSES_NOTHING: &str = "Xavier's weights keep the error's size where all units pass it \
    on, and about half of the ReLU units pass none: each layer takes off a factor near the square \
    root of 2. He's weights have twice the variance to make up for it.";

pub(super) fn claims(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    vec![
        sigmoid_vanishes(outcomes),
        sigmoid_error_vanishes(outcomes),
        relu_keeps_gradient(outcomes),
        relu_keeps_error(
            outcomes,
            "relu-keeps-the-error-with-xavier",
            InitialWeights::Xavier,
        )
        .if_contradicted(HALF_PASSES_NOTHING),
        relu_keeps_error(outcomes, "relu-keeps-the-error-with-he", InitialWeights::He),
        elu_alleviates(outcomes),
    ]
}

/// log10 of the first layer's norm over the last's; none when one of them is 0.
fn first_to_last(norms: &[f64]) -> Option<f64> {
    let ratio = (norms.first()? / norms.last()?).log10();
    ratio.is_finite().then_some(ratio)
}

fn sigmoid_vanishes(outcomes: &Outcomes<Activations>) -> Claim {
    let ratios = differences(outcomes, ("sigmoid", "relu"), |n| {
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

fn sigmoid_error_vanishes(outcomes: &Outcomes<Activations>) -> Claim {
    let ratios = values(outcomes, "sigmoid", |n| {
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

fn relu_keeps_gradient(outcomes: &Outcomes<Activations>) -> Claim {
    let ratios = values(outcomes, "relu", |n| {
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

fn relu_keeps_error(
    outcomes: &Outcomes<Activations>,
    id: &'static str,
    weights: InitialWeights,
) -> Claim {
    let ratios = values(outcomes, "relu", |n| {
        first_to_last(&n.started(weights).signal.error_norm)
    });
    Claim::says(
        id,
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

fn elu_alleviates(outcomes: &Outcomes<Activations>) -> Claim {
    let ratios = differences(outcomes, ("elu", "sigmoid"), |n| {
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
