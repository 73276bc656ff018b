//! The post's first attempt, from L to a and b.

use super::{Optimizer, Setup, Study, Subject, digit};
use crate::config::AutoencoderConfig;
use crate::initial::Initial;
use crate::loss::Loss;
use crate::network::{Answer, Architecture};

/// The post's first attempt as it was, with Adam, and at the sound setting.
pub(super) fn setups(config: &AutoencoderConfig) -> Vec<Setup> {
    let middle = config.rates[config.rates.len() / 2];
    let attempt = |name: &str, label: String, (loss, optimizer, rate), initial| Setup {
        name: name.to_owned(),
        label,
        study: Study::FirstAttempt,
        loss,
        optimizer,
        rate,
        initial,
        answer: Answer::Open,
        erase: None,
        architecture: Architecture::Colour,
        subject: Subject::Colours,
    };
    let told = |optimizer: Optimizer, rate| {
        format!("sum of squares, {} {}", optimizer.label(), digit(rate))
    };
    let adam = config.sound_rate;
    vec![
        attempt(
            "colour-sum-sgd",
            told(Optimizer::Sgd, middle),
            (Loss::Sum, Optimizer::Sgd, middle),
            Initial::Truncated,
        ),
        attempt(
            "colour-sum-adam",
            told(Optimizer::Adam, adam),
            (Loss::Sum, Optimizer::Adam, adam),
            Initial::Truncated,
        ),
        attempt(
            "colour-sound",
            format!("mean, input 0..1, Adam {}, Xavier", digit(adam)),
            (Loss::Unit, Optimizer::Adam, adam),
            Initial::Xavier,
        ),
    ]
}
