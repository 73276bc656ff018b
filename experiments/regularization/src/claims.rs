//! The post's claims and ours, each with a rule fixed in advance; differences are paired by seed.

use retrace_lab::{Claim, Outcomes};

use crate::Regularization;
use crate::arm::Work;
use crate::config::Config;
use crate::outcome::{Outcome, Pruned};
use crate::training::Training;

type All = Outcomes<Regularization>;

const POST: &str = "the post";
const OURS: &str = "beyond the post";
const ERROR_UNIT: &str = "units of y, over the test points";

/// All claims.
pub fn all(outcomes: &All) -> Vec<Claim> {
    let groups = [
        errors(outcomes),
        weights(outcomes),
        pruning(outcomes),
        outliers(outcomes),
        validation(outcomes),
        collapse(outcomes),
    ];
    groups.into_iter().flatten().collect()
}

/// How much worse a total error may be and still count as no worse: what the noise alone leaves,
/// a mean |error| of a quarter of its width at each test point. 5 with the author's settings.
fn margin(outcomes: &All) -> f64 {
    let config: &Config = outcomes.config();
    let points = samples(outcomes).map_or(config.samples, |samples| samples.points.len());
    config.test_points(points) as f64 * config.noise / 4.0
}

fn samples(outcomes: &All) -> Option<&crate::points::Samples> {
    let lines = outcomes.get(Work::LINES, 0)?.outcome.lines()?;
    Some(&lines.samples)
}

fn of_training(number: fn(&Training) -> Option<f64>) -> impl Fn(&Outcome) -> Option<f64> {
    move |outcome| number(outcome.training()?)
}

fn errors(outcomes: &All) -> Vec<Claim> {
    let total = outcomes.differences("l2", "l1", of_training(|t| t.total_error));
    let settled = outcomes.differences("l2", "l1", of_training(|t| t.settled_error));
    vec![
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
            "The same holds for the mean line of the last fifth of the epochs, that is, without \
             the jitter of the very last steps.",
        )
        .measured_by("total error of the settled L2 line minus L1's", ERROR_UNIT)
        .mean_is_below(0.0, &settled),
    ]
}

fn weights(outcomes: &All) -> Vec<Claim> {
    let last = |t: &Training| t.near_zero.last().copied();
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
        .mean_is_above(0.0, &near_zero),
        Claim::says(
            "l2-spreads",
            POST,
            "L2 spreads over many weights what L1 puts into few.",
        )
        .measured_by("largest |weight| over the norm of all, L2 minus L1", "0-1")
        .mean_is_below(0.0, &spread),
        Claim::says(
            "l2-shrinks-weights",
            POST,
            "L2 makes most weights smaller than they are without a penalty.",
        )
        .measured_by("median |weight|, L2 minus no penalty", "")
        .mean_is_below(0.0, &shrunk),
    ]
}

fn pruning(outcomes: &All) -> Vec<Claim> {
    let removed = outcomes.values(Work::PRUNED, |o| {
        Some(o.pruned()?.pruning.as_ref()?.units_removed() as f64)
    });
    let changes = outcomes.values(Work::PRUNED, |o| Some(o.pruned()?.pruning.as_ref()?.change));
    let largest = changes.iter().copied().fold(0.0, f64::max);
    let margin = margin(outcomes);
    let compared = |after: fn(&Pruned) -> Option<&Training>| {
        outcomes.values(Work::PRUNED, |outcome| {
            let pruned = outcome.pruned()?;
            Some(after(pruned)?.total_error? - pruned.before.total_error?)
        })
    };
    vec![
        Claim::says(
            "l1-disconnects-units",
            POST,
            "L1 disconnects several hidden units altogether.",
        )
        .measured_by("hidden units without weights into or out of them", "units")
        .mean_is_above(1.0, &removed),
        Claim::says(
            "pruning-keeps-the-function",
            OURS,
            "Taking the disconnected units out leaves the fitted line where it is.",
        )
        .measured_by(
            "largest change of the line over the range of x",
            "units of y",
        )
        .deviation_is_at_most(outcomes.config().pruning_tolerance, largest, changes.len()),
        Claim::says(
            "pruned-no-worse",
            POST,
            "The network without the disconnected units, trained again from fresh weights, is no \
             worse than before.",
        )
        .measured_by(
            "total error after minus before, against what the noise alone leaves",
            ERROR_UNIT,
        )
        .mean_is_below(margin, &compared(|pruned| pruned.retrained.as_ref())),
        Claim::says(
            "pruned-and-continued-no-worse",
            OURS,
            "The network without the disconnected units, trained on from the weights that it \
             kept, is no worse than before.",
        )
        .measured_by(
            "total error after minus before, against what the noise alone leaves",
            ERROR_UNIT,
        )
        .mean_is_below(margin, &compared(|pruned| pruned.continued.as_ref())),
    ]
}

fn outliers(outcomes: &All) -> Vec<Claim> {
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
    };
    vec![
        bends_less("l1-bends-less", "l1-outliers", "L1"),
        bends_less("l2-bends-less", "l2-outliers", "L2"),
    ]
}

fn validation(outcomes: &All) -> Vec<Claim> {
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

/// The settled line lies at most half the noise's half width from where the cost is least.
fn collapse(outcomes: &All) -> Vec<Claim> {
    let near = outcomes.config().noise / 4.0;
    let found = |id, arm: &'static str, name: &str| {
        let distances: Vec<f64> = outcomes
            .of(arm)
            .filter_map(|cell| {
                let lines = crate::figures::lines_of(outcomes, cell.seed)?;
                let least = match arm {
                    "l1" => lines.collapsed_l1,
                    _ => lines.collapsed_l2,
                };
                let settled = cell.outcome.training()?.settled?;
                Some(settled.distance(&least, lines.samples.points.range()))
            })
            .collect();
        Claim::says(
            id,
            OURS,
            format!("The {name} network settles on the line at which its cost is least."),
        )
        .measured_by(
            "mean distance of the settled line to that line",
            "units of y",
        )
        .mean_is_below(near, &distances)
    };
    vec![
        found("l1-settles-at-its-least-cost", "l1", "L1"),
        found("l2-settles-at-its-least-cost", "l2", "L2"),
    ]
}
