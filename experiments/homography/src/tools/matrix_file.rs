//! A homography from a JSON file.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::homography::{Homography, HomographyError, Matrix};

/// The largest file that is read: what `estimate --json` writes about some thousand pairs.
const MAX_BYTES: u64 = 1024 * 1024;

/// Why a file gives no homography.
#[derive(Debug, thiserror::Error)]
pub enum MatrixFileError {
    /// The file could not be opened or read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is larger than what is read.
    #[error("{} is larger than the {} KiB that are read", path.display(), MAX_BYTES / 1024)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file is not JSON, or holds something else.
    #[error(
        "{}: expected JSON, three rows of three numbers, alone or under the key \"matrix\" as \
         `estimate --json` prints them",
        path.display()
    )]
    NotAMatrix {
        /// The file.
        path: PathBuf,
        /// What the parser met.
        source: serde_json::Error,
    },
    /// The numbers are no homography.
    #[error("{}: the matrix is no homography", path.display())]
    NotAHomography {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: HomographyError,
    },
}

/// What the file may hold.
#[derive(Deserialize)]
#[serde(untagged, expecting = "found no such rows")]
enum Content {
    Alone(Matrix),
    Keyed { matrix: Matrix },
}

/// Reads a homography.
///
/// # Errors
/// [`MatrixFileError`] names the file.
pub fn read_matrix(path: &Path) -> Result<Homography, MatrixFileError> {
    let path = || path.to_path_buf();
    let bytes = read_bounded(&path()).map_err(|source| MatrixFileError::Io {
        path: path(),
        source,
    })?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(MatrixFileError::TooLarge { path: path() });
    }
    let content = serde_json::from_slice(&bytes).map_err(|source| MatrixFileError::NotAMatrix {
        path: path(),
        source,
    })?;
    let (Content::Alone(matrix) | Content::Keyed { matrix }) = content;
    Homography::new(matrix).map_err(|source| MatrixFileError::NotAHomography {
        path: path(),
        source,
    })
}

/// The file's bytes, or one more than may be read: whatever it is, memory is bounded.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
