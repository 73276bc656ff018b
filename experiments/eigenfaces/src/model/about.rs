//! The entry of a model file that is not a tensor.

use retrace_lab::model_file::Entry;
use serde::{Deserialize, Serialize};

use crate::pictures::{Label, PictureSize};

/// What is not a tensor, as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Version of the layout.
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

impl Entry for About {
    const KEY: &'static str = "retrace.eigenfaces";
    const FORMAT: u64 = 1;
    const MADE_BY: &'static str = "`eigenfaces train`";
    /// Eigenfaces and weights of the largest matrix that is trained on, and its mean.
    const MAX_BYTES: u64 = 3 << 30;

    fn sha256(&mut self) -> &mut String {
        &mut self.sha256
    }
}
