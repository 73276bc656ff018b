//! Why a model file cannot be used.

use std::path::PathBuf;

use super::MAX_MODEL_BYTES;
use super::about::FORMAT;

/// Each names the file and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file could not be read.
    #[error("cannot read the model {}; `colorization train` makes one", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is larger than any model that is read.
    #[error("{} is larger than the {} MiB that are read of a model", path.display(), MAX_MODEL_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// No safetensors at all, or the rest of one.
    #[error(
        "{} is not a whole safetensors file; expected a model that `colorization train` wrote",
        path.display()
    )]
    NotSafetensors {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: safetensors::SafeTensorError,
    },
    /// A safetensors file of something else.
    #[error(
        "{} holds tensors of something else; expected a model that `colorization train` wrote",
        path.display()
    )]
    NotAModel {
        /// The file.
        path: PathBuf,
    },
    /// A model of a later program.
    #[error(
        "{} is a model of format {found}, this program knows format {FORMAT}; train it again",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u64,
    },
    /// A model that is not what was once written, or whose bins are not those of its network.
    #[error("the model {} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
}
