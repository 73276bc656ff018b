//! What a fetch tells while it runs, and in the end.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::sets::{ArchiveError, DataSet, Failure};

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
        failure: &'a Failure,
        /// The wait before the next attempt.
        wait: Duration,
    },
    /// The mirror did not help; the next one is asked, if there is one.
    Failed {
        /// The mirror's address, or the path of the local copies.
        address: &'a str,
        /// What went wrong.
        failure: &'a Failure,
    },
    /// An archive is there, and its files are looked through.
    Unpacking {
        /// The mirror's address.
        address: &'a str,
    },
    /// A file is in its place, with the right bytes.
    Placed {
        /// Its path in the folder of the set.
        path: &'a str,
        /// Its size.
        bytes: u64,
    },
}

/// What came of a fetch.
#[derive(Debug)]
#[must_use]
pub struct Fetched {
    /// Number of files that had been there.
    pub already: usize,
    /// Paths of the files that came, in this order.
    pub came: Vec<String>,
    /// Paths of the files that are still missing.
    pub missing: Vec<String>,
    /// Who was asked in vain.
    pub tried: Vec<Tried>,
}

/// A mirror, or a local copy, that did not give what it was asked for.
#[derive(Debug)]
pub struct Tried {
    /// The mirror's address, or the path of the local copies.
    pub address: String,
    /// A file, or a folder of the set; empty for the whole set.
    pub asked_for: String,
    /// What went wrong.
    pub failure: Failure,
}

impl Fetched {
    pub(super) fn nothing_to_do(set: &DataSet) -> Self {
        Self {
            already: set.files.len(),
            came: Vec::new(),
            missing: Vec::new(),
            tried: Vec::new(),
        }
    }

    /// Whether all files are there now.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Who was asked for a missing file, and what each answered. Nobody, where no mirror is
    /// known to have it.
    pub fn why(&self, path: &str) -> impl Iterator<Item = &Tried> {
        let concerns = move |tried: &&Tried| Path::new(path).starts_with(&tried.asked_for);
        self.tried.iter().filter(concerns)
    }
}

/// Why a fetch had to end early.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The cache cannot be written.
    #[error(
        "cannot write {}: expected a folder with space, in which one may write",
        path.display()
    )]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// The set cannot be locked against other processes.
    #[error("cannot lock {}: expected a file system that knows locks", path.display())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// Local copies cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A local archive is refused.
    #[error(transparent)]
    Archive(ArchiveError),
}

impl FetchError {
    pub(in crate::sets) fn write(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        Self::Write { path, source }
    }

    pub(in crate::sets) fn read(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        Self::Read { path, source }
    }
}
