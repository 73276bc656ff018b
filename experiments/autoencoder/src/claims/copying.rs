//! Whether the network merely passes its input through.

use retrace_lab::{Claim, Outcomes, statistics};

use super::POST;
use crate::Autoencoder;
use crate::arm::SOUND;
use crate::data::Unseen;
use crate::outcome::Outcome;

/// Half of the squared change by a bright pixel lies in other pixels.
const ELSEWHERE: f64 = 0.5;

pub(super) fn claims(outcomes: &Outcomes<Autoencoder>) -> Vec<Claim> {
    vec![
        Claim::says(
            "a-pixel-is-not-copied",
            POST,
            "the network does not merely copy: a bright pixel",
        )
        .measured_by(
            "share of the squared change that lies in other pixels; 0 for a copy",
            "",
        )
        .mean_is_above(
            ELSEWHERE,
            &outcomes.values(SOUND, |o| Some(o.end.as_ref()?.pixel?.elsewhere)),
        )
        .shown_in("pixel"),
        Claim::says(
            "shapes-are-not-copied",
            POST,
            "the network does not merely copy: squares, triangles and text are answered worse than \
             circles",
        )
        .measured_by(
            "share of the constant answer's error, mean of the shapes minus circles",
            "",
        )
        .mean_is_above(0.0, &outcomes.values(SOUND, worse_on_shapes))
        .shown_in("unseen"),
        Claim::says(
            "noise-is-not-copied",
            POST,
            "the network does not merely copy: of noise more is left than a constant would leave",
        )
        .measured_by(
            "share of the constant answer's error on noise; 0 for a copy",
            "",
        )
        .mean_is_above(1.0, &outcomes.values(SOUND, |o| of(o, Unseen::Noise)))
        .shown_in("unseen"),
    ]
}

fn of(outcome: &Outcome, kind: Unseen) -> Option<f64> {
    let place = Unseen::ALL.iter().position(|known| *known == kind)?;
    outcome.end.as_ref()?.unseen.get(place).copied()
}

fn worse_on_shapes(outcome: &Outcome) -> Option<f64> {
    let shapes = [Unseen::Squares, Unseen::Triangles, Unseen::Text];
    let shares: Option<Vec<f64>> = shapes.map(|kind| of(outcome, kind)).into_iter().collect();
    Some(statistics::mean(&shares?) - outcome.last()?.share)
}
