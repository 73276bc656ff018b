//! The entry of a model file that is not a tensor, and the checksum over all of it.

use std::path::Path;

use retrace_lab::sha256;
use safetensors::tensor::Metadata;
use serde::{Deserialize, Serialize};

use super::error::ModelError;
use crate::pictures::{Label, PictureSize};

/// The version of the layout.
pub const FORMAT: u64 = 1;
/// Its name in the metadata.
pub const KEY: &str = "retrace.eigenfaces";

/// What is not a tensor, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// [`FORMAT`].
    pub format: u64,
    /// Size of the pictures.
    pub size: PictureSize,
    /// Variance of the pictures summed over the pixels.
    pub total_variance: f64,
    /// The training pictures, in the order of the weights.
    pub pictures: Vec<Label>,
    /// Of this, with nothing in this place, and of the tensors in their order.
    pub sha256: String,
}

/// Only the version, which later formats have too.
#[derive(Deserialize)]
struct Format {
    format: u64,
}

impl About {
    /// Finds the entry in the metadata of the file at `path`.
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

    /// Says what is wrong when the checksum is not that of these tensors.
    pub fn check<'a>(&self, tensors: impl IntoIterator<Item = &'a [u8]>) -> Result<(), String> {
        let found = self.checksum(tensors).map_err(|error| error.to_string())?;
        if found == self.sha256 {
            Ok(())
        } else {
            Err("its checksum is not that of its content".to_owned())
        }
    }
}
