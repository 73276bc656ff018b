//! Claims about pruning.

use retrace_lab::Claim;

use super::{All, ERROR_UNIT, OURS, POST};
use crate::arm::Work;
use crate::config::Config;
use crate::outcome::Pruned;
use crate::pruning::Pruning;
use crate::training::Training;

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

/// L1 disconnects units, and they can be spared.
pub fn claims(outcomes: &All) -> Vec<Claim> {
    let mut claims = removal(outcomes);
    claims.extend(training_again(outcomes));
    claims
}

fn removal(outcomes: &All) -> Vec<Claim> {
    let of_pruning = |number: fn(&Pruning) -> f64| {
        outcomes.values(Work::PRUNED, |outcome| {
            outcome.pruned()?.pruning.as_ref().map(number)
        })
    };
    let removed = of_pruning(|pruning| pruning.units_removed() as f64);
    let changes = of_pruning(|pruning| pruning.change);
    let largest = changes.iter().copied().fold(0.0, f64::max);
    [
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
        .largest_is_at_most(outcomes.config().pruning_tolerance, largest, changes.len()),
    ]
    .map(|claim| claim.shown_in("pruned-network"))
    .into()
}

fn training_again(outcomes: &All) -> Vec<Claim> {
    let no_worse = |id, source, statement: &str, after: fn(&Pruned) -> Option<&Training>| {
        let differences = outcomes.values(Work::PRUNED, |outcome| {
            let pruned = outcome.pruned()?;
            Some(after(pruned)?.total_error? - pruned.before.total_error?)
        });
        Claim::says(id, source, statement)
            .measured_by(
                "total error after minus before, against what the noise alone leaves",
                ERROR_UNIT,
            )
            .mean_is_below(margin(outcomes), &differences)
            .shown_in("total-errors")
    };
    vec![
        no_worse(
            "pruned-no-worse",
            POST,
            "The network without the disconnected units, trained again from fresh weights, is no \
             worse than before.",
            |pruned| pruned.retrained.as_ref(),
        ),
        no_worse(
            "pruned-and-continued-no-worse",
            OURS,
            "The network without the disconnected units, trained on from the weights that it \
             kept, is no worse than before.",
            |pruned| pruned.continued.as_ref(),
        ),
    ]
}
