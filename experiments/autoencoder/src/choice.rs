//! Which rate is the best for a loss: chosen by the training pictures, never by the validation
//! ones.

use retrace_lab::{Outcomes, statistics};

use crate::Autoencoder;
use crate::arm::{self, Optimizer, Setup, Study};
use crate::loss::Loss;
use crate::network::Answer;

/// Among which rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    /// Those that a person tries.
    Persons,
    /// Also those that the loss would need.
    All,
}

/// The settings of a loss, an optimizer and an answer, by rising rate.
pub fn settings(
    outcomes: &Outcomes<Autoencoder>,
    loss: Loss,
    (optimizer, answer): (Optimizer, Answer),
    among: Among,
) -> Vec<Setup> {
    let belongs = |setup: &Setup| match setup.study {
        Study::Rates | Study::Rectified => true,
        Study::MeanRates => among == Among::All,
        _ => false,
    };
    let mut found: Vec<Setup> = arm::setups(outcomes.config())
        .into_iter()
        .filter(|setup| setup.loss == loss && setup.optimizer == optimizer)
        .filter(|setup| setup.answer == answer && belongs(setup))
        .collect();
    found.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    found
}

/// The setting with the smallest mean share left on the training pictures; one that diverged in a
/// seed comes after all that did not. The first of them where all diverged.
pub fn best(
    outcomes: &Outcomes<Autoencoder>,
    loss: Loss,
    how: (Optimizer, Answer),
    among: Among,
) -> Option<Setup> {
    let settings = settings(outcomes, loss, how, among);
    let share = |setup: &Setup| training_share(outcomes, &setup.name);
    settings
        .into_iter()
        .min_by(|a, b| share(a).total_cmp(&share(b)))
}

/// Mean over seeds of the share left on the training pictures; infinite where a seed diverged or
/// there is none.
pub fn training_share(outcomes: &Outcomes<Autoencoder>, arm: &str) -> f64 {
    let shares = outcomes.of(arm).map(|cell| cell.outcome.training_share());
    let shares: Option<Vec<f64>> = shares.collect();
    let mean = shares.map(|shares| statistics::mean(&shares));
    mean.filter(|mean| mean.is_finite())
        .unwrap_or(f64::INFINITY)
}
