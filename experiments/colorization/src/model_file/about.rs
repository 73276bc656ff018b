//! The entry of a model file that is not a tensor, and the checksum over all of it.

use std::path::Path;

use retrace_lab::sha256;
use safetensors::tensor::Metadata;
use serde::{Deserialize, Serialize};

use super::error::ModelError;

/// The version of the layout.
pub const FORMAT: u64 = 1;
/// Its name in the metadata.
pub const KEY: &str = "retrace.colorization";

/// What is not a tensor, as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Version of the layout.
    pub format: u64,
    /// The command that makes this model again.
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

/// Only the version, which later formats have too.
#[derive(Deserialize)]
struct Format {
    format: u64,
}

impl About {
    /// Of a network that answers with bins, made by `command`; its checksum comes when it is
    /// written.
    pub fn new(window: f64, before_relu: bool, command: String, trained_on: Vec<String>) -> Self {
        Self {
            format: FORMAT,
            command,
            trained_on,
            window,
            before_relu,
            plane: false,
            sha256: String::new(),
        }
    }

    /// Finds the entry in the metadata of the file at `path`.
    ///
    /// # Errors
    /// A file of something else, or of a later program.
    pub fn of(metadata: &Metadata, path: &Path) -> Result<Self, ModelError> {
        let path = path.to_path_buf();
        let entry = metadata.metadata().as_ref().and_then(|all| all.get(KEY));
        let Some(text) = entry else {
            return Err(ModelError::NotAModel { path });
        };
        match serde_json::from_str::<Format>(text) {
            Ok(Format { format }) if format != FORMAT => Err(ModelError::Format {
                path,
                found: format,
            }),
            _ => serde_json::from_str(text).map_err(|error| ModelError::Damaged {
                path,
                reason: error.to_string(),
            }),
        }
    }

    /// The checksum of this with these tensors.
    ///
    /// # Errors
    /// A number that JSON cannot hold.
    pub fn checksum<'a>(
        &self,
        tensors: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<String, serde_json::Error> {
        let mut without = self.clone();
        without.sha256.clear();
        let mut whole = serde_json::to_vec(&without)?;
        for bytes in tensors {
            whole.extend_from_slice(bytes);
        }
        Ok(sha256(&whole))
    }

    /// Says what is wrong when the checksum is not that of these tensors, or the window none.
    pub(super) fn check<'a>(
        &self,
        tensors: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<(), String> {
        let found = self.checksum(tensors).map_err(|error| error.to_string())?;
        if found != self.sha256 {
            return Err("its checksum is not that of its content".to_owned());
        }
        if !(1.0..=220.0).contains(&self.window) {
            return Err(format!("a window of {} makes no bins", self.window));
        }
        Ok(())
    }
}
