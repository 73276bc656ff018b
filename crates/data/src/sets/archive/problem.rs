//! Why an archive is refused.

use std::io;

#[cfg(doc)]
use super::Limits;

/// An archive that is refused, and why.
#[derive(Debug, thiserror::Error)]
#[error("{archive} is refused: {problem}")]
pub struct ArchiveError {
    /// Its path or address.
    pub archive: String,
    /// Why it is refused.
    pub problem: Problem,
}

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It is something else.
    #[error("expected a zip, a tar or a tar.gz, found something else")]
    NotAnArchive,
    /// It breaks off, or does not fit together.
    #[error("it is damaged ({0})")]
    Damaged(io::Error),
    /// A name that leads out of the archive.
    #[error("expected relative names without \"..\", found \"{name}\"")]
    Name {
        /// The name of the entry.
        name: String,
    },
    /// Two entries of one name.
    #[error("it has two entries of one name")]
    Duplicate,
    /// An entry that is neither a plain file nor a folder.
    #[error("expected plain files and folders, found {found}: \"{name}\"")]
    Kind {
        /// The name of the entry.
        name: String,
        /// What it is.
        found: &'static str,
    },
    /// More entries than [`Limits::entries`].
    #[error("it has more than the {limit} entries that are allowed")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
    /// An entry of more than [`Limits::entry_bytes`].
    #[error("\"{name}\" has {bytes} bytes, and at most {limit} are allowed")]
    EntryTooLarge {
        /// The name of the entry.
        name: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// It unpacks to more than [`Limits::unpacked_bytes`] or [`Limits::ratio`] allow.
    #[error("it unpacks to more than the {limit} bytes that are allowed for its size")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
}
