//! Training phase against testing phase.

use retrace_lab::{Claim, Outcomes};

use super::{OURS, POST, largest};
use crate::Debugging;
use crate::arm;
use crate::outcome::{Phases, StageDifference};
use crate::stage::Stage;

/// As a share of the largest value: a difference that is no rounding.
const SEEN: f64 = 0.01;
/// The same: rounding. Softmax, for one, is computed along another way where gradients are wanted.
const ROUNDED: f64 = 1e-6;

type Number = fn(&StageDifference) -> Option<f64>;

pub(super) fn claims(outcomes: &Outcomes<Debugging>) -> Vec<Claim> {
    let by_stage = [
        differs(outcomes, Stage::Dropout1, "dropout-differs"),
        differs(outcomes, Stage::Dropout2, "dropout-of-units-differs"),
        differs(outcomes, Stage::Norm, "batch-norm-differs"),
        agree(outcomes),
        draws(outcomes),
        norm_depends_on_others(outcomes),
    ];
    let by_stage = by_stage.map(|claim| claim.shown_in("phases"));
    let others = [
        scaled(outcomes).shown_in("phase-values"),
        norm_by_hand(outcomes),
        looking_moves(outcomes),
        running_statistics(outcomes),
    ];
    by_stage.into_iter().chain(others).collect()
}

fn of(outcomes: &Outcomes<Debugging>) -> impl Iterator<Item = &Phases> {
    outcomes.of(arm::PHASES).filter_map(|c| c.outcome.phases())
}

fn each(outcomes: &Outcomes<Debugging>, number: impl Fn(&Phases) -> Option<f64>) -> Vec<f64> {
    of(outcomes).filter_map(number).collect()
}

/// A number of the stages that do not draw anything or look at the others of a batch.
fn of_the_rest(outcomes: &Outcomes<Debugging>, number: Number) -> (f64, usize) {
    let twofold = Stage::TWOFOLD.map(Stage::name);
    let stages = of(outcomes).flat_map(|phases| &phases.stages);
    let rest = stages.filter(|stage| !twofold.contains(&stage.stage.as_str()));
    largest(rest.map(|stage| number(stage).unwrap_or(f64::NAN)))
}

fn differs(outcomes: &Outcomes<Debugging>, stage: Stage, id: &'static str) -> Claim {
    let found = each(outcomes, |phases| Some(phases.stage(stage.name())?.phases));
    let statement = format!(
        "{} behaves differently in training and testing",
        stage.name()
    );
    Claim::says(id, POST, statement)
        .measured_by(
            "largest difference on the same input, as a share of the largest value",
            "",
        )
        .mean_is_above(SEEN, &found)
}

fn agree(outcomes: &Outcomes<Debugging>) -> Claim {
    let (off, n) = of_the_rest(outcomes, |stage| Some(stage.phases));
    let statement =
        "convolution, ReLU, max-pool, flatten, dense and softmax behave alike in both phases";
    Claim::says("other-layers-agree", POST, statement)
        .measured_by(
            "largest difference on the same input, as a share of the largest value",
            "",
        )
        .largest_is_at_most(ROUNDED, off, n)
}

fn draws(outcomes: &Outcomes<Debugging>) -> Claim {
    let least = |phases: &Phases| {
        let of = |stage: Stage| phases.stage(stage.name()).map(|stage| stage.draws);
        Some(of(Stage::Dropout1)?.min(of(Stage::Dropout2)?))
    };
    let statement = "in training, two looks at dropout on the same input differ";
    Claim::says("dropout-draws-anew", OURS, statement)
        .measured_by(
            "largest difference of two looks, as a share of the largest value",
            "",
        )
        .mean_is_above(SEEN, &each(outcomes, least))
}

fn norm_depends_on_others(outcomes: &Outcomes<Debugging>) -> Claim {
    let found = each(outcomes, |phases| phases.stage(Stage::Norm.name())?.others);
    let statement = "in training, batch normalization of an image depends on the others in its \
                     batch";
    Claim::says("batch-norm-looks-at-the-batch", OURS, statement)
        .measured_by(
            "an image alone against the same in a batch, as a share of the largest",
            "",
        )
        .mean_is_above(SEEN, &found)
}

fn scaled(outcomes: &Outcomes<Debugging>) -> Claim {
    let (off, n) = largest(of(outcomes).map(|phases| phases.scaled));
    Claim::says("dropout-scales", OURS, "what dropout leaves is x / (1 - p)")
        .measured_by("largest difference, as a share of the largest value", "")
        .largest_is_at_most(ROUNDED, off, n)
}

fn norm_by_hand(outcomes: &Outcomes<Debugging>) -> Claim {
    let both = of(outcomes).flat_map(|phases| [phases.norm_training, phases.norm_testing]);
    let (off, n) = largest(both);
    let statement = "batch normalization is its formula: the batch's statistics in training, the \
                     running ones in testing";
    Claim::says("batch-norm-by-hand", OURS, statement)
        .measured_by("largest difference, as a share of the largest value", "")
        .largest_is_at_most(1e-5, off, n)
}

fn looking_moves(outcomes: &Outcomes<Debugging>) -> Claim {
    let both = of(outcomes).flat_map(|p| [1.0 - p.moved, p.moved_in_testing]);
    let (off, n) = largest(both);
    let statement = "to look at the training phase changes the network, to look at the testing \
                     phase does not: all running means move, or none";
    Claim::says("looking-moves-running-statistics", OURS, statement)
        .measured_by("share of the running means that stay, or move", "")
        .largest_is_at_most(0.0, off, n)
}

fn running_statistics(outcomes: &Outcomes<Debugging>) -> Claim {
    let off = of(outcomes).map(|phases| phases.fixed.abs_diff(64) as f64);
    let (off, n) = largest(off);
    let statement = "with batch normalization 64 parameters are not trainable: two running \
                     statistics a map";
    Claim::says("running-statistics-are-not-trainable", OURS, statement)
        .measured_by("too many or too few", "")
        .largest_is_at_most(0.0, off, n)
}
