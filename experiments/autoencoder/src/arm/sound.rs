//! The sound setting, and what differs from it in one thing.

use super::{INVERSE_LONG, INVERSE_LONG_RECTIFIED, Optimizer, SOUND, Setup, Study, Subject, digit};
use crate::config::AutoencoderConfig;
use crate::initial::Initial;
use crate::loss::Loss;
use crate::network::{Answer, Architecture, Erase};

fn sound(config: &AutoencoderConfig) -> Setup {
    Setup {
        name: SOUND.to_owned(),
        label: "six layers, Xavier".to_owned(),
        study: Study::Sound,
        loss: Loss::Mean,
        optimizer: Optimizer::Adam,
        rate: config.sound_rate,
        initial: Initial::Xavier,
        answer: Answer::Open,
        erase: None,
        architecture: Architecture::SixLayers,
        subject: Subject::Circles,
    }
}

/// Name of the arm of a loss from other initial weights than the tutorial's.
pub fn initialised(loss: Loss, optimizer: Optimizer, initial: Initial) -> String {
    format!("{}-{}-{}", loss.name(), optimizer.name(), initial.name())
}

/// Whether the initial weights are to blame: Adam at the sound rate, gradient descent at the
/// middle one of a person's rates.
pub(super) fn other_initial_weights(config: &AutoencoderConfig) -> Vec<Setup> {
    let middle = config.rates[config.rates.len() / 2];
    let mut setups = Vec::new();
    for initial in [Initial::Xavier, Initial::He] {
        for (loss, optimizer, rate) in [
            (Loss::Sum, Optimizer::Sgd, middle),
            (Loss::Sum, Optimizer::Adam, config.sound_rate),
            (Loss::Inverse, Optimizer::Adam, config.sound_rate),
        ] {
            setups.push(Setup {
                name: initialised(loss, optimizer, initial),
                label: format!(
                    "{}, {} {}, {}",
                    loss.label(),
                    optimizer.label(),
                    digit(rate),
                    initial.label()
                ),
                study: Study::Initial,
                loss,
                optimizer,
                rate,
                initial,
                ..sound(config)
            });
        }
    }
    setups
}

/// Other initial weights, dropout, networks and pictures, and 1 / D trained as long.
pub(super) fn one_thing_changed(config: &AutoencoderConfig) -> Vec<Setup> {
    let base = sound(config);
    let named = |name: &str, label: &str, changed: Setup| Setup {
        name: name.to_owned(),
        label: label.to_owned(),
        ..changed
    };
    let initial = |initial: Initial| Setup {
        initial,
        ..base.clone()
    };
    let erase = |erase: Erase| Setup {
        erase: Some(erase),
        ..base.clone()
    };
    let built = |architecture: Architecture| Setup {
        architecture,
        ..base.clone()
    };
    let shown = |subject: Subject| Setup {
        subject,
        ..base.clone()
    };
    let inverse = Setup {
        loss: Loss::Inverse,
        ..initial(Initial::Truncated)
    };
    let mut setups = vec![
        base.clone(),
        named(
            "truncated",
            "six layers, truncated normal",
            initial(Initial::Truncated),
        ),
        named("he", "six layers, He", initial(Initial::He)),
        named(
            "dropout-between",
            "dropout between the layers",
            erase(Erase::Between),
        ),
        named(
            "dropout-last",
            "dropout after the last layer",
            erase(Erase::Last),
        ),
        named("small", "three layers", built(Architecture::Small)),
        named("two-circles", "two circles", shown(Subject::TwoCircles)),
        named("scenes", "scenes", shown(Subject::Scenes)),
        named(INVERSE_LONG, "1 / D, trained longer", inverse.clone()),
        named(
            INVERSE_LONG_RECTIFIED,
            "1 / D, trained longer, ReLU at the end",
            Setup {
                answer: Answer::Rectified,
                ..inverse
            },
        ),
    ];
    let code = |size: &usize| {
        let changed = built(Architecture::Bottleneck(*size));
        named(&coded(*size), &format!("code of {size}"), changed)
    };
    setups.extend(config.codes.iter().map(code));
    setups
}

/// Name of the arm with a code of this size.
pub fn coded(size: usize) -> String {
    format!("code-{size}")
}
