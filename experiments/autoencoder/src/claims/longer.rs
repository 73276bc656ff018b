//! Longer training, dropout, other networks and pictures.

use retrace_lab::{Claim, Outcomes};

use super::{LATER, OURS, POST, TRAINS, left};
use crate::Autoencoder;
use crate::arm::{INVERSE_LONG_RECTIFIED, SOUND, coded};
use crate::outcome::{Outcome, Score};

pub(super) fn claims(outcomes: &Outcomes<Autoencoder>) -> Vec<Claim> {
    let minus_sound = |arm: &str| outcomes.differences(arm, SOUND, |outcome| Some(outcome.left()));
    let share = "share of the constant answer's error";
    let largest = outcomes.config().codes.last().copied().unwrap_or(1);
    let smallest = outcomes.config().codes.first().copied().unwrap_or(1);
    let (large, small) = (coded(largest), coded(smallest));
    vec![
        Claim::says(
            "sound-trains",
            OURS,
            "the sound setting trains: mean, Adam, Xavier's weights",
        )
        .measured_by(format!("{share} that is left"), "")
        .mean_is_below(TRAINS, &left(outcomes, SOUND))
        .shown_in("variants"),
        Claim::says(
            "longer-is-better",
            POST,
            "longer training gives better circles, sound setting",
        )
        .measured_by(format!("{share}, at the end minus half-way"), "")
        .mean_is_below(0.0, &second_half(outcomes, SOUND, |score| score.share))
        .shown_in("architectures"),
        Claim::says(
            "longer-is-better-by-inverse",
            POST,
            "longer training gives better circles, one over the distance",
        )
        .measured_by(
            "correlation of the stretched answer, at the end minus half-way",
            "",
        )
        .mean_is_above(
            0.0,
            &second_half(outcomes, INVERSE_LONG_RECTIFIED, |score| {
                score.stretched_correlation
            }),
        )
        .shown_in("film"),
        Claim::says(
            "final-dropout-is-worse",
            LATER,
            "dropout after the last layer makes it worse",
        )
        .measured_by(format!("{share}, with minus without"), "")
        .mean_is_above(0.0, &minus_sound("dropout-last"))
        .shown_in("variants"),
        Claim::says(
            "dropout-between-is-worse",
            OURS,
            "dropout between the layers makes it worse, too, where nothing overfits",
        )
        .measured_by(format!("{share}, with minus without"), "")
        .mean_is_above(0.0, &minus_sound("dropout-between"))
        .shown_in("variants"),
        Claim::says(
            "six-layers-are-too-many",
            POST,
            "six layers are overkill: three do as well",
        )
        .measured_by(format!("{share}, three layers minus six"), "")
        .mean_is_below(0.0, &minus_sound("small"))
        .shown_in("variants"),
        Claim::says(
            "scenes-train",
            OURS,
            "scenes can be learnt by the same network",
        )
        .measured_by(format!("{share} that is left"), "")
        .mean_is_below(TRAINS, &left(outcomes, "scenes"))
        .shown_in("variants"),
        Claim::says(
            "larger-codes-are-better",
            OURS,
            format!("a code of {largest} numbers does better than one of {smallest}"),
        )
        .measured_by(format!("{share}, {large} minus {small}"), "")
        .mean_is_below(
            0.0,
            &outcomes.differences(&large, &small, |outcome| Some(outcome.left())),
        )
        .shown_in("codes"),
        Claim::says(
            "squeezing-costs",
            OURS,
            format!("a code of {largest} numbers does worse than no bottleneck"),
        )
        .measured_by(format!("{share}, {large} minus six layers"), "")
        .mean_is_above(0.0, &minus_sound(&large))
        .shown_in("codes"),
    ]
}

/// How a number changes in the second half of the training.
fn second_half(
    outcomes: &Outcomes<Autoencoder>,
    arm: &str,
    number: impl Fn(&Score) -> f64,
) -> Vec<f64> {
    let change = |outcome: &Outcome| {
        let end = outcome.looks.last()?;
        let half = outcome
            .looks
            .iter()
            .rev()
            .find(|look| 2 * look.done <= end.done)?;
        Some(number(outcome.last()?) - number(half.score.as_ref()?))
    };
    outcomes.values(arm, change)
}
