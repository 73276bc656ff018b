//! Claims about what the units of the deep network say at its start.

use retrace_lab::{Claim, Outcomes, statistics};

use super::{POST, differences, largest, values};
use crate::Activations;
use crate::outcome::{Network, Signal};

/// Who says that it is about half.
pub(crate) const ABOUT_HALF_SAYS: &str =
    "the post (zero-sparsity), the number from Glorot et al. 2011";

/// "About half".
const ABOUT_HALF: (f64, f64) = (0.4, 0.6);

/// "None": a few values may round to zero in 32 bits.
const HARDLY_ANY: f64 = 0.001;

pub(super) fn claims(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    vec![
        relu_silences_half(outcomes),
        others_silence_none(outcomes),
        relu_units_never_activate(outcomes),
        elu_mean_nearer_zero(outcomes),
        elu_relative_mean_nearer_zero(outcomes),
    ]
}

fn zero_share(network: &Network) -> Option<f64> {
    Some(statistics::mean(&network.xavier.signal.zero_share))
}

/// ReLU's share of activations that are exactly zero, one a seed.
pub(crate) fn silenced_by_relu(outcomes: &Outcomes<Activations>) -> Vec<f64> {
    values(outcomes, "relu", zero_share)
}

fn relu_silences_half(outcomes: &Outcomes<Activations>) -> Claim {
    Claim::says(
        "relu-silences-about-half",
        ABOUT_HALF_SAYS,
        "at the start ReLU silences about half of its units",
    )
    .measured_by(
        "share of activations that are exactly zero, all hidden layers, units and inputs, \
         Xavier's weights",
        "",
    )
    .mean_is_within(ABOUT_HALF, &silenced_by_relu(outcomes))
    .shown_in("zero-activations")
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
    .largest_is_at_most(HARDLY_ANY, largest(shares.iter().copied()), shares.len())
    .shown_in("zero-activations")
}

fn relu_units_never_activate(outcomes: &Outcomes<Activations>) -> Claim {
    let shares = values(outcomes, "relu", |n| {
        Some(statistics::mean(&n.xavier.signal.silent_share))
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
    .shown_in("zero-activations")
}

fn elu_mean_nearer_zero(outcomes: &Outcomes<Activations>) -> Claim {
    let differences = differences(outcomes, ("elu", "relu"), |n| {
        n.xavier.signal.mean.first().map(|mean| mean.abs())
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
    .shown_in("mean-activation")
}

fn elu_relative_mean_nearer_zero(outcomes: &Outcomes<Activations>) -> Claim {
    let differences = differences(outcomes, ("elu", "relu"), |n| {
        relative_mean(&n.xavier.signal)
    });
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
    .shown_in("mean-activation")
}

fn relative_mean(signal: &Signal) -> Option<f64> {
    let layers = signal.mean.iter().zip(&signal.rms);
    let ratios: Vec<f64> = layers.map(|(mean, rms)| mean.abs() / rms).collect();
    let mean = statistics::mean(&ratios);
    mean.is_finite().then_some(mean)
}
