//! **What does one change at a time do to a network that trains?** Initial weights, dropout, fewer
//! layers, other pictures, and more steps, around a baseline: mean of squares, Adam, Xavier's
//! weights.

use retrace_figure::{Axis, Bars, Colour, Figure, Rule};
use retrace_lab::{Arm as _, Claim, Drawing, Result, seeds};

use crate::arm::{
    Arm, AtRate, BASELINE, DROPOUT_BETWEEN, DROPOUT_LAST, Optimizer, SCENES, SMALL, TWO_CIRCLES,
    Variant,
};
use crate::initial::Initial;
use crate::score::Score;
use crate::training::{LEFT, Training, left};
use crate::{All, DOES_NOT, LATER, OURS, POST, TRAINS};

/// What is left in the end.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let weights = |initial| Arm::Variant(Variant::Initial(initial));
    let sums = Optimizer::BOTH.into_iter().flat_map(|optimizer| {
        [Initial::Xavier, Initial::He].map(|initial| sum_from(results, optimizer, initial))
    });
    let sums: Vec<Arm> = sums.collect();
    let by_adam = [
        BASELINE,
        weights(Initial::Truncated),
        weights(Initial::He),
        DROPOUT_BETWEEN,
        DROPOUT_LAST,
        SMALL,
    ];
    let figure = Figure::new(
        "variants",
        "Error after the last step when one thing is changed",
    )
    .columns(2)
    .caption(
        "Error on new pictures as a share of the best constant answer's, cut at 1 (dashed). \
             Mean over seeds with its 95 % interval, a dot per seed. Dropout after the last layer \
             erases half of the answer's pixels in training and doubles the others, so the network \
             learns to answer half of what it should.",
    )
    .panel(panel(results, "Mean of squares, Adam", &by_adam))
    .panel(panel(
        results,
        "Other pictures",
        &[BASELINE, TWO_CIRCLES, SCENES],
    ))
    .panel(panel(
        results,
        "Sum of squares from other initial weights",
        &sums,
    ));
    Ok(vec![figure.into()])
}

fn sum_from(results: &All, optimizer: Optimizer, initial: Initial) -> Arm {
    AtRate::sum(optimizer, initial, results.config()).into()
}

fn panel(results: &All, title: &str, arms: &[Arm]) -> Bars {
    let lists: Vec<Vec<f64>> = arms.iter().map(|arm| left(results, *arm)).collect();
    Bars::new(title, arms.iter().map(Arm::label), Axis::new(LEFT))
        .series(seeds::bars("", &lists).colour(Colour::series(0)))
        .rule(Rule::at_y("", 1.0))
        .horizontal()
        .digits(2)
}

/// How a number of an arm changes in the second half of the training, one per seed.
pub fn second_half(results: &All, arm: Arm, number: impl Fn(&Score) -> f64) -> Vec<f64> {
    results.of::<Training>().values(&arm, |outcome| {
        let mut snapshots = outcome.history.snapshots.iter().rev();
        let end = outcome.history.snapshots.last()?;
        let half = snapshots.find(|snapshot| 2 * snapshot.done <= end.done)?;
        Some(number(outcome.last()?) - number(half.score.as_ref()?))
    })
}

/// What each change does, and that the initial weights are not to blame for the sum of squares.
pub fn claims(results: &All) -> Vec<Claim> {
    let share = "share of the constant answer's error";
    let that_is_left = format!("{share} that is left");
    let minus_baseline = |arm: Arm| {
        let trainings = results.of::<Training>();
        trainings.differences(&arm, &BASELINE, |outcome| Some(outcome.left()))
    };
    let longer = Claim::says(
        "longer-is-better",
        POST,
        "longer training gives better circles, sound setting",
    )
    .measured_by(format!("{share}, at the end minus half-way"), "")
    .mean_is_below(0.0, &second_half(results, BASELINE, |score| score.share))
    .shown_in("architectures");
    let shown = [
        Claim::says(
            "sound-trains",
            OURS,
            "the sound setting trains: mean, Adam, Xavier's weights",
        )
        .measured_by(&that_is_left, "")
        .mean_is_below(TRAINS, &left(results, BASELINE)),
        Claim::says(
            "final-dropout-is-worse",
            LATER,
            "dropout after the last layer makes it worse",
        )
        .measured_by(format!("{share}, with minus without"), "")
        .mean_is_above(0.0, &minus_baseline(DROPOUT_LAST)),
        Claim::says(
            "dropout-between-is-worse",
            OURS,
            "dropout between the layers makes it worse, too, where nothing overfits",
        )
        .measured_by(format!("{share}, with minus without"), "")
        .mean_is_above(0.0, &minus_baseline(DROPOUT_BETWEEN)),
        Claim::says(
            "six-layers-are-too-many",
            POST,
            "six layers are overkill: three do as well",
        )
        .measured_by(format!("{share}, three layers minus six"), "")
        .mean_is_below(0.0, &minus_baseline(SMALL)),
        Claim::says(
            "scenes-train",
            OURS,
            "scenes can be learnt by the same network",
        )
        .measured_by(&that_is_left, "")
        .mean_is_below(TRAINS, &left(results, SCENES)),
        not_the_weights(results, Initial::Xavier),
        not_the_weights(results, Initial::He),
    ];
    let shown = shown.map(|claim| claim.shown_in("variants"));
    std::iter::once(longer).chain(shown).collect()
}

fn not_the_weights(results: &All, initial: Initial) -> Claim {
    let arm = sum_from(results, Optimizer::Sgd, initial);
    let statement = format!(
        "the initial weights are not to blame: from {}'s the sum of squares does not train by SGD \
         either",
        initial.label()
    );
    let id = format!("{}-does-not-help-the-sum", initial.name());
    Claim::says(id, OURS, statement)
        .measured_by("share of the constant answer's error that is left", "")
        .mean_is_above(DOES_NOT, &left(results, arm))
}
