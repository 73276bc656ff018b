//! Which losses train, at the rates that a person tries.

mod why;

use retrace_lab::{Claim, Outcomes};

use super::{DOES_NOT, LATER, POST, TRAINS, ending, id, left};
use crate::Autoencoder;
use crate::arm::{Optimizer, digit};
use crate::choice::{Among, best};
use crate::loss::Loss;
use crate::network::Answer;

type Case = (Loss, Optimizer, Answer);

const FAILING: [(Case, &str); 12] = [
    (
        (Loss::Sum, Optimizer::Sgd, Answer::Rectified),
        "sum-does-not-train-by-sgd",
    ),
    (
        (Loss::Sum, Optimizer::Adam, Answer::Rectified),
        "sum-does-not-train-by-adam",
    ),
    (
        (Loss::SumC, Optimizer::Sgd, Answer::Rectified),
        "sum-c-does-not-train-by-sgd",
    ),
    (
        (Loss::SumC, Optimizer::Adam, Answer::Rectified),
        "sum-c-does-not-train-by-adam",
    ),
    (
        (Loss::SumC2, Optimizer::Sgd, Answer::Rectified),
        "sum-c2-does-not-train-by-sgd",
    ),
    (
        (Loss::SumC2, Optimizer::Adam, Answer::Rectified),
        "sum-c2-does-not-train-by-adam",
    ),
    (
        (Loss::Sum, Optimizer::Sgd, Answer::Open),
        "sum-does-not-train-by-sgd-open",
    ),
    (
        (Loss::Sum, Optimizer::Adam, Answer::Open),
        "sum-does-not-train-by-adam-open",
    ),
    (
        (Loss::SumC, Optimizer::Sgd, Answer::Open),
        "sum-c-does-not-train-by-sgd-open",
    ),
    (
        (Loss::SumC, Optimizer::Adam, Answer::Open),
        "sum-c-does-not-train-by-adam-open",
    ),
    (
        (Loss::SumC2, Optimizer::Sgd, Answer::Open),
        "sum-c2-does-not-train-by-sgd-open",
    ),
    (
        (Loss::SumC2, Optimizer::Adam, Answer::Open),
        "sum-c2-does-not-train-by-adam-open",
    ),
];

const TRAINING: [(Case, &str); 8] = [
    (
        (Loss::Mean, Optimizer::Sgd, Answer::Rectified),
        "mean-trains-by-sgd",
    ),
    (
        (Loss::Mean, Optimizer::Adam, Answer::Rectified),
        "mean-trains-by-adam",
    ),
    (
        (Loss::Unit, Optimizer::Sgd, Answer::Rectified),
        "unit-trains-by-sgd",
    ),
    (
        (Loss::Unit, Optimizer::Adam, Answer::Rectified),
        "unit-trains-by-adam",
    ),
    (
        (Loss::Mean, Optimizer::Sgd, Answer::Open),
        "mean-trains-by-sgd-open",
    ),
    (
        (Loss::Mean, Optimizer::Adam, Answer::Open),
        "mean-trains-by-adam-open",
    ),
    (
        (Loss::Unit, Optimizer::Sgd, Answer::Open),
        "unit-trains-by-sgd-open",
    ),
    (
        (Loss::Unit, Optimizer::Adam, Answer::Open),
        "unit-trains-by-adam-open",
    ),
];

pub(super) fn claims(outcomes: &Outcomes<Autoencoder>) -> Vec<Claim> {
    let failing = FAILING.iter().map(|(case, _)| fails(outcomes, *case));
    let training = TRAINING.iter().map(|(case, _)| trains(outcomes, *case));
    failing
        .chain(training)
        .map(|claim| claim.shown_in("shares"))
        .collect()
}

/// What the best of a person's rates leaves, and what that is in words.
fn of_the_best(
    outcomes: &Outcomes<Autoencoder>,
    (loss, optimizer, answer): Case,
) -> (Vec<f64>, String) {
    match best(outcomes, loss, (optimizer, answer), Among::Persons) {
        Some(setup) => (
            left(outcomes, &setup.name),
            format!(
                "share of the constant answer's error that is left at rate {}, the best of {}",
                digit(setup.rate),
                outcomes.config().rates.len()
            ),
        ),
        None => (
            Vec::new(),
            "share of the constant answer's error".to_owned(),
        ),
    }
}

fn told((loss, optimizer, answer): Case) -> String {
    format!(
        "{}, {}, {}",
        loss.label(),
        optimizer.label(),
        ending(answer)
    )
}

fn fails(outcomes: &Outcomes<Autoencoder>, case: Case) -> Claim {
    let (left, statistic) = of_the_best(outcomes, case);
    let statement = format!(
        "the loss does not train at any of the usual rates: {}",
        told(case)
    );
    let claim = Claim::says(id(&FAILING, &case), POST, statement)
        .measured_by(statistic, "")
        .mean_is_above(DOES_NOT, &left);
    match case.1 {
        Optimizer::Adam => claim.if_contradicted(why::ALL_TRAIN),
        Optimizer::Sgd => claim,
    }
}

fn trains(outcomes: &Outcomes<Autoencoder>, case: Case) -> Claim {
    let (left, statistic) = of_the_best(outcomes, case);
    let statement = format!("a mean trains: {}", told(case));
    let claim = Claim::says(id(&TRAINING, &case), LATER, statement)
        .measured_by(statistic, "")
        .mean_is_below(TRAINS, &left);
    match why::a_mean_does_not(case) {
        Some(reason) => claim.if_contradicted(reason),
        None => claim,
    }
}
