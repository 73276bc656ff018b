//! **How fast does each activation learn?** The short training on two spirals, from both kinds of initial
//! weights: the post names none.

use retrace_figure::{Axis, Chart, Figure};
use retrace_lab::{Claim, Drawing, Result, Results, seeds, statistics};

use crate::config::InitialWeights;
use crate::networks::{
    Activation, ELU, LRELU, PRELU, RELU, SIGMOID, at_places, differences, lists, with_curves,
};
use crate::training::Training;
use crate::{Activations, POST};

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

/// Loss and accuracy during training.
pub(crate) fn figures(results: &Results<Activations>) -> Result<Vec<Drawing>> {
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
        figure.panel(loss(results, *weights))
    });
    let figure = InitialWeights::BOTH.iter().fold(figure, |figure, weights| {
        figure.panel(accuracy(results, *weights))
    });
    Ok(vec![figure.into()])
}

fn loss(results: &Results<Activations>, weights: InitialWeights) -> Chart {
    let y = Axis::new("cross-entropy (nats)").range(0.0, 0.9);
    panel(
        results,
        weights,
        "loss on the training points",
        y,
        |training| {
            let gap = |loss: &Option<f64>| loss.unwrap_or(f64::NAN);
            training.loss.iter().map(gap).collect()
        },
    )
}

fn accuracy(results: &Results<Activations>, weights: InitialWeights) -> Chart {
    let y = Axis::new("accuracy (0-1)").range(0.4, 1.0);
    panel(
        results,
        weights,
        "accuracy on the test points",
        y,
        |training| training.accuracy.clone(),
    )
}

fn panel(
    results: &Results<Activations>,
    weights: InitialWeights,
    what: &str,
    y: Axis,
    list: fn(&Training) -> Vec<f64>,
) -> Chart {
    let x = steps(results);
    let chart = Chart::new(format!("{} weights: {what}", weights.whose()), "step", y);
    with_curves(chart, &x, false, |activation| {
        let lists = lists(results, activation, |n| list(&n.started(weights).training));
        let places = at_places(&lists, x.len());
        seeds::Curve::new(&places, statistics::median, seeds::MIDDLE_HALF)
    })
}

/// The steps at which all trainings were observed.
pub fn steps(results: &Results<Activations>) -> Vec<f64> {
    let config = results.config();
    let every = usize::try_from(config.observe_every).unwrap_or(1);
    (0..config.steps)
        .step_by(every)
        .chain([config.steps])
        .map(|step| step as f64)
        .collect()
}

/// The speed of learning, from both kinds of initial weights.
pub(crate) fn claims(results: &Results<Activations>) -> Vec<Claim> {
    InitialWeights::BOTH
        .into_iter()
        .flat_map(|weights| {
            [
                sigmoid_slower(results, weights),
                lrelu_no_gain(results, weights),
                from_xavier(weights, prelu_faster(results, weights), NEARER_TO_LINEAR),
                from_xavier(weights, elu_faster(results, weights), ALMOST_LINEAR),
            ]
        })
        .collect()
}

/// A claim whose reason is one with Xavier's weights only.
pub fn from_xavier(weights: InitialWeights, claim: Claim, reason: &str) -> Claim {
    match weights {
        InitialWeights::Xavier => claim.if_contradicted(reason),
        InitialWeights::He => claim,
    }
}

fn sigmoid_slower(results: &Results<Activations>, weights: InitialWeights) -> Claim {
    let id = "sigmoid-learns-slowly";
    let statement = "ReLU learns faster than the sigmoid";
    faster(results, weights, (id, POST, statement), (RELU, SIGMOID))
}

fn prelu_faster(results: &Results<Activations>, weights: InitialWeights) -> Claim {
    let id = "prelu-learns-faster";
    let statement = "PReLU learns faster than ReLU, since it cuts no unit off";
    faster(results, weights, (id, POST, statement), (PRELU, RELU))
}

fn elu_faster(results: &Results<Activations>, weights: InitialWeights) -> Claim {
    let id = "elu-learns-faster";
    let statement = "ELU learns faster than ReLU";
    faster(results, weights, (id, CLEVERT, statement), (ELU, RELU))
}

/// The id of a claim about these initial weights.
pub fn with(id: &str, weights: InitialWeights) -> String {
    format!("{id}-with-{}", weights.name())
}

/// The first activation of the pair learns faster than the second.
fn faster(
    results: &Results<Activations>,
    weights: InitialWeights,
    (id, source, statement): (&str, &'static str, &str),
    arms: (Activation, Activation),
) -> Claim {
    let advantages = differences(results, arms, |n| mean_loss(&n.started(weights).training));
    Claim::says(with(id, weights), source, starting(statement, weights))
        .measured_by(
            format!(
                "loss averaged over the training, {} minus {}",
                arms.0.name, arms.1.name
            ),
            "nats",
        )
        .mean_is_below(0.0, &advantages)
        .shown_in("learning")
}

/// A statement about these initial weights.
pub fn starting(statement: &str, weights: InitialWeights) -> String {
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

fn lrelu_no_gain(results: &Results<Activations>, weights: InitialWeights) -> Claim {
    let id = "lrelu-brings-next-to-nothing";
    let gains = differences(results, (LRELU, RELU), |n| {
        n.started(weights).training.accuracy.last().copied()
    });
    let statement = "LReLU makes no difference to ReLU's accuracy that matters";
    Claim::says(
        with(id, weights),
        "the post, after Maas et al. 2013",
        starting(statement, weights),
    )
    .measured_by("accuracy on test points at the end, lrelu minus relu", "")
    .mean_is_within((-NEGLIGIBLE, NEGLIGIBLE), &gains)
    .shown_in("learning")
}
