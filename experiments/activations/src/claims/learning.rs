//! Claims about the speed of learning, answered on the two spirals from both kinds of initial
//! weights: the post names none.

use retrace_lab::{Claim, Outcomes, statistics};

use super::{POST, differences, values};
use crate::Activations;
use crate::config::InitialWeights;
use crate::outcome::{Network, Training};

const CLEVERT: &str = "the post, after Clevert et al. 2016";

/// "No gain": the accuracies differ by less than this.
const NEGLIGIBLE: f64 = 0.02;

/// Why PReLU falls behind from Xavier's weights.
const NEARER_TO_LINEAR: &str = "What holds PReLU back is where it starts: a slope of 1/4 is nearer to \
    a straight line than ReLU is, and spirals are told apart by bends alone. Its loss begins to \
    fall later, and the slopes that it then learns win back only a part of that.";

/// Why ELU does.
const ALMOST_LINEAR: &str = "ELU bends at the scale 1 and is nearly a straight line below it. \
    Xavier's weights keep the signal of the spirals far below that scale, so ELU's network is \
    almost a linear one for many steps, and a linear one cannot tell spirals apart.";

/// Why the slopes do not fall there.
const SLOPES_TURN: &str = "What fell with depth in He et al.'s convolution network does not have \
    to fall here. A slope that a whole layer shares adds up the gradients of all its units and \
    leaves the range from 0 to 1; from Xavier's weights it is the layers near the input whose \
    slopes go down, towards a function more like |x|, and those near the output rise.";

/// The names of a claim with Xavier's and with He's weights.
type Ids = [&'static str; 2];

pub(super) fn claims(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    InitialWeights::BOTH
        .into_iter()
        .flat_map(|weights| {
            [
                sigmoid_slower(outcomes, weights),
                lrelu_no_gain(outcomes, weights),
                from_xavier(weights, prelu_faster(outcomes, weights), NEARER_TO_LINEAR),
                from_xavier(weights, elu_faster(outcomes, weights), ALMOST_LINEAR),
                from_xavier(
                    weights,
                    prelu_slopes_fall_with_depth(outcomes, weights),
                    SLOPES_TURN,
                ),
            ]
        })
        .collect()
}

/// A claim whose reason is one with Xavier's weights only.
fn from_xavier(weights: InitialWeights, claim: Claim, reason: &str) -> Claim {
    match weights {
        InitialWeights::Xavier => claim.if_contradicted(reason),
        InitialWeights::He => claim,
    }
}

fn id(weights: InitialWeights, [xavier, he]: Ids) -> &'static str {
    match weights {
        InitialWeights::Xavier => xavier,
        InitialWeights::He => he,
    }
}

fn sigmoid_slower(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Claim {
    let ids = [
        "sigmoid-learns-slowly-with-xavier",
        "sigmoid-learns-slowly-with-he",
    ];
    let statement = "ReLU learns faster than the sigmoid";
    faster(
        outcomes,
        weights,
        (ids, POST, statement),
        ("relu", "sigmoid"),
    )
}

fn prelu_faster(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Claim {
    let ids = [
        "prelu-learns-faster-with-xavier",
        "prelu-learns-faster-with-he",
    ];
    let statement = "PReLU learns faster than ReLU, since it cuts no unit off";
    faster(outcomes, weights, (ids, POST, statement), ("prelu", "relu"))
}

fn elu_faster(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Claim {
    let ids = ["elu-learns-faster-with-xavier", "elu-learns-faster-with-he"];
    let statement = "ELU learns faster than ReLU";
    faster(
        outcomes,
        weights,
        (ids, CLEVERT, statement),
        ("elu", "relu"),
    )
}

/// The first arm of the pair learns faster than the second.
fn faster(
    outcomes: &Outcomes<Activations>,
    weights: InitialWeights,
    (ids, source, statement): (Ids, &'static str, &str),
    arms: (&str, &str),
) -> Claim {
    let advantages = differences(outcomes, arms, |n| mean_loss(&n.started(weights).training));
    Claim::says(id(weights, ids), source, starting(statement, weights))
        .measured_by(
            format!(
                "loss averaged over the training, {} minus {}",
                arms.0, arms.1
            ),
            "nats",
        )
        .mean_is_below(0.0, &advantages)
        .shown_in("learning")
}

fn starting(statement: &str, weights: InitialWeights) -> String {
    format!("{statement}, starting from {} weights", weights.whose())
}

/// The area under the curve: small for what learns fast. A training that diverged has none.
fn mean_loss(training: &Training) -> Option<f64> {
    let losses: Option<Vec<f64>> = training.loss.iter().copied().collect();
    let diverged = training.diverged_at.is_some();
    losses
        .filter(|_| !diverged)
        .map(|losses| statistics::mean(&losses))
}

fn lrelu_no_gain(outcomes: &Outcomes<Activations>, weights: InitialWeights) -> Claim {
    let ids = [
        "lrelu-brings-next-to-nothing-with-xavier",
        "lrelu-brings-next-to-nothing-with-he",
    ];
    let gains = differences(outcomes, ("lrelu", "relu"), |n| {
        n.started(weights).training.accuracy.last().copied()
    });
    let statement = "LReLU makes no difference to ReLU's accuracy that matters";
    Claim::says(
        id(weights, ids),
        "the post, after Maas et al. 2013",
        starting(statement, weights),
    )
    .measured_by("accuracy on test points at the end, lrelu minus relu", "")
    .mean_is_within((-NEGLIGIBLE, NEGLIGIBLE), &gains)
    .shown_in("learning")
}

fn prelu_slopes_fall_with_depth(
    outcomes: &Outcomes<Activations>,
    weights: InitialWeights,
) -> Claim {
    let ids = [
        "prelu-slopes-fall-with-depth-with-xavier",
        "prelu-slopes-fall-with-depth-with-he",
    ];
    let falls = values(outcomes, "prelu", |n: &Network| {
        let slopes = n.started(weights).training.slopes.last()?;
        Some(slopes.first()?.first()? - slopes.last()?.first()?)
    });
    let statement = "PReLU learns larger slopes near the input than near the output";
    Claim::says(
        id(weights, ids),
        "He et al. 2015, which the post cites",
        starting(statement, weights),
    )
    .measured_by(
        "learnt slope of the first hidden layer minus that of the last",
        "",
    )
    .mean_is_above(0.0, &falls)
    .shown_in("prelu-slopes")
}
