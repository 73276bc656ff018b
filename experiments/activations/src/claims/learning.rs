//! Claims about the speed of learning, answered on the two spirals.

use retrace_lab::{Claim, Outcomes, statistics};

use super::{POST, differences, values};
use crate::Activations;
use crate::outcome::Network;

/// "No gain": the accuracies differ by less than this.
const NEGLIGIBLE: f64 = 0.02;

pub(super) fn claims(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    let faster = |id, source, statement, arms| {
        Claim::says(id, source, statement)
            .measured_by("loss averaged over the training, paired difference", "nats")
            .mean_is_below(0.0, &differences(outcomes, arms, mean_loss))
    };
    vec![
        faster(
            "sigmoid-learns-slowly",
            POST,
            "with sigmoids, learning is slower than with ReLU",
            ("relu", "sigmoid"),
        ),
        lrelu_no_gain(outcomes),
        faster(
            "prelu-learns-faster-than-relu",
            POST,
            "PReLU learns faster than ReLU, since it cuts no unit off",
            ("prelu", "relu"),
        ),
        faster(
            "elu-learns-faster-than-relu",
            "the post, after Clevert et al. 2016",
            "ELU learns faster than ReLU",
            ("elu", "relu"),
        ),
        prelu_slopes_fall_with_depth(outcomes),
    ]
}

/// The area under the curve: small for what learns fast.
fn mean_loss(network: &Network) -> Option<f64> {
    let losses: Option<Vec<f64>> = network.training.loss.iter().copied().collect();
    let diverged = network.training.diverged_at.is_some();
    losses
        .filter(|_| !diverged)
        .map(|losses| statistics::mean(&losses))
}

fn lrelu_no_gain(outcomes: &Outcomes<Activations>) -> Claim {
    let gains = differences(outcomes, ("lrelu", "relu"), |n| {
        n.training.accuracy.last().copied()
    });
    Claim::says(
        "lrelu-brings-next-to-nothing",
        "the post, after Maas et al. 2013",
        "LReLU makes no difference to ReLU's accuracy that matters",
    )
    .measured_by("accuracy at the end on test points, LReLU minus ReLU", "")
    .mean_is_within((-NEGLIGIBLE, NEGLIGIBLE), &gains)
}

fn prelu_slopes_fall_with_depth(outcomes: &Outcomes<Activations>) -> Claim {
    let falls = values(outcomes, "prelu", |n| {
        let slopes = n.training.slopes.last()?;
        Some(slopes.first()?.first()? - slopes.last()?.first()?)
    });
    Claim::says(
        "prelu-slopes-fall-with-depth",
        "He et al. 2015, which the post cites",
        "PReLU learns larger slopes near the input than near the output",
    )
    .measured_by(
        "learnt slope of the first hidden layer minus that of the last",
        "",
    )
    .mean_is_above(0.0, &falls)
}
