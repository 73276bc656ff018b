//! What can be wrong with the published set.

use std::path::PathBuf;

use retrace_data::PictureError;

use super::MAX_CACHE_BYTES;

/// What can be wrong with the set beyond a single picture.
#[derive(Debug, thiserror::Error)]
pub enum ScenesError {
    /// A list of file names that cannot be read.
    #[error("cannot read the list {}", path.display())]
    List {
        /// The list.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A line of a list that is not `category/file`.
    #[error("{}, line {line}: expected `category/file`, found {found:?}", path.display())]
    Line {
        /// The list.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// What it says.
        found: String,
    },
    /// A list without names.
    #[error("{} names no pictures", path.display())]
    Nothing {
        /// The list.
        path: PathBuf,
    },
    /// A picture that is damaged.
    #[error("`--skip-damaged true` leaves damaged pictures out and says which")]
    Damaged(#[source] PictureError),
    /// More pictures than the cache holds.
    #[error(
        "the pictures of {} take more than the {} MiB that are kept; `--pictures` takes fewer",
        folder.display(),
        MAX_CACHE_BYTES >> 20
    )]
    TooMuch {
        /// The set.
        folder: PathBuf,
    },
}
