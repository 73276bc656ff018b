//! Values between the layers against the computation by hand.

use retrace_lab::{Claim, Outcomes};

use super::{OURS, POST, largest};
use crate::Debugging;
use crate::arm;
use crate::outcome::{Check, Ones, Outcome};
use crate::study::SIX;

/// The network of ones: numbers of 32 bits have 24 for their digits, which is 6e-8 of the value.
const EXACT: f64 = 1e-6;
/// Own weights: dense1 adds up 9,216 rounded products, whose errors grow with the root of their
/// number, to about a hundred times 6e-8.
const ROUNDED: f64 = 1e-5;

const CHECKS: [&str; 6] = [
    "ones-conv1",
    "ones-conv2",
    "ones-max-pool",
    "ones-flatten",
    "ones-dense1",
    "ones-softmax",
];
const BY_HAND: [&str; 6] = [
    "conv1 counts the ink of 3x3 pixels",
    "conv2 adds up 3x3 of conv1's counts, times 32, as 32 equal maps go in",
    "max-pool leaves the largest of 2x2",
    "flatten gives the pooled map 64 times over",
    "each unit of dense1 is the sum of the flattened list",
    "softmax answers a tenth for each class",
];

pub(super) fn ones(outcomes: &Outcomes<Debugging>) -> Vec<Claim> {
    let found = outcomes.get(arm::ONES, 0);
    let found = found.and_then(|cell| cell.outcome.ones());
    let check = |at: usize| {
        let check = found.and_then(|ones| ones.checks.iter().find(|c| c.stage == SIX[at]));
        within(CHECKS[at], POST, BY_HAND[at], EXACT, check).shown_in("checks")
    };
    let mut claims: Vec<Claim> = (0..SIX.len()).map(check).collect();
    let keras = within(
        "ones-flatten-channels-last",
        POST,
        "in Keras' order each pooled value stands 64 times in a row",
        0.0,
        found.map(|ones| &ones.flatten_keras),
    );
    claims.push(keras.shown_in("flatten"));
    claims.push(plain_softmax(found).shown_in("checks"));
    claims.push(divided_softmax(found).shown_in("checks"));
    claims
}

/// The largest difference from the computation by hand, as a share of the largest value.
fn within<'a>(
    id: &'static str,
    source: &'static str,
    statement: &str,
    limit: f64,
    checks: impl IntoIterator<Item = &'a Check>,
) -> Claim {
    let (off, n) = largest(checks.into_iter().map(Check::relative));
    Claim::says(id, source, statement)
        .measured_by("largest difference, as a share of the largest value", "")
        .largest_is_at_most(limit, off, n)
}

fn plain_softmax(found: Option<&Ones>) -> Claim {
    let numbers = found.into_iter().flat_map(|ones| {
        let ways = [ones.softmax_plain32, ones.softmax_plain64];
        ways.map(|way| f64::from(u8::from(way.is_some())))
    });
    let (numbers, n) = largest(numbers);
    let statement = "softmax written as its formula stands has no value: e^z overflows, in 32 bits \
                     as in 64";
    Claim::says("plain-softmax-overflows", OURS, statement)
        .measured_by("whether it is a number, 1 or 0", "")
        .largest_is_at_most(0.0, numbers, n)
}

fn divided_softmax(found: Option<&Ones>) -> Claim {
    let away = found.map(|ones| (ones.softmax_divided - ones.softmax_subtracted).abs());
    let (away, n) = largest(away);
    let statement = "ten equal logits have the same softmax divided by the largest or not";
    Claim::says("division-is-harmless-for-equal-logits", OURS, statement)
        .measured_by("difference of the probabilities", "")
        .largest_is_at_most(EXACT, away, n)
}

pub(super) fn own_weights(outcomes: &Outcomes<Debugging>) -> Vec<Claim> {
    let checks = |arm, stages: &'static [&'static str]| {
        let cells = outcomes.of(arm);
        let checks = cells.flat_map(|cell| match &cell.outcome {
            Outcome::Split(split) => split.checks.iter(),
            Outcome::Trained(trained) => trained.checks.iter(),
            _ => [].iter(),
        });
        checks.filter(|check| stages.is_empty() || stages.contains(&check.stage.as_str()))
    };
    let keras = outcomes.of(arm::SPLIT).filter_map(|c| c.outcome.split());
    vec![
        within(
            "convolution-before-activation",
            POST,
            "conv1 before its activation is the convolution with its own weights and biases",
            ROUNDED,
            checks(arm::SPLIT, &["conv1/before"]),
        ),
        within(
            "convolution-after-activation",
            POST,
            "conv1 after the activation is the sigmoid of conv1 before it",
            ROUNDED,
            checks(arm::SPLIT, &["conv1/after"]),
        )
        .shown_in("split"),
        within(
            "whole-network-by-hand",
            OURS,
            "all ten places between the layers, up to softmax, are what one computes by hand",
            ROUNDED,
            checks(arm::SPLIT, &[]),
        ),
        within(
            "flatten-channels-last",
            OURS,
            "flattened in Keras' order the list is the one by hand in that order",
            ROUNDED,
            keras.map(|split| &split.flatten_keras),
        ),
        within(
            "trained-network-by-hand",
            OURS,
            "all ten places of a trained network are what one computes by hand, too",
            ROUNDED,
            checks(arm::TRAINED, &[]),
        ),
        through(outcomes).shown_in("split"),
        agreement(outcomes),
        division_matters(outcomes),
    ]
}

fn through(outcomes: &Outcomes<Debugging>) -> Claim {
    let found = outcomes.of(arm::SPLIT).filter_map(|c| c.outcome.split());
    let (bits, n) = largest(found.map(|split| split.through.differing as f64));
    let statement = "values before the activation, passed through it, are the values after it";
    Claim::says("before-passed-through-is-after", POST, statement)
        .measured_by("values that differ in a bit, of three layers", "")
        .largest_is_at_most(0.0, bits, n)
}

fn agreement(outcomes: &Outcomes<Debugging>) -> Claim {
    let arms = [arm::ONES, arm::SPLIT, arm::TRAINED];
    let cells = arms.into_iter().flat_map(|arm| outcomes.of(arm));
    let found = cells.filter_map(|cell| cell.outcome.agreement());
    let (bits, n) = largest(found.map(|agreement| agreement.differing as f64));
    let statement = "the recorded graph, run again, shows what a direct pass computes, by taps and \
                     by the names of operations and layers";
    Claim::says("subtunnels-show-the-same-bits", POST, statement)
        .measured_by("values that differ in a bit", "")
        .largest_is_at_most(0.0, bits, n)
}

fn division_matters(outcomes: &Outcomes<Debugging>) -> Claim {
    let off = outcomes.values(arm::TRAINED, |outcome| {
        let trained = outcome.trained()?;
        let pairs = trained.probabilities.iter().zip(&trained.divided);
        pairs
            .map(|(own, divided)| (own - divided).abs())
            .reduce(f64::max)
    });
    let statement = "in a trained network logits divided by the largest give other probabilities";
    Claim::says("division-changes-a-trained-softmax", OURS, statement)
        .measured_by("largest difference of a probability", "")
        .mean_is_above(0.1, &off)
}
