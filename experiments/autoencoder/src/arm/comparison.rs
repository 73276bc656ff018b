//! Every loss, by both optimizers, at every rate.

use super::{Optimizer, Setup, Study, Subject, digit};
use crate::config::AutoencoderConfig;
use crate::initial::Initial;
use crate::loss::{Extent, Loss};
use crate::network::{Answer, Architecture};

/// Name of the arm of a loss at a rate.
pub fn compared(loss: Loss, optimizer: Optimizer, rate: f64) -> String {
    format!("{}-{}-{}", loss.name(), optimizer.name(), digit(rate))
}

/// Numbers that the loss of a step looks at.
pub fn extent(config: &AutoencoderConfig) -> Extent {
    Extent {
        batch: config.batch,
        channels: 1,
        pixels: config.size().pixels(),
    }
}

/// The rate of gradient descent on `loss` that makes the steps of `rate` on the mean, by one
/// digit; nothing where a person's rates hold it already.
fn rate_of_the_mean(loss: Loss, rate: f64, config: &AutoencoderConfig) -> Option<f64> {
    let own: f64 = digit(rate / loss.slope(extent(config))).parse().ok()?;
    let known = config.rates.iter().any(|known| digit(*known) == digit(own));
    (!known).then_some(own)
}

/// Every loss, by both optimizers, at every rate, from the tutorial's initial weights.
pub(super) fn losses(config: &AutoencoderConfig) -> Vec<Setup> {
    let mut setups = Vec::new();
    for loss in Loss::ALL {
        let mut add = |optimizer: Optimizer, rate: f64, study: Study| {
            setups.push(Setup {
                name: compared(loss, optimizer, rate),
                label: format!("{}, {} {}", loss.label(), optimizer.label(), digit(rate)),
                study,
                loss,
                optimizer,
                rate,
                initial: Initial::Truncated,
                answer: Answer::Open,
                erase: None,
                architecture: Architecture::SixLayers,
                subject: Subject::Circles,
            });
        };
        for optimizer in Optimizer::BOTH {
            for rate in &config.rates {
                add(optimizer, *rate, Study::Rates);
            }
        }
        let own = config.mean_rates.iter();
        let own = own.filter_map(|rate| rate_of_the_mean(loss, *rate, config));
        for rate in own {
            add(Optimizer::Sgd, rate, Study::MeanRates);
        }
    }
    setups
}

/// Name of the arm of a loss at a rate whose answer is rectified.
pub fn compared_rectified(loss: Loss, optimizer: Optimizer, rate: f64) -> String {
    format!("{}+relu", compared(loss, optimizer, rate))
}

/// The losses once more, at a person's rates, with a ReLU after the last layer.
pub(super) fn rectified(config: &AutoencoderConfig) -> Vec<Setup> {
    let persons = |setup: &Setup| setup.study == Study::Rates;
    let changed = |setup: Setup| Setup {
        name: compared_rectified(setup.loss, setup.optimizer, setup.rate),
        label: format!("{}, ReLU at the end", setup.label),
        study: Study::Rectified,
        answer: Answer::Rectified,
        ..setup
    };
    let setups = losses(config).into_iter();
    setups.filter(persons).map(changed).collect()
}
