//! Why the sum of squares does not train.

use retrace_lab::{Claim, Outcomes};

use super::{DOES_NOT, OURS, TRAINS, left};
use crate::Autoencoder;
use crate::arm::{Optimizer, digit, initialised};
use crate::choice::{Among, best, settings};
use crate::initial::Initial;
use crate::loss::Loss;
use crate::network::Answer;

/// Two shares of the constant answer's error count as equal within this.
const NEGLIGIBLE: f64 = 0.1;

pub(super) fn claims(outcomes: &Outcomes<Autoencoder>) -> Vec<Claim> {
    vec![
        black(outcomes),
        needs_its_own_rate(outcomes),
        adam_ignores_constants(outcomes),
        not_the_weights(outcomes, "xavier-does-not-help-the-sum", Initial::Xavier),
        not_the_weights(outcomes, "he-does-not-help-the-sum", Initial::He),
    ]
}

/// "Jumped around a bit, but motionless": the loss of a network that always answers black is the
/// number of white pixels in the batch.
fn black(outcomes: &Outcomes<Autoencoder>) -> Claim {
    let how = (Optimizer::Sgd, Answer::Rectified);
    let largest = settings(outcomes, Loss::Sum, how, Among::Persons).pop();
    let arm = largest.as_ref().map_or("", |setup| setup.name.as_str());
    let highest = outcomes.values(arm, |outcome| {
        Some(outcome.last().map_or(f64::INFINITY, |score| score.high))
    });
    let of_all = highest.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let rate = largest.as_ref().map_or(f64::NAN, |setup| setup.rate);
    let statement = format!(
        "after gradient descent on the sum of squares at rate {}, a network with a ReLU at the end \
         answers black to everything",
        digit(rate)
    );
    Claim::says("sum-ends-in-black", OURS, statement)
        .measured_by("largest answer to any new picture", "L")
        .largest_is_at_most(0.0, of_all, highest.len())
        .shown_in("losses")
        .if_contradicted(
            "In some seeds the very first step goes so far that the numbers overflow: the training \
             is over before the last layer has gone dark, and there is no answer at all.",
        )
}

fn needs_its_own_rate(outcomes: &Outcomes<Autoencoder>) -> Claim {
    let best = best(
        outcomes,
        Loss::Sum,
        (Optimizer::Sgd, Answer::Open),
        Among::All,
    );
    let (values, rate) = match &best {
        Some(setup) => (left(outcomes, &setup.name), digit(setup.rate)),
        None => (Vec::new(), "any rate".to_owned()),
    };
    Claim::says(
        "sum-trains-at-its-own-rate",
        OURS,
        "gradient descent on the sum of squares trains at a rate that nobody tries",
    )
    .measured_by(
        format!("share of the constant answer's error that is left at rate {rate}"),
        "",
    )
    .mean_is_below(TRAINS, &values)
    .shown_in("rates")
}

fn adam_ignores_constants(outcomes: &Outcomes<Autoencoder>) -> Claim {
    let how = (Optimizer::Adam, Answer::Open);
    let best = best(outcomes, Loss::Mean, how, Among::Persons);
    let of = |loss| {
        let settings = settings(outcomes, loss, how, Among::Persons);
        let same = settings
            .into_iter()
            .find(|setup| Some(setup.rate) == best.as_ref().map(|b| b.rate));
        same.map_or_else(String::new, |setup| setup.name)
    };
    let [sum, mean] = [Loss::Sum, Loss::Mean].map(of);
    let differences = outcomes.differences(&sum, &mean, |outcome| Some(outcome.left()));
    Claim::says(
        "adam-ignores-constants",
        OURS,
        "to Adam the sum of squares and their mean are the same loss",
    )
    .measured_by(
        format!("share of the constant answer's error, {sum} minus {mean}"),
        "",
    )
    .mean_is_within((-NEGLIGIBLE, NEGLIGIBLE), &differences)
    .shown_in("rates")
}

fn not_the_weights(outcomes: &Outcomes<Autoencoder>, id: &'static str, initial: Initial) -> Claim {
    let arm = initialised(Loss::Sum, Optimizer::Sgd, initial);
    let statement = format!(
        "the initial weights are not to blame: from {}'s the sum of squares does not train by SGD \
         either",
        initial.label()
    );
    Claim::says(id, OURS, statement)
        .measured_by("share of the constant answer's error that is left", "")
        .mean_is_above(DOES_NOT, &left(outcomes, &arm))
        .shown_in("variants")
}
