//! The entry of a model file that is not a tensor.

use retrace_lab::model_file::{self, Entry};
use serde::{Deserialize, Serialize};

/// What is not a tensor, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Version of the layout.
    pub format: u64,
    /// The command that makes this model again, without folders: where data lie and results go is
    /// everybody's own.
    pub command: String,
    /// What it was trained on.
    pub trained_on: Vec<String>,
    /// Side of a bin in units of a and b.
    pub window: f64,
    /// Whether layer 8 reads what layer 7 gives before its ReLU.
    pub before_relu: bool,
    /// Whether it answers with a and b in place of bins.
    pub plane: bool,
    /// Of this, with nothing in this place, and of the tensors in their order.
    pub sha256: String,
}

impl About {
    /// Of a network that answers with bins, made by `command`; its checksum comes when it is
    /// written.
    pub fn new(window: f64, before_relu: bool, command: String, trained_on: Vec<String>) -> Self {
        Self {
            format: Self::FORMAT,
            command,
            trained_on,
            window,
            before_relu,
            plane: false,
            sha256: String::new(),
        }
    }

    /// Says what is wrong when the checksum is not that of these tensors, or the window none.
    pub(super) fn check<'a>(
        &self,
        tensors: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), String> {
        model_file::check(self, tensors)?;
        if !(1.0..=220.0).contains(&self.window) {
            return Err(format!("a window of {} makes no bins", self.window));
        }
        Ok(())
    }
}

impl Entry for About {
    const KEY: &'static str = "retrace.colorization";
    const FORMAT: u64 = 1;
    const MADE_BY: &'static str = "`colorization train`";
    /// A network with 2,000 bins takes 378 MB, one with 3,370 as much as this.
    const MAX_BYTES: u64 = 1 << 30;

    fn sha256(&mut self) -> &mut String {
        &mut self.sha256
    }
}
