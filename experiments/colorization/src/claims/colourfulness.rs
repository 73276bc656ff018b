//! What makes colours vivid: the temperature, the loss, rebalancing, the target.

use retrace_lab::{Claim, Outcomes};

use super::{OURS, PAPER, POST};
use crate::Colorization;
use crate::arm::{AS_DESCRIBED, EUCLIDEAN, NEAREST_FIVE, UNWEIGHTED};
use crate::outcome::Outcome;

pub(super) fn claims(outcomes: &Outcomes<Colorization>) -> Vec<Claim> {
    vec![
        cold(outcomes).shown_in("temperatures"),
        hot(outcomes).shown_in("temperatures"),
        euclidean_less_colour(outcomes).shown_in("scores"),
        rare(outcomes).shown_in("results"),
        rebalanced_accuracy(outcomes).shown_in("scores"),
        raw_accuracy(outcomes).shown_in("scores"),
        nearest(outcomes).shown_in("temperatures"),
    ]
}

/// Chroma of the colours by that of the truth, at the temperature nearest to `temperature`.
fn chroma_at(outcome: &Outcome, temperature: f64) -> Option<f64> {
    let away = |at: f64| (at - temperature).abs();
    let all = outcome.end()?.temperatures.iter();
    let nearest = all.min_by(|a, b| away(a.temperature).total_cmp(&away(b.temperature)));
    nearest?.chroma_ratio
}

fn chroma(outcome: &Outcome) -> Option<f64> {
    outcome.end()?.scores.chroma_ratio
}

fn cold(outcomes: &Outcomes<Colorization>) -> Claim {
    let more = |o: &Outcome| Some(chroma_at(o, 0.01)? - chroma_at(o, 0.38)?);
    Claim::says(
        "cold-is-vivid",
        POST,
        "a temperature towards 0 gives more intense colours",
    )
    .measured_by(
        "mean chroma by that of the truth, T = 0.01 minus T = 0.38",
        "",
    )
    .mean_is_above(0.0, &outcomes.values(AS_DESCRIBED.name, more))
}

fn hot(outcomes: &Outcomes<Colorization>) -> Claim {
    let more = |o: &Outcome| Some(chroma_at(o, 1.0)? - chroma_at(o, 0.38)?);
    Claim::says(
        "hot-is-pale",
        POST,
        "a temperature of 1 gives less saturated colours",
    )
    .measured_by("mean chroma by that of the truth, T = 1 minus T = 0.38", "")
    .mean_is_below(0.0, &outcomes.values(AS_DESCRIBED.name, more))
}

fn euclidean_less_colour(outcomes: &Outcomes<Colorization>) -> Claim {
    let less = outcomes.differences(EUCLIDEAN.name, AS_DESCRIBED.name, chroma);
    Claim::says(
        "euclidean-is-greyish",
        PAPER,
        "the Euclidean loss gives less colour than classification",
    )
    .measured_by(
        "mean chroma by that of the truth, Euclidean minus as described",
        "",
    )
    .mean_is_below(0.0, &less)
}

fn rare(outcomes: &Outcomes<Colorization>) -> Claim {
    let rare = |outcome: &Outcome| outcome.end()?.scores.rare_ratio;
    let more = outcomes.differences(AS_DESCRIBED.name, UNWEIGHTED.name, rare);
    Claim::says(
        "rebalancing-raises-rare-colours",
        PAPER,
        "rebalancing gives more pixels a rare colour",
    )
    .measured_by(
        "pixels in rare bins by those of the truth, as described minus not rebalanced",
        "",
    )
    .mean_is_above(0.0, &more)
}

fn rebalanced_accuracy(outcomes: &Outcomes<Colorization>) -> Claim {
    let accuracy = |outcome: &Outcome| Some(outcome.end()?.scores.rebalanced_accuracy);
    let more = outcomes.differences(AS_DESCRIBED.name, UNWEIGHTED.name, accuracy);
    Claim::says(
        "rebalancing-raises-rebalanced-accuracy",
        PAPER,
        "rebalancing raises the accuracy in which rare colours count as much as others",
    )
    .measured_by("rebalanced accuracy, as described minus not rebalanced", "")
    .mean_is_above(0.0, &more)
}

/// In Zhang's table regression has the higher raw accuracy.
fn raw_accuracy(outcomes: &Outcomes<Colorization>) -> Claim {
    let accuracy = |outcome: &Outcome| Some(outcome.end()?.scores.accuracy);
    let more = outcomes.differences(EUCLIDEAN.name, AS_DESCRIBED.name, accuracy);
    Claim::says(
        "euclidean-raises-raw-accuracy",
        PAPER,
        "by raw accuracy, which rewards caution, the Euclidean loss is ahead",
    )
    .measured_by("raw accuracy, Euclidean minus as described", "")
    .mean_is_above(0.0, &more)
}

fn nearest(outcomes: &Outcomes<Colorization>) -> Claim {
    let less = outcomes.differences(AS_DESCRIBED.name, NEAREST_FIVE.name, |outcome| {
        chroma_at(outcome, 1.0)
    });
    Claim::says(
        "flat-targets-are-pale",
        OURS,
        "the author's flat 5x5 target makes paler means than the five nearest bins",
    )
    .measured_by(
        "mean chroma by that of the truth at T = 1, as described minus five nearest",
        "",
    )
    .mean_is_below(0.0, &less)
    .if_contradicted(
        "A flat target has its mean where its middle is, except at the edge of the used bins: there \
         is hardly anything in it that makes means paler.",
    )
}
