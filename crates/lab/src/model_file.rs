//! A trained model in one safetensors file: its tensors, and an [`Entry`] of the metadata for
//! everything else.
//!
//! The entry holds the SHA-256 of the whole, so that a model that is not what was written is
//! refused.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use retrace_data::{read_bounded, sha256_of};
use safetensors::SafeTensorError;
use safetensors::tensor::{Metadata, SafeTensors, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::write_atomically;

/// What a model holds beside its tensors: a flat JSON object with the fields `format`, which is
/// [`FORMAT`](Self::FORMAT), and `sha256`.
pub trait Entry: Clone + Serialize + DeserializeOwned {
    /// Its name in the metadata.
    const KEY: &'static str;
    /// The version of the layout.
    const FORMAT: u64;
    /// The command that writes such a file, as an error names it: "`rings train`".
    const MADE_BY: &'static str;
    /// The largest file that is read.
    const MAX_BYTES: u64;

    /// The field `sha256`: of the entry with nothing in this place, and of the tensors in the
    /// order in which they are written.
    fn sha256(&mut self) -> &mut String;
}

/// Writes a model with the checksum in its entry; the file exists whole or not at all.
///
/// # Errors
/// A tensor whose bytes are not those of its shape, an entry that JSON cannot hold, all that
/// [`read`] would refuse before it builds the model (nothing is written then); names a file that
/// cannot be written.
pub fn write<'a, E: Entry, S: AsRef<str>>(
    path: &Path,
    entry: E,
    tensors: impl IntoIterator<Item = Result<(S, TensorView<'a>), SafeTensorError>>,
) -> Result<()> {
    let bytes = to_bytes(entry, tensors).map_err(Error::Other)?;
    parsed::<E>(path, &bytes).map_err(|source| Error::Other(Box::new(NotReadable(source))))?;
    write_atomically(path, &bytes)
}

fn to_bytes<'a, E: Entry, S: AsRef<str>>(
    mut entry: E,
    tensors: impl IntoIterator<Item = Result<(S, TensorView<'a>), SafeTensorError>>,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let tensors = tensors.into_iter().collect::<Result<Vec<_>, _>>()?;
    *entry.sha256() = checksum(&entry, tensors.iter().map(|(_, view)| view.data()))?;
    let views = tensors.iter().map(|(name, view)| (name.as_ref(), view));
    // A single entry: the order of a hash map with more would change from run to run.
    let metadata = HashMap::from([(E::KEY.to_owned(), serde_json::to_string(&entry)?)]);
    Ok(safetensors::serialize(views, Some(metadata))?)
}

/// Reads a file that [`write()`] made; `build` makes the model, and should [`check`] its tensors.
///
/// # Errors
/// See [`ModelError`]: a file that cannot be read, is no model, or one that `build` refuses.
pub fn read<E: Entry, M>(
    path: &Path,
    build: impl FnOnce(E, &SafeTensors<'_>) -> Result<M, String>,
) -> Result<M, ModelError> {
    let bytes = bytes_of::<E>(path)?;
    let (entry, tensors) = parsed::<E>(path, &bytes)?;
    build(entry, &tensors).map_err(|reason| damaged(path, reason))
}

/// Entry and tensors of what stands, or is to stand, in the file.
fn parsed<'a, E: Entry>(path: &Path, bytes: &'a [u8]) -> Result<(E, SafeTensors<'a>), ModelError> {
    if bytes.len() as u64 > E::MAX_BYTES {
        return Err(too_large::<E>(path));
    }
    let broken = |source| ModelError::NotSafetensors {
        path: path.to_path_buf(),
        made_by: E::MADE_BY,
        source,
    };
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(broken)?;
    let entry = entry_of(&metadata, path)?;
    Ok((entry, SafeTensors::deserialize(bytes).map_err(broken)?))
}

/// Says so when the checksum of an entry is not that of it and these tensors.
///
/// # Errors
/// A sentence without the file, for the closure of [`read`].
pub fn check<'a>(
    entry: &impl Entry,
    tensors: impl IntoIterator<Item = &'a [u8]>,
) -> Result<(), String> {
    let found = checksum(entry, tensors).map_err(|error| error.to_string())?;
    if found == *entry.clone().sha256() || cfg!(fuzzing) {
        Ok(())
    } else {
        Err("its checksum is not that of its content".to_owned())
    }
}

fn checksum<'a>(
    entry: &impl Entry,
    tensors: impl IntoIterator<Item = &'a [u8]>,
) -> serde_json::Result<String> {
    let mut without = entry.clone();
    without.sha256().clear();
    let text = serde_json::to_vec(&without)?;
    let mut parts = vec![text.as_slice()];
    for bytes in tensors {
        parts.push(bytes);
    }
    Ok(sha256_of(parts))
}

fn bytes_of<E: Entry>(path: &Path) -> Result<Vec<u8>, ModelError> {
    let read = read_bounded(path, E::MAX_BYTES).map_err(|source| ModelError::Io {
        path: path.to_path_buf(),
        made_by: E::MADE_BY,
        source,
    })?;
    read.ok_or_else(|| too_large::<E>(path))
}

fn too_large<E: Entry>(path: &Path) -> ModelError {
    ModelError::TooLarge {
        path: path.to_path_buf(),
        limit: E::MAX_BYTES,
    }
}

/// Only the version, which later formats have too.
#[derive(Deserialize)]
struct Format {
    format: u64,
}

fn entry_of<E: Entry>(metadata: &Metadata, path: &Path) -> Result<E, ModelError> {
    let entry = metadata.metadata().as_ref().and_then(|all| all.get(E::KEY));
    let Some(text) = entry else {
        return Err(ModelError::NotAModel {
            path: path.to_path_buf(),
            made_by: E::MADE_BY,
        });
    };
    match serde_json::from_str::<Format>(text) {
        Ok(Format { format }) if format != E::FORMAT => Err(ModelError::Format {
            path: path.to_path_buf(),
            found: format,
            known: E::FORMAT,
        }),
        _ => serde_json::from_str(text).map_err(|error| damaged(path, error.to_string())),
    }
}

fn damaged(path: &Path, reason: String) -> ModelError {
    ModelError::Damaged {
        path: path.to_path_buf(),
        reason,
    }
}

/// What could be written and never be read.
#[derive(Debug, thiserror::Error)]
#[error("the model is not written, as it could not be read again")]
struct NotReadable(#[source] ModelError);

/// Each names the file; `made_by` is [`Entry::MADE_BY`].
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
