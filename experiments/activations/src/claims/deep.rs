//! Claims about the deep network at its start.

use retrace_lab::{Claim, Outcomes, statistics};

use super::{POST, differences, largest, values};
use crate::Activations;
use crate::outcome::{Network, Signal};

/// A gradient is kept when the first layer's is within this many powers of ten of the last's.
const KEPT: f64 = 1.0;

/// "About half".
const ABOUT_HALF: (f64, f64) = (0.4, 0.6);

/// "None": a few values may round to zero in 32 bits.
const HARDLY_ANY: f64 = 0.001;

pub(super) fn claims(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    vec![
        sigmoid_vanishes(outcomes),
        sigmoid_error_vanishes(outcomes),
        relu_keeps_gradient(outcomes),
        relu_keeps_error(
            outcomes,
            "relu-keeps-the-error-with-xavier",
            "Xavier's",
            |n| &n.xavier,
        ),
        relu_keeps_error(outcomes, "relu-keeps-the-error-with-he", "He's", |n| &n.he),
        relu_silences_half(outcomes),
        others_silence_none(outcomes),
        relu_units_never_activate(outcomes),
        elu_mean_nearer_zero(outcomes),
        elu_relative_mean_nearer_zero(outcomes),
    ]
}

/// log10 of the first layer's norm over the last's; none when one of them is 0.
fn first_to_last(norms: &[f64]) -> Option<f64> {
    let ratio = (norms.first()? / norms.last()?).log10();
    ratio.is_finite().then_some(ratio)
}

fn sigmoid_vanishes(outcomes: &Outcomes<Activations>) -> Claim {
    let ratios = differences(outcomes, ("sigmoid", "relu"), |n| {
        first_to_last(&n.xavier.gradient_norm)
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
}

fn sigmoid_error_vanishes(outcomes: &Outcomes<Activations>) -> Claim {
    let ratios = values(outcomes, "sigmoid", |n| first_to_last(&n.xavier.error_norm));
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
}

fn relu_keeps_gradient(outcomes: &Outcomes<Activations>) -> Claim {
    let ratios = values(outcomes, "relu", |n| first_to_last(&n.xavier.gradient_norm));
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
}

fn relu_keeps_error(
    outcomes: &Outcomes<Activations>,
    id: &'static str,
    weights: &str,
    signal: impl Fn(&Network) -> &Signal,
) -> Claim {
    let ratios = values(outcomes, "relu", |n| first_to_last(&signal(n).error_norm));
    Claim::says(
        id,
        POST,
        format!("ReLU solves the vanishing gradient: with {weights} weights the error arrives"),
    )
    .measured_by(
        "log10 of first over last layer's error norm",
        "powers of ten",
    )
    .mean_is_within((-KEPT, KEPT), &ratios)
}

fn zero_share(network: &Network) -> Option<f64> {
    Some(statistics::mean(&network.xavier.zero_share))
}

fn relu_silences_half(outcomes: &Outcomes<Activations>) -> Claim {
    Claim::says(
        "relu-silences-about-half",
        "the post (zero-sparsity), the number from Glorot et al. 2011",
        "at the start ReLU silences about half of its units",
    )
    .measured_by(
        "share of activations that are exactly zero, all hidden layers, units and inputs, \
         Xavier's weights",
        "",
    )
    .mean_is_within(ABOUT_HALF, &values(outcomes, "relu", zero_share))
}

fn others_silence_none(outcomes: &Outcomes<Activations>) -> Claim {
    let shares: Vec<f64> = ["lrelu", "prelu", "rrelu", "elu"]
        .iter()
        .flat_map(|arm| values(outcomes, arm, zero_share))
        .collect();
    Claim::says(
        "the-others-silence-none",
        POST,
        "LReLU, PReLU, RReLU and ELU leave no unit at exactly zero",
    )
    .measured_by(
        "largest share of activations that are exactly zero, over four activations and all seeds",
        "",
    )
    .deviation_is_at_most(HARDLY_ANY, largest(shares.iter().copied()), shares.len())
}

fn relu_units_never_activate(outcomes: &Outcomes<Activations>) -> Claim {
    let shares = values(outcomes, "relu", |n| {
        Some(statistics::mean(&n.xavier.silent_share))
    });
    Claim::says(
        "some-relu-units-never-activate",
        POST,
        "some ReLU units do not activate at all",
    )
    .measured_by(
        "share of units that are zero for every input of the batch, all hidden layers, \
         Xavier's weights",
        "",
    )
    .mean_is_above(0.01, &shares)
}

fn elu_mean_nearer_zero(outcomes: &Outcomes<Activations>) -> Claim {
    let differences = differences(outcomes, ("elu", "relu"), |n| {
        n.xavier.mean.first().map(|mean| mean.abs())
    });
    Claim::says(
        "elu-mean-nearer-zero",
        "Clevert et al. 2016, which the post cites",
        "ELU's mean activation is nearer zero than ReLU's",
    )
    .measured_by(
        "absolute mean activation of the first hidden layer, ELU minus ReLU, the same weights \
         and inputs",
        "",
    )
    .mean_is_below(0.0, &differences)
}

fn elu_relative_mean_nearer_zero(outcomes: &Outcomes<Activations>) -> Claim {
    let differences = differences(outcomes, ("elu", "relu"), |n| relative_mean(&n.xavier));
    Claim::says(
        "elu-mean-nearer-zero-in-depth",
        "Clevert et al. 2016, which the post cites",
        "ELU's mean activation is nearer zero than ReLU's in all layers, compared with its size",
    )
    .measured_by(
        "absolute mean over root mean square activation, averaged over hidden layers, ELU minus \
         ReLU",
        "",
    )
    .mean_is_below(0.0, &differences)
}

fn relative_mean(signal: &Signal) -> Option<f64> {
    let layers = signal.mean.iter().zip(&signal.rms);
    let ratios: Vec<f64> = layers.map(|(mean, rms)| mean.abs() / rms).collect();
    let mean = statistics::mean(&ratios);
    mean.is_finite().then_some(mean)
}
