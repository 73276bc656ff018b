//! What is compared: each arm is a setting of everything that the post varied, and of what it
//! says it wants to vary next.

mod comparison;
mod first_attempt;
mod optimizer;
mod sound;

use retrace_lab::Arm;

pub use comparison::{compared, compared_rectified, extent};
pub use optimizer::Optimizer;
pub use sound::{coded, initialised};

use crate::config::AutoencoderConfig;
use crate::initial::Initial;
use crate::loss::Loss;
use crate::network::{Answer, Architecture, Erase};

/// What a network sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// One white circle.
    Circles,
    /// A grey one and a white one.
    TwoCircles,
    /// Scenes, L in and L out.
    Scenes,
    /// Scenes, L in, a and b out.
    Colours,
}

/// Why an arm is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Study {
    /// Losses, optimizers and the rates that a person tries.
    Rates,
    /// The same with a ReLU after the last layer.
    Rectified,
    /// The rates that make the steps of a good rate on the mean of squares.
    MeanRates,
    /// A loss from other initial weights.
    Initial,
    /// One thing changed at the sound setting, trained longer.
    Sound,
    /// The post's first attempt.
    FirstAttempt,
}

/// A setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// Name of the arm.
    pub name: String,
    /// Name in figures.
    pub label: String,
    /// Why it is there.
    pub study: Study,
    /// What is made small.
    pub loss: Loss,
    /// How.
    pub optimizer: Optimizer,
    /// Learning rate.
    pub rate: f64,
    /// Initial weights.
    pub initial: Initial,
    /// What the last layer does to its sum.
    pub answer: Answer,
    /// Dropout.
    pub erase: Option<Erase>,
    /// The network.
    pub architecture: Architecture,
    /// The pictures.
    pub subject: Subject,
}

/// Name of the arm with which others are compared: mean of squares, Adam, Xavier's weights.
pub const SOUND: &str = "sound";
/// The post's loss that "trained", trained as long as the sound one.
pub const INVERSE_LONG: &str = "inverse-long";
/// The same with a ReLU after the last layer.
pub const INVERSE_LONG_RECTIFIED: &str = "inverse-long+relu";

impl Setup {
    /// Steps of its training.
    pub fn steps(&self, config: &AutoencoderConfig) -> u64 {
        match self.study {
            Study::Sound | Study::FirstAttempt => config.long_steps,
            Study::Rates | Study::Rectified | Study::MeanRates | Study::Initial => config.steps,
        }
    }
}

/// All settings.
pub fn setups(config: &AutoencoderConfig) -> Vec<Setup> {
    let mut setups = comparison::losses(config);
    setups.extend(comparison::rectified(config));
    setups.extend(sound::other_initial_weights(config));
    setups.extend(sound::one_thing_changed(config));
    setups.extend(first_attempt::setups(config));
    setups
}

/// The arms of a run.
pub fn all(config: &AutoencoderConfig) -> Vec<Arm> {
    let arm = |setup: Setup| Arm::new(setup.name, setup.label);
    setups(config).into_iter().map(arm).collect()
}

/// The setting of the arm with this name.
pub fn of(config: &AutoencoderConfig, arm: &str) -> Option<Setup> {
    setups(config).into_iter().find(|setup| setup.name == arm)
}

/// A rate by one digit, as arms are named: `1e-3`.
pub fn digit(rate: f64) -> String {
    format!("{rate:.0e}")
}
