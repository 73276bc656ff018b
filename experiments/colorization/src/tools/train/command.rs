//! The command that stands in a model file.

use retrace_lab::{DeviceName, Input, InputKind};

use super::Train;

impl Train {
    /// The flags that make the same numbers again. Left out is where files lie: that is everybody's
    /// own, and the checksum of the data stands beside the command.
    pub(super) fn command(&self, inputs: &[Input]) -> String {
        let mut command = format!("colorization train --preset {}", self.preset);
        let mut flag = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                command += &format!(" --{name} {value}");
            }
        };
        flag("window", self.window.map(|v| v.to_string()));
        flag("epochs", self.epochs.map(|v| v.to_string()));
        flag("steps-an-epoch", self.steps_an_epoch.map(|v| v.to_string()));
        flag("learning-rate", self.learning_rate.map(|v| v.to_string()));
        flag("pictures", self.pictures.map(|v| v.to_string()));
        let skipping = self.skip_damaged.then(|| "true".to_owned());
        flag("skip-damaged", skipping);
        let other = self.device != DeviceName::Cpu;
        flag("device", other.then(|| self.device.to_string()));
        // What was taken: `--data auto` may find something else elsewhere.
        let kind = |input: &Input| match input.kind {
            InputKind::Real => "real".to_owned(),
            _ => "synthetic".to_owned(),
        };
        flag("data", inputs.first().map(kind));
        command
    }
}
