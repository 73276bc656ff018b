//! Why the author's results were "a bit random": what his code does.

use retrace_lab::{Claim, Outcomes, statistics};

use super::OURS;
use crate::Colorization;
use crate::arm::{
    AS_DESCRIBED, AS_WRITTEN, BEFORE_RELU, FORESTS, FORESTS_AS_WRITTEN, RAW_COUNTS, SAME_PATCHES,
    Setup,
};
use crate::outcome::Outcome;

pub(super) fn claims(outcomes: &Outcomes<Colorization>) -> Vec<Claim> {
    let claims = [
        varies(outcomes, "as-written-varies-more", AS_WRITTEN, AS_DESCRIBED),
        varies(
            outcomes,
            "as-written-varies-more-on-forests",
            FORESTS_AS_WRITTEN,
            FORESTS,
        ),
        worse(outcomes, "as-written-is-worse", AS_WRITTEN, AS_DESCRIBED),
        worse(
            outcomes,
            "as-written-is-worse-on-forests",
            FORESTS_AS_WRITTEN,
            FORESTS,
        ),
        worse(outcomes, "same-patches-cost", SAME_PATCHES, AS_DESCRIBED),
        worse(outcomes, "raw-counts-cost", RAW_COUNTS, AS_DESCRIBED),
        worse(outcomes, "before-relu-costs", BEFORE_RELU, AS_DESCRIBED),
    ];
    claims.map(|claim| claim.shown_in("scores")).into()
}

fn error(outcome: &Outcome) -> Option<f64> {
    Some(outcome.end()?.scores.rmse)
}

/// How far each seed is from the median of its arm, `one` minus `other` (Brown & Forsythe 1974,
/// paired by seed, as all arms of a seed start from the same weights).
fn varies(outcomes: &Outcomes<Colorization>, id: &'static str, one: Setup, other: Setup) -> Claim {
    let middle = |setup: Setup| statistics::median(&outcomes.values(setup.name, error));
    let middles = [one, other].map(middle);
    let away = |seed| {
        let [one, other] =
            [one, other].map(|setup| error(&outcomes.get(setup.name, seed)?.outcome));
        Some((one? - middles[0]).abs() - (other? - middles[1]).abs())
    };
    let more: Vec<f64> = (0..outcomes.run().seeds).filter_map(away).collect();
    Claim::says(
        id,
        OURS,
        format!(
            "{}: results vary more from seed to seed than {}",
            one.label, other.label
        ),
    )
    .measured_by(
        "distance of the RMSE of a and b from the median over seeds, written minus described",
        "",
    )
    .mean_is_above(0.0, &more)
}

fn worse(outcomes: &Outcomes<Colorization>, id: &'static str, one: Setup, other: Setup) -> Claim {
    let more = outcomes.differences(one.name, other.name, error);
    Claim::says(
        id,
        OURS,
        format!("{}: the error is larger than {}", one.label, other.label),
    )
    .measured_by(
        "RMSE of a and b on the test pictures, difference of the two",
        "",
    )
    .mean_is_above(0.0, &more)
}
