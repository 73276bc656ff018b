//! The first attempt: brightness to colour by a dense layer.

use retrace_lab::{Claim, Outcomes};

use super::{DOES_NOT, OURS, POST, left};
use crate::Autoencoder;

pub(super) fn claims(outcomes: &Outcomes<Autoencoder>) -> Vec<Claim> {
    let statistic = "share of the constant answer's error on new scenes that is left";
    let fails = |id, statement: &str, arm: &str| {
        Claim::says(id, POST, statement)
            .measured_by(statistic, "")
            .mean_is_above(DOES_NOT, &left(outcomes, arm))
    };
    let claims = [
        fails(
            "first-attempt-does-not-train-by-sgd",
            "the first attempt does not learn: sum of squares, SGD",
            "colour-sum-sgd",
        ),
        fails(
            "first-attempt-does-not-train-by-adam",
            "the first attempt does not learn: sum of squares, Adam",
            "colour-sum-adam",
        )
        .if_contradicted(
            "Adam's steps do not depend on the size of the sum, and pictures that fit into memory \
             are small: the dense layer learns what colours have in common. On the synthetic twin \
             they follow from height and brightness.",
        ),
        Claim::says(
            "first-attempt-learns-when-scaled",
            OURS,
            "with the mean of squares, pictures scaled to 0..1 and Xavier's weights it learns \
             something",
        )
        .measured_by(statistic, "")
        .mean_is_below(DOES_NOT, &left(outcomes, "colour-sound")),
    ];
    claims.map(|claim| claim.shown_in("first-attempt")).into()
}
