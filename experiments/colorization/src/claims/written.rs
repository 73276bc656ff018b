//! Why the author's results were "a bit random": what his code does.

use retrace_lab::{Claim, Outcomes};

use super::OURS;
use crate::Colorization;
use crate::arm::{
    AS_DESCRIBED, AS_WRITTEN, BEFORE_RELU, FORESTS, FORESTS_AS_WRITTEN, RAW_COUNTS, SAME_PATCHES,
    Setup,
};
use crate::outcome::Outcome;

pub(super) fn claims(outcomes: &Outcomes<Colorization>) -> Vec<Claim> {
    vec![
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
    ]
}

fn error(outcome: &Outcome) -> Option<f64> {
    Some(outcome.end()?.scores.rmse)
}

/// How far apart two seeds are, `one` minus `other`. Each seed is in one pair only, so that pairs
/// are independent: distances from a mean would not be.
fn varies(outcomes: &Outcomes<Colorization>, id: &'static str, one: Setup, other: Setup) -> Claim {
    let apart = |arm: &str, pair: u64| {
        let of = |seed| error(&outcomes.get(arm, seed)?.outcome);
        Some(f64::abs(of(2 * pair)? - of(2 * pair + 1)?))
    };
    let pairs = 0..outcomes.run().seeds / 2;
    let more = pairs.filter_map(|pair| Some(apart(one.name, pair)? - apart(other.name, pair)?));
    let more: Vec<f64> = more.collect();
    Claim::says(
        id,
        OURS,
        format!(
            "{}: results vary more from seed to seed than {}",
            one.label, other.label
        ),
    )
    .measured_by(
        "difference of the RMSE of a and b between two seeds, each seed in one pair, written minus \
         described",
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
