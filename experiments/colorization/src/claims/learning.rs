//! Whether the small network learns.

use retrace_lab::{Claim, Outcomes};

use super::POST;
use crate::Colorization;
use crate::arm::{AS_DESCRIBED, FORESTS, UNWEIGHTED};
use crate::outcome::{End, Outcome, Scores};

pub(super) fn claims(outcomes: &Outcomes<Colorization>) -> Vec<Claim> {
    vec![
        distribution(outcomes),
        beats(outcomes, "beats-grey", "all grey", |end| &end.grey),
        beats(
            outcomes,
            "beats-most-frequent-bin",
            "the most frequent bin",
            |end| &end.most_frequent,
        ),
        forests(outcomes),
    ]
}

/// Without rebalancing: a weighted network is asked for other probabilities than the data's.
fn distribution(outcomes: &Outcomes<Colorization>) -> Claim {
    let more = |outcome: &Outcome| {
        let end = outcome.end()?;
        Some(end.cross_entropy? - end.constant_cross_entropy?)
    };
    Claim::says(
        "learns-distribution",
        POST,
        "the small network learns: without rebalancing it predicts better than any one \
         distribution for all pixels",
    )
    .measured_by(
        "cross-entropy on the test pictures minus that of the best constant",
        "nats",
    )
    .mean_is_below(0.0, &outcomes.values(UNWEIGHTED.name, more))
}

fn beats(
    outcomes: &Outcomes<Colorization>,
    id: &'static str,
    what: &str,
    constant: fn(&End) -> &Scores,
) -> Claim {
    let ahead = |outcome: &Outcome| {
        let end = outcome.end()?;
        Some(end.scores.rebalanced_accuracy - constant(end).rebalanced_accuracy)
    };
    Claim::says(
        id,
        POST,
        format!("the small network learns: as described it is nearer to the truth than {what}"),
    )
    .measured_by(
        "rebalanced accuracy on the test pictures, minus the constant's",
        "",
    )
    .mean_is_above(0.0, &outcomes.values(AS_DESCRIBED.name, ahead))
}

fn forests(outcomes: &Outcomes<Colorization>) -> Claim {
    let error = |outcome: &Outcome| {
        let end = outcome.end()?;
        Some(end.scores.rmse - end.grey.rmse)
    };
    Claim::says(
        "learns-forests",
        POST,
        "trained on forests as described, it is nearer to the truth than grey",
    )
    .measured_by(
        "RMSE of a and b on the test forests, minus that of grey",
        "",
    )
    .mean_is_below(0.0, &outcomes.values(FORESTS.name, error))
}
