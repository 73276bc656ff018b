//! Claims about the improvement that the post suggests: cross-validation.

use retrace_lab::Claim;

use super::{All, ERROR_UNIT, OURS};
use crate::outcome::Outcome;

/// Lambda by cross-validation.
pub fn claims(outcomes: &All) -> Vec<Claim> {
    let total = |outcome: &Outcome| outcome.cross_validated()?.total_error;
    let chosen = |arm| outcomes.values(arm, |o| o.cross_validated()?.chosen);
    let differences = outcomes.differences("l2-cv", "l1-cv", total);
    let lambda = outcomes.config().lambda;
    let below = |id, arm, name: &str| {
        Claim::says(
            id,
            OURS,
            format!("Cross-validation wants a weaker {name} than the post's lambda."),
        )
        .measured_by("lambda with the least held-out error", "")
        .mean_is_below(lambda, &chosen(arm))
        .shown_in("cross-validation")
    };
    vec![
        Claim::says(
            "l2-error-below-l1-at-chosen-lambda",
            "the post, as an improvement to make",
            "With each lambda chosen by cross-validation, L2's total error is smaller than L1's.",
        )
        .measured_by("total error of L2 minus that of L1", ERROR_UNIT)
        .mean_is_below(0.0, &differences),
        below("l1-chosen-lambda-is-weaker", "l1-cv", "L1"),
        below("l2-chosen-lambda-is-weaker", "l2-cv", "L2"),
    ]
}
