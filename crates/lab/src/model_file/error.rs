//! Why a model file cannot be used.

use std::path::PathBuf;

/// What could be written and never be read.
#[derive(Debug, thiserror::Error)]
#[error("the model is not written, as it could not be read again")]
pub(super) struct NotReadable(#[source] pub ModelError);

/// Each names the file; `made_by` is [`Entry::MADE_BY`](super::Entry::MADE_BY).
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file could not be read.
    #[error("cannot read the model {}; {made_by} makes one", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The command that writes one.
        made_by: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is larger than any model that is read.
    #[error("{} is larger than the {} MiB that are read of a model", path.display(), limit >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// So many bytes are read.
        limit: u64,
    },
    /// No safetensors at all, or the rest of one.
    #[error(
        "{} is not a whole safetensors file; expected a model that {made_by} wrote",
        path.display()
    )]
    NotSafetensors {
        /// The file.
        path: PathBuf,
        /// The command that writes one.
        made_by: &'static str,
        /// What is wrong with it.
        source: safetensors::SafeTensorError,
    },
    /// A safetensors file of something else.
    #[error(
        "{} holds tensors of something else; expected a model that {made_by} wrote",
        path.display()
    )]
    NotAModel {
        /// The file.
        path: PathBuf,
        /// The command that writes one.
        made_by: &'static str,
    },
    /// A model of a later program.
    #[error(
        "{} is a model of format {found}, this program knows format {known}; train it again",
        path.display()
    )]
    Format {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u64,
        /// The format that is read.
        known: u64,
    },
    /// A model that is not what was once written, or whose parts do not fit together.
    #[error("the model {} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
}
