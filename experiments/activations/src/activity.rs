//! **What do the units say?** Zeros and means of the deep network's layers at its start
//! ([`depth`](crate::depth)).

use retrace_figure::{Axis, BarSeries, Bars, Chart, Figure, Rule};
use retrace_lab::{Claim, Drawing, Reported, Result, Results, seeds, statistics};

use crate::depth::Signal;
use crate::networks::{
    ACTIVATIONS, Activation, ELU, LRELU, Network, PRELU, RELU, RRELU, at_places, differences,
    layer_numbers, lists, values, with_curves,
};
use crate::{Activations, POST, largest};

/// Who says that it is about half.
const ABOUT_HALF_SAYS: &str = "the post (zero-sparsity), the number from Glorot et al. 2011";

/// "About half".
const ABOUT_HALF: (f64, f64) = (0.4, 0.6);

/// "None": a few values may round to zero in 32 bits.
const HARDLY_ANY: f64 = 0.001;

/// Sparsity and means.
pub(crate) fn figures(results: &Results<Activations>) -> Result<Vec<Drawing>> {
    Ok(vec![zeros(results).into(), means(results).into()])
}

/// Sparsity.
fn zeros(results: &Results<Activations>) -> Figure {
    Figure::new(
        "zero-activations",
        "Sparsity: which units are silent at the start of training",
    )
    .columns(2)
    .caption(
        "Left: share of activations that are exactly zero, over all hidden layers, units and \
         inputs of the batch, Xavier's weights; a dot per seed. Right: share of units that are zero \
         for every input of the batch, mean over seeds, the band from the smallest to the largest. \
         Near the input each ReLU unit is silent for half of the inputs; near the output half of \
         the units are silent for nearly all of them, since a deep network at its start sees all \
         inputs in the same direction.",
    )
    .panel(zero_shares(results))
    .panel(by_layer(
        results,
        "Units silent for every input",
        Axis::new("share of units (0-1)").range(0.0, 0.6),
        |signal| signal.silent_share.clone(),
    ))
}

fn zero_shares(results: &Results<Activations>) -> Bars {
    let share = |n: &Network| Some(statistics::mean(&n.xavier.signal.zero_share));
    let points = ACTIVATIONS.map(|activation| values(results, activation, share));
    let means = points.each_ref().map(|seeds| statistics::mean(seeds));
    Bars::new(
        "Activations that are exactly zero",
        ACTIVATIONS.map(|activation| activation.label),
        Axis::new("share of activations (0-1)").range(0.0, 0.6),
    )
    .series(
        BarSeries::new("", means)
            .colour_each(ACTIVATIONS.map(Activation::colour))
            .points(points),
    )
    .rule(Rule::at_y("half", 0.5))
    .digits(2)
}

/// Mean activations.
fn means(results: &Results<Activations>) -> Figure {
    Figure::new(
        "mean-activation",
        "Mean activation of each layer at the start of training",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Mean over seeds, the band from the smallest to the largest; Xavier's weights. Left: \
             over all units and inputs. ReLU's falls towards zero with depth only because all of \
             its signal does. Right: compared with the root mean square, ReLU stays as far from \
             zero as it was, and ELU, whose negative side pulls down, comes nearer.",
    )
    .panel(by_layer(
        results,
        "Mean activation",
        Axis::new("mean activation"),
        |signal| signal.mean.clone(),
    ))
    .panel(by_layer(
        results,
        "Compared with the size of the signal",
        Axis::new("|mean| / root mean square (0-1)").range(0.0, 1.05),
        |signal| {
            let layers = signal.mean.iter().zip(&signal.rms);
            layers.map(|(mean, rms)| mean.abs() / rms).collect()
        },
    ))
}

fn by_layer(
    results: &Results<Activations>,
    title: &str,
    y: Axis,
    list: fn(&Signal) -> Vec<f64>,
) -> Chart {
    let x = layer_numbers(results.config().layers - 1);
    let chart = Chart::new(title, "hidden layer, 1 at the input", y);
    with_curves(chart, &x, true, |activation| {
        let lists = lists(results, activation, |n| list(&n.xavier.signal));
        let places = at_places(&lists, x.len());
        seeds::Curve::new(&places, statistics::mean, seeds::RANGE)
    })
}

/// Sparsity of ReLU and of the others, and means of ELU.
pub(crate) fn claims(results: &Results<Activations>) -> Vec<Claim> {
    vec![
        relu_silences_half(results),
        others_silence_none(results),
        relu_units_never_activate(results),
        elu_mean_nearer_zero(results),
        elu_relative_mean_nearer_zero(results),
    ]
}

fn zero_share(network: &Network) -> Option<f64> {
    Some(statistics::mean(&network.xavier.signal.zero_share))
}

/// ReLU's share of activations that are exactly zero, one per seed.
fn silenced_by_relu(results: &Results<Activations>) -> Vec<f64> {
    values(results, RELU, zero_share)
}

fn relu_silences_half(results: &Results<Activations>) -> Claim {
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
    .mean_is_within(ABOUT_HALF, &silenced_by_relu(results))
    .shown_in("zero-activations")
}

fn others_silence_none(results: &Results<Activations>) -> Claim {
    let shares: Vec<f64> = [LRELU, PRELU, RRELU, ELU]
        .into_iter()
        .flat_map(|activation| values(results, activation, zero_share))
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

fn relu_units_never_activate(results: &Results<Activations>) -> Claim {
    let shares = values(results, RELU, |n| {
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

fn elu_mean_nearer_zero(results: &Results<Activations>) -> Claim {
    let differences = differences(results, (ELU, RELU), |n| {
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

fn elu_relative_mean_nearer_zero(results: &Results<Activations>) -> Claim {
    let differences = differences(results, (ELU, RELU), |n| relative_mean(&n.xavier.signal));
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

/// What the post's source says of ReLU's zeros, beside ours.
pub(crate) fn reported(results: &Results<Activations>) -> Option<Reported> {
    Reported::mean(
        "share of ReLU's activations that are zero at the start, Xavier's weights",
        ABOUT_HALF_SAYS,
        "about half",
        &silenced_by_relu(results),
    )
}
