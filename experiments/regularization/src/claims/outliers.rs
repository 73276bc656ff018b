//! Claims about outliers.

use retrace_lab::Claim;

use super::{All, POST};
use crate::outcome::Outcome;

/// Why a penalty does not keep outliers off.
const ERROR_DOES_IT: &str = "Not the penalty but |error| in the cost keeps outliers off, and every \
    arm has it: a point far away pulls no harder than a near one. What differs is how far large \
    steps leave each settled line from its least cost: with a penalty it is further off, and \
    there it gives way more easily.";

/// Penalties against the pull of outliers.
pub fn claims(outcomes: &All) -> Vec<Claim> {
    let bends_less = |id, arm: &str, name: &str| {
        let bend = |outcome: &Outcome| outcome.outliers()?.last()?.bend;
        let differences = outcomes.differences(arm, "none-outliers", bend);
        let lift = outcomes.config().outlier_sizes.last().copied();
        Claim::says(
            id,
            POST,
            format!("Outliers bend the {name} network's line less than without a penalty."),
        )
        .measured_by(
            format!(
                "mean distance of the settled lines with outliers lifted by {} and by 0, {name} \
                 minus no penalty",
                lift.unwrap_or_default()
            ),
            "units of y",
        )
        .mean_is_below(0.0, &differences)
        .shown_in("outlier-size")
        .if_contradicted(ERROR_DOES_IT)
    };
    vec![
        bends_less("l1-bends-less", "l1-outliers", "L1"),
        bends_less("l2-bends-less", "l2-outliers", "L2"),
    ]
}
