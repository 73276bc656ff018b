//! What can be wrong with the published set.

use std::path::PathBuf;

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
    /// A picture that is damaged, or of another size than the published one.
    #[error("`--skip-damaged true` leaves damaged pictures out and says which")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// More pictures than the cache holds.
    #[error(
        "the pictures of {} take more than the {:.1} MiB that are kept; `--pictures` and \
         `--test-pictures` take fewer, `--side` makes them smaller",
        folder.display(),
        *limit as f64 / f64::from(1 << 20)
    )]
    TooMuch {
        /// The set.
        folder: PathBuf,
        /// What decoded pictures may take, in bytes.
        limit: u64,
    },
}
