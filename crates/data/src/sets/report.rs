//! What a fetch tells while it runs, and in the end.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;

use super::ArchiveError;

/// Something that happens during a fetch.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another process fetches the same set; this one waits for it.
    Waiting {
        /// The file that the other one holds locked.
        lock: &'a Path,
    },
    /// An answer begins, or bytes of it have come.
    Received {
        /// The mirror's address.
        address: &'a str,
        /// Bytes that are there by now, those of earlier attempts among them.
        bytes: u64,
        /// Bytes of the whole, if known.
        total: Option<u64>,
    },
    /// An attempt failed, and the mirror is asked again.
    Retrying {
        /// The mirror's address.
        address: &'a str,
        /// What went wrong.
        failure: &'a str,
        /// The wait before the next attempt.
        wait: Duration,
    },
    /// The mirror did not help; the next one is asked, if there is one.
    Failed {
        /// The mirror's address, or the path of the local copies.
        address: &'a str,
        /// What went wrong.
        failure: &'a str,
    },
    /// An archive is there, and its files are looked through.
    Unpacking {
        /// The mirror's address.
        address: &'a str,
    },
}

/// What came of a fetch.
#[derive(Debug, Serialize)]
#[must_use]
pub struct Fetched {
    /// Number of files that had been there.
    pub already: usize,
    /// Paths of the files that came, in this order.
    pub came: Vec<String>,
    /// Paths of the files that are still missing.
    pub missing: Vec<String>,
    /// Mirrors and local copies that did not give what they were asked for.
    pub tried: Vec<Tried>,
}

/// A mirror, or a local copy, that did not give what it was asked for.
#[derive(Debug, Serialize)]
pub struct Tried {
    /// The mirror's address, or the path of the local copies.
    pub address: String,
    /// A file, or a folder of the set; empty for the whole set.
    pub asked_for: String,
    /// What went wrong.
    pub failure: String,
}

impl Fetched {
    /// Whether all files are there now.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// Why a fetch had to end early.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The cache cannot be written, or not locked against other processes.
    #[error("cannot write {}: expected a folder with space, in which one may write", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// Local copies cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A local archive is refused.
    #[error("{} is refused: {problem}", .0.display(), problem = .1)]
    Archive(PathBuf, ArchiveError),
}

impl FetchError {
    /// Names the file that cannot be written.
    pub(super) fn write(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Write(path.to_path_buf(), source)
    }

    /// Names the file that cannot be read.
    pub(super) fn read(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Read(path.to_path_buf(), source)
    }
}
