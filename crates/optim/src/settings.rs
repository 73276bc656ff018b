//! The numbers of a config, and what they come to at a step.

use burn::optim::{AdamConfig, LearningRate};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::update::Update;

/// The fields of an [`AdamConfig`], which shows them in its serialised form only.
///
/// A field that is not known here leaves all to Burn.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    amsgrad: bool,
    weight_decay: Option<IgnoredAny>,
    #[serde(rename = "grad_clipping")]
    _grad_clipping: Option<IgnoredAny>,
}

impl Settings {
    /// `None` for what is left to Burn: AMSGrad and weight decay.
    pub(crate) fn of(config: &AdamConfig) -> Option<Self> {
        let fields = serde_json::to_value(config).ok()?;
        let settings: Self = serde_json::from_value(fields).ok()?;
        let is_plain = !settings.amsgrad && settings.weight_decay.is_none();
        is_plain.then_some(settings)
    }

    /// Step `time`, counted from 1; the factors as Burn rounds them.
    pub(crate) fn update(&self, rate: LearningRate, time: usize) -> Update {
        let time = time as i32;
        let root = (1.0 - self.beta_2.powi(time)).sqrt();
        Update {
            first: [self.beta_1, 1.0 - self.beta_1],
            second: [self.beta_2, 1.0 - self.beta_2],
            correction: root / (1.0 - self.beta_1.powi(time)),
            epsilon: self.epsilon * root,
            rate: rate as f32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_are_those_of_the_config() {
        let config = AdamConfig::new().with_beta_1(0.8).with_beta_2(0.9);
        let settings = Settings::of(&config.with_epsilon(1e-7)).expect("plain Adam");
        let found = (settings.beta_1, settings.beta_2, settings.epsilon);
        assert_eq!(found, (0.8, 0.9, 1e-7));
    }
}
