//! Checksums in our own files: each holds the SHA-256 of itself, with zeros where it stands, so that
//! whatever became of a file on a disk or on its way is noticed when it is read.
//!
//! JSON has it as the last field, TOML as a comment in the last line, safetensors in the metadata.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use retrace_data::sha256_of;
use safetensors::tensor::{SafeTensorError, SafeTensors, TensorView};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};
use crate::files::write_atomically;

/// What stands in place of a checksum while it is computed.
const ZEROS: [u8; 64] = [b'0'; 64];

/// A kind of file, by where its checksum stands.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Json,
    Toml,
    Tensors,
}

impl Kind {
    /// What stands before the checksum, and after it.
    const fn around(self) -> (&'static [u8], &'static [u8]) {
        match self {
            Self::Json => (b",\n  \"sha256\": \"", b"\"\n}\n"),
            Self::Toml => (b"# sha256 = \"", b"\"\n"),
            Self::Tensors => (b"{\"__metadata__\":{\"sha256\":\"", b"\"}"),
        }
    }

    /// Where the checksum of such a file begins.
    fn place(self, bytes: &[u8]) -> Option<usize> {
        let (before, after) = self.around();
        let begin = match self {
            Self::Json | Self::Toml => bytes.len().checked_sub(after.len() + ZEROS.len())?,
            // After the length of the header.
            Self::Tensors => 8 + before.len(),
        };
        let end = begin + ZEROS.len();
        let is_there =
            bytes.get(..begin)?.ends_with(before) && bytes.get(end..)?.starts_with(after);
        is_there.then_some(begin)
    }

    /// Puts the checksum in place of the zeros.
    fn seal(self, mut bytes: Vec<u8>) -> Result<Vec<u8>> {
        let place = self.place(&bytes);
        let place =
            place.ok_or_else(|| Error::Other("a file without a place for its checksum".into()))?;
        let hash = sha256_of([bytes.as_slice()]);
        bytes[place..place + ZEROS.len()].copy_from_slice(hash.as_bytes());
        Ok(bytes)
    }

    /// The bytes of a file whose checksum is that of its content.
    fn read(self, path: &Path) -> Result<Vec<u8>> {
        let bytes = fs::read(path).map_err(Error::io("read", path))?;
        let Some(place) = self.place(&bytes) else {
            let reason = "it has no checksum: it is not whole, or an earlier version wrote it";
            return Err(damaged(path, reason));
        };
        let end = place + ZEROS.len();
        let hash = sha256_of([&bytes[..place], &ZEROS, &bytes[end..]]);
        match bytes[place..end] == *hash.as_bytes() || cfg!(fuzzing) {
            true => Ok(bytes),
            false => Err(damaged(path, "its checksum is not that of its content")),
        }
    }
}

pub(crate) fn damaged(path: &Path, reason: impl Into<String>) -> Error {
    Error::Damaged {
        path: path.to_path_buf(),
        reason: reason.into(),
    }
}

/// An object with the checksum as its last field.
#[derive(Serialize)]
struct Sealed<'a, T> {
    #[serde(flatten)]
    value: &'a T,
    sha256: &'static str,
}

/// Writes `value`, an object, as indented JSON with its checksum and a final newline.
///
/// # Errors
/// As [`write_atomically`]; a value that JSON cannot hold is an error too.
pub fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let sha256 = str::from_utf8(&ZEROS).unwrap_or_default();
    let text = serde_json::to_string_pretty(&Sealed { value, sha256 });
    let text = text.map_err(|error| Error::Other(Box::new(error)))? + "\n";
    write_atomically(path, &Kind::Json.seal(text.into_bytes())?)
}

/// Reads what [`write_json`] wrote.
///
/// # Errors
/// Names the file when it is missing, unreadable, not what was written, or does not hold a `T`.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let bytes = Kind::Json.read(path)?;
    serde_json::from_slice(&bytes).map_err(|error| damaged(path, error.to_string()))
}

/// Writes TOML with its checksum.
///
/// # Errors
/// As [`write_atomically`].
pub fn write_toml(path: &Path, text: &str) -> Result<()> {
    let zeros = String::from_utf8_lossy(&ZEROS);
    let text = format!("{text}# sha256 = \"{zeros}\"\n");
    write_atomically(path, &Kind::Toml.seal(text.into_bytes())?)
}

/// Sees that a file is what [`write_toml`] wrote.
///
/// # Errors
/// Names the file when it is not.
pub fn check_toml(path: &Path) -> Result<()> {
    Kind::Toml.read(path).map(drop)
}

/// Writes tensors with their checksum, in the order of safetensors: the same for the same tensors.
///
/// # Errors
/// As [`write_atomically`]; a tensor whose bytes are not those of its shape.
pub fn write_tensors<'a, S: AsRef<str> + Ord + std::fmt::Display>(
    path: &Path,
    tensors: impl IntoIterator<Item = Result<(S, TensorView<'a>), SafeTensorError>>,
) -> Result<()> {
    let other = |error: SafeTensorError| Error::Other(Box::new(error));
    let tensors = tensors.into_iter().collect::<Result<Vec<_>, _>>();
    let zeros = String::from_utf8_lossy(&ZEROS).into_owned();
    let metadata = HashMap::from([("sha256".to_owned(), zeros)]);
    let bytes = safetensors::serialize(tensors.map_err(other)?, Some(metadata)).map_err(other)?;
    write_atomically(path, &Kind::Tensors.seal(bytes)?)
}

/// Reads what [`write_tensors`] wrote; `build` makes something of it.
///
/// # Errors
/// Names the file when it is missing, unreadable, not what was written, or `build` refuses it.
pub fn read_tensors<T>(
    path: &Path,
    build: impl FnOnce(&SafeTensors<'_>) -> std::result::Result<T, String>,
) -> Result<T> {
    let bytes = Kind::Tensors.read(path)?;
    let tensors = SafeTensors::deserialize(&bytes).map_err(|error| error.to_string());
    let built = tensors.and_then(|tensors| build(&tensors));
    built.map_err(|reason| damaged(path, reason))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use safetensors::Dtype;

    use super::*;

    type Write = fn(&Path) -> Result<()>;
    type Read = fn(&Path) -> Result<()>;

    /// Every kind of file, how it is written and read.
    const KINDS: [(&str, Write, Read); 3] = [
        (
            "a.json",
            |path| {
                write_json(
                    path,
                    &BTreeMap::from([("numbers", vec![0.5; 9]), ("none", vec![])]),
                )
            },
            |path| read_json::<serde_json::Value>(path).map(drop),
        ),
        (
            "a.toml",
            |path| write_toml(path, "lambda = 0.3\n\n[run]\nseeds = 2\n"),
            check_toml,
        ),
        (
            "a.safetensors",
            |path| {
                let values = [7_u8; 48];
                let view = |name| Ok((name, TensorView::new(Dtype::F32, vec![3, 4], &values)?));
                write_tensors(path, ["a", "b"].map(view))
            },
            |path| read_tensors(path, |_| Ok(())),
        ),
    ];

    #[test]
    fn every_cut_and_every_flipped_bit_is_noticed_and_named() {
        let folder = tempfile::tempdir().unwrap();
        for (name, write, read) in KINDS {
            let path = folder.path().join(name);
            write(&path).unwrap();
            read(&path).unwrap();
            let whole = fs::read(&path).unwrap();
            write(&path).unwrap();
            assert_eq!(
                fs::read(&path).unwrap(),
                whole,
                "{name}: the same bytes again"
            );
            let refused = |bytes: &[u8], what: &str| {
                fs::write(&path, bytes).unwrap();
                let error = read(&path).expect_err(what);
                let is_said = matches!(error, Error::Damaged { .. });
                assert!(
                    is_said && error.to_string().contains(name),
                    "{what}: {error}"
                );
            };
            for cut in 0..32 {
                let length = cut * whole.len() / 32;
                refused(&whole[..length], &format!("{name} cut at {length}"));
            }
            for flip in 0..256 {
                // An odd stride, so that every bit of a byte has its turn.
                let bit = flip * (8 * whole.len() / 256) + flip % 8;
                let mut flipped = whole.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                refused(&flipped, &format!("{name}, bit {bit}"));
            }
            refused(&[&whole[..], b"\n"].concat(), "one more byte");
            refused(b"<!DOCTYPE html>", "a page");
        }
    }
}
