//! Whether the small network learns.

use retrace_lab::{Claim, Outcomes};

use super::POST;
use crate::Colorization;
use crate::arm::{AS_DESCRIBED, FORESTS, FORESTS_AS_WRITTEN, Setup, UNWEIGHTED};
use crate::outcome::{End, Outcome, Scores};

pub(super) fn claims(outcomes: &Outcomes<Colorization>) -> Vec<Claim> {
    vec![
        distribution(outcomes).shown_in("results"),
        beats(outcomes, "beats-grey", "all grey", |end| &end.grey).shown_in("scores"),
        beats(
            outcomes,
            "beats-most-frequent-bin",
            "the most frequent bin",
            |end| &end.most_frequent,
        )
        .shown_in("results"),
        error(outcomes).shown_in("scores"),
        forests(outcomes, "learns-forests", FORESTS).shown_in("results"),
        forests(outcomes, "learns-forests-as-written", FORESTS_AS_WRITTEN)
            .shown_in("results")
            .if_contradicted(
                "Weights made of counts leave a step with as much to learn from as a few pixels \
                 (`class-weights`), and all steps of an epoch with the same ones: the rare colours \
                 of those pixels spread over the pictures (`seeds`).",
            ),
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
    .if_contradicted(
        "The training was too short (`curves`): what one distribution can say is not yet learnt.",
    )
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
        format!(
            "the small network learns: as described its rebalanced accuracy is above that of {what}"
        ),
    )
    .measured_by(
        "rebalanced accuracy on the test pictures, minus the constant's",
        "",
    )
    .mean_is_above(0.0, &outcomes.values(AS_DESCRIBED.name, ahead))
}

/// Without rebalancing, which trades a larger error for rare colours.
fn error(outcomes: &Outcomes<Colorization>) -> Claim {
    let more = |outcome: &Outcome| {
        let end = outcome.end()?;
        Some(end.scores.rmse - end.grey.rmse)
    };
    Claim::says(
        "beats-grey-by-error",
        POST,
        "the small network learns: without rebalancing its error is below that of all grey",
    )
    .measured_by(
        "RMSE of a and b on the test pictures, minus that of grey",
        "",
    )
    .mean_is_below(0.0, &outcomes.values(UNWEIGHTED.name, more))
}

/// Nearly all of a forest is green, so that grey alone would be too easy to beat.
fn forests(outcomes: &Outcomes<Colorization>, id: &'static str, setup: Setup) -> Claim {
    let more = |outcome: &Outcome| {
        let end = outcome.end()?;
        Some(end.scores.rmse - end.grey.rmse.min(end.most_frequent.rmse))
    };
    Claim::says(
        id,
        POST,
        format!(
            "the small network learns on {}: its error is below that of grey and of the most \
             frequent bin",
            setup.label.replace(',', "")
        ),
    )
    .measured_by(
        "RMSE of a and b on the test forests, minus the lesser of grey's and the most frequent \
         bin's",
        "",
    )
    .mean_is_below(0.0, &outcomes.values(setup.name, more))
}
