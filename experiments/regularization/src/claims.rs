//! The post's claims and ours, each with a rule fixed in advance; differences are paired by seed.

mod improvements;
mod outliers;
mod pruned;

use retrace_lab::{Claim, Finished, Outcomes};

use crate::Regularization;
use crate::figures::lines_of;
use crate::line::Line;
use crate::outcome::{Lines, Outcome};
use crate::training::Training;

type All = Outcomes<Regularization>;

pub const POST: &str = "the post";
const OURS: &str = "beyond the post";
const ERROR_UNIT: &str = "units of y, over the test points";

/// Why a settled line is not the one at which the cost is least.
const LARGE_STEPS: &str = "The slope of |error| is as large near the line as far from it, and the \
    points come in the order of x, again and again. Steps of this size therefore push the whole \
    line aside: the bias, which is free of the penalty, grows, and the slope shrinks.";

/// All claims.
pub fn all(outcomes: &All) -> Vec<Claim> {
    let groups = [
        errors(outcomes),
        weights(outcomes),
        pruned::claims(outcomes),
        outliers::claims(outcomes),
        improvements::claims(outcomes),
        collapse(outcomes),
    ];
    groups.into_iter().flatten().collect()
}

fn of_training(number: fn(&Training) -> Option<f64>) -> impl Fn(&Outcome) -> Option<f64> {
    move |outcome| number(outcome.training()?)
}

fn errors(outcomes: &All) -> Vec<Claim> {
    let total = outcomes.differences("l2", "l1", of_training(|t| t.total_error));
    let settled = outcomes.differences("l2", "l1", of_training(|t| t.settled_error));
    let (l2, l1) = ("l2-small-steps", "l1-small-steps");
    let small = outcomes.differences(l2, l1, of_training(|t| t.total_error));
    [
        Claim::says(
            "l2-error-below-l1",
            POST,
            "With lambda 0.3 the L2 network's total error is smaller than the L1 network's.",
        )
        .measured_by("total error of L2 minus that of L1", ERROR_UNIT)
        .mean_is_below(0.0, &total),
        Claim::says(
            "l2-settled-error-below-l1",
            OURS,
            "By the mean line of the last fifth of the steps, without the jitter of the very last \
             ones, the L2 network's total error is smaller than the L1 network's, too.",
        )
        .measured_by("total error of the settled L2 line minus L1's", ERROR_UNIT)
        .mean_is_below(0.0, &settled)
        .if_contradicted(
            "Both costs are least at nearly the same line, so L2 has nothing to be ahead by. Large \
             steps in the order of x push the settled lines off it, and L2's further than L1's.",
        ),
        Claim::says(
            "l2-error-below-l1-with-small-steps",
            OURS,
            "Trained with smaller steps, which jitter less, the L2 network's total error is smaller \
             than the L1 network's, too.",
        )
        .measured_by(
            "total error of L2 minus that of L1, both with small steps",
            ERROR_UNIT,
        )
        .mean_is_below(0.0, &small)
        .if_contradicted(
            "Both costs are least at nearly the same line, so L2 has nothing to be ahead by. What \
             is left is how far each line still is from it when the training ends, and on a few \
             test points that can turn out either way.",
        ),
    ]
    .map(|claim| claim.shown_in("total-errors"))
    .into()
}

fn weights(outcomes: &All) -> Vec<Claim> {
    // A training that diverged noted its last share long before its end.
    let last = |t: &Training| t.near_zero.last().copied().filter(|_| t.layers.is_some());
    let near_zero = outcomes.differences("l1", "l2", of_training(last));
    let spread = outcomes.differences("l2", "l1", of_training(|t| t.concentration));
    let shrunk = outcomes.differences("l2", "none", of_training(|t| t.median_weight));
    vec![
        Claim::says(
            "l1-more-weights-near-zero",
            POST,
            "L1 leaves more weights near zero than L2.",
        )
        .measured_by("share of weights near zero, L1 minus L2", "0-1")
        .mean_is_above(0.0, &near_zero)
        .shown_in("near-zero"),
        Claim::says(
            "l2-spreads",
            POST,
            "L2 spreads over many weights what L1 puts into few.",
        )
        .measured_by("largest |weight| over the norm of all, L2 minus L1", "0-1")
        .mean_is_below(0.0, &spread)
        .shown_in("weights"),
        Claim::says(
            "l2-shrinks-weights",
            POST,
            "L2 makes most weights smaller than they are without a penalty.",
        )
        .measured_by("median |weight|, L2 minus no penalty", "")
        .mean_is_below(0.0, &shrunk),
    ]
}

/// A settled line counts as found when it lies within a quarter of the noise's width of the line
/// that is sought, 0.5 with the author's settings: nearer than the points themselves.
fn collapse(outcomes: &All) -> Vec<Claim> {
    let near = outcomes.config().noise / 4.0;
    let found = |id, arm: &str, least: fn(&Lines) -> Line, statement: &str| {
        let distance = |cell: &Finished<Outcome>| {
            let lines = lines_of(outcomes, cell.seed)?;
            let settled = cell.outcome.training()?.settled?;
            Some(settled.distance(&least(lines), lines.samples.points.range()))
        };
        let distances: Vec<f64> = outcomes.of(arm).filter_map(distance).collect();
        Claim::says(id, OURS, statement)
            .measured_by(
                "mean distance of the settled line to the line of least cost",
                "units of y",
            )
            .mean_is_below(near, &distances)
    };
    vec![
        found(
            "l1-settles-at-its-least-cost",
            "l1",
            |lines| lines.collapsed_l1,
            "The L1 network settles on the line at which its cost is least.",
        )
        .shown_in("oracles")
        .if_contradicted(LARGE_STEPS),
        found(
            "l2-settles-at-its-least-cost",
            "l2",
            |lines| lines.collapsed_l2,
            "The L2 network settles on the line at which its cost is least.",
        )
        .shown_in("oracles")
        .if_contradicted(LARGE_STEPS),
        found(
            "l1-settles-at-its-least-cost-with-small-steps",
            "l1-small-steps",
            |lines| lines.collapsed_l1,
            "With smaller steps the L1 network settles on the line at which its cost is least.",
        ),
        found(
            "l2-settles-at-its-least-cost-with-small-steps",
            "l2-small-steps",
            |lines| lines.collapsed_l2,
            "With smaller steps the L2 network settles on the line at which its cost is least.",
        ),
    ]
}
