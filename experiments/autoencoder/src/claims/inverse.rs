//! One over the distance: falls, explodes, and looks like the input.

use retrace_lab::{Claim, Outcomes};

use super::{LATER, POST, ending, id};
use crate::Autoencoder;
use crate::arm::{INVERSE_LONG, INVERSE_LONG_RECTIFIED};
use crate::network::Answer;
use crate::outcome::{Outcome, Score};

/// Beyond 0..100 by more than a tenth of the range.
const OVERSHOOT: f64 = 10.0;
/// A quarter of the variance is shared.
const RESEMBLES: f64 = 0.5;

pub(super) fn claims(outcomes: &Outcomes<Autoencoder>) -> Vec<Claim> {
    [Answer::Rectified, Answer::Open]
        .into_iter()
        .flat_map(|answer| {
            let by_answers = [
                leaves_the_range(outcomes, answer),
                worse_than_nothing(outcomes, answer),
                resembles(outcomes, answer, Squeeze::Cut),
                resembles(outcomes, answer, Squeeze::Stretched),
                negative(outcomes, answer),
            ];
            let by_answers = by_answers.map(|claim| claim.shown_in("outputs"));
            std::iter::once(falls(outcomes, answer)).chain(by_answers)
        })
        .collect()
}

fn arm(answer: Answer) -> &'static str {
    match answer {
        Answer::Open => INVERSE_LONG,
        Answer::Rectified => INVERSE_LONG_RECTIFIED,
    }
}

fn falls(outcomes: &Outcomes<Autoencoder>, answer: Answer) -> Claim {
    let ids = [
        (Answer::Rectified, "inverse-falls"),
        (Answer::Open, "inverse-falls-open"),
    ];
    let fall = |outcome: &Outcome| {
        let (first, last) = (outcome.losses.first()?, outcome.losses.last()?);
        let fall = (last.loss / first.loss).log10();
        fall.is_finite().then_some(fall)
    };
    Claim::says(
        id(&ids, &answer),
        POST,
        format!("one over the distance falls, {}", ending(answer)),
    )
    .measured_by("logarithm to base 10 of the last loss over the first", "")
    .mean_is_below(0.0, &outcomes.values(arm(answer), fall))
}

fn leaves_the_range(outcomes: &Outcomes<Autoencoder>, answer: Answer) -> Claim {
    let ids = [
        (Answer::Rectified, "inverse-leaves-the-range"),
        (Answer::Open, "inverse-leaves-the-range-open"),
    ];
    let beyond = |outcome: &Outcome| outcome.last().map(|s| (s.high - 100.0).max(-s.low));
    Claim::says(
        id(&ids, &answer),
        POST,
        format!(
            "with one over the distance the answers leave 0..100, {}",
            ending(answer)
        ),
    )
    .measured_by("furthest answer beyond 0..100", "L")
    .mean_is_above(OVERSHOOT, &outcomes.values(arm(answer), beyond))
}

fn worse_than_nothing(outcomes: &Outcomes<Autoencoder>, answer: Answer) -> Claim {
    let ids = [
        (Answer::Rectified, "inverse-explodes"),
        (Answer::Open, "inverse-explodes-open"),
    ];
    let share = |outcome: &Outcome| outcome.last().map(|score| score.share.log10());
    Claim::says(
        id(&ids, &answer),
        LATER,
        format!(
            "with one over the distance resemblance falls, as the answers explode, {}",
            ending(answer)
        ),
    )
    .measured_by(
        "logarithm to base 10 of the share of the constant answer's error",
        "",
    )
    .mean_is_above(1.0, &outcomes.values(arm(answer), share))
}

/// What "squishing into that range" may mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Squeeze {
    Cut,
    Stretched,
}

impl Squeeze {
    fn correlation(self, score: &Score) -> f64 {
        match self {
            Self::Cut => score.clipped_correlation,
            Self::Stretched => score.stretched_correlation,
        }
    }

    fn told(self) -> &'static str {
        match self {
            Self::Cut => "cut to 0..100",
            Self::Stretched => "stretched from its smallest and largest number to 0..100",
        }
    }
}

fn resembles(outcomes: &Outcomes<Autoencoder>, answer: Answer, squeeze: Squeeze) -> Claim {
    let ids = [
        ((Answer::Rectified, Squeeze::Cut), "inverse-cut-resembles"),
        (
            (Answer::Rectified, Squeeze::Stretched),
            "inverse-stretched-resembles",
        ),
        ((Answer::Open, Squeeze::Cut), "inverse-cut-resembles-open"),
        (
            (Answer::Open, Squeeze::Stretched),
            "inverse-stretched-resembles-open",
        ),
    ];
    let correlation = |outcome: &Outcome| outcome.last().map(|s| squeeze.correlation(s));
    let statement = format!(
        "the answer of 1 / D {} looks like the input, {}",
        squeeze.told(),
        ending(answer)
    );
    let claim = Claim::says(id(&ids, &(answer, squeeze)), POST, statement)
        .measured_by("correlation with the input", "")
        .mean_is_above(RESEMBLES, &outcomes.values(arm(answer), correlation));
    match (squeeze, answer) {
        (Squeeze::Cut, _) => claim.if_contradicted(
            "1 / D rewards distance, so that nearly all answers explode far beyond 0 to 100, \
             background and circle alike. Cut there, they are white, or black where they explode \
             downwards; what is left of the circle shows only when the answer is stretched.",
        ),
        (Squeeze::Stretched, Answer::Open) => claim.if_contradicted(
            "Without a ReLU the answer may explode downwards as well as up. In seeds where it does, \
             it is the negative of the circle, and resemblance of both signs averages out.",
        ),
        (Squeeze::Stretched, Answer::Rectified) => claim,
    }
}

/// Of either sign: an answer may explode downwards as well.
fn negative(outcomes: &Outcomes<Autoencoder>, answer: Answer) -> Claim {
    let ids = [
        (Answer::Rectified, "inverse-or-its-negative-resembles"),
        (Answer::Open, "inverse-or-its-negative-resembles-open"),
    ];
    let size = |outcome: &Outcome| outcome.last().map(|s| s.correlation.abs());
    let statement = format!(
        "the raw answer of 1 / D is like the input or its negative, {}",
        ending(answer)
    );
    Claim::says(id(&ids, &answer), LATER, statement)
        .measured_by("size of the correlation with the input", "")
        .mean_is_above(RESEMBLES, &outcomes.values(arm(answer), size))
}
