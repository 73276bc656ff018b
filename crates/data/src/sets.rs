//! Data sets of other people: what they are, which bytes they have, and how to get them.
//!
//! A data set is a manifest, and its manifest is part of this crate: title, terms, citation,
//! mirrors, and path, size and SHA-256 of each file. The files themselves never are; [`fetch`]
//! brings them into a folder, the cache, as `<root>/<set>/<path>`. [`verify`] says what lies
//! there, [`glance`] does so by sizes alone.
//!
//! Trust rests on SHA-256 alone. A mirror may send anything, and nobody has to believe the names
//! within an archive: a file is recognised by its content, wherever it comes from.

mod archive;
mod copying;
mod download;
mod embedded;
mod fetch;
mod intake;
mod local;
mod lock;
mod manifest;
mod verify;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;

pub use archive::{ArchiveError, Limits, Problem};
pub use download::Failure;
pub use fetch::{Event, FetchError, FetchOptions, Fetched, Tried, fetch};
pub use manifest::ManifestError;
pub use verify::{FileState, Verified, glance, present, verify};

/// A data set, as its manifest tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataSet {
    /// What it is called: in commands, and as its folder in the cache.
    pub name: String,
    /// One line.
    pub title: String,
    /// What there is: how many, of which size and format.
    pub description: String,
    /// Where its authors publish it.
    pub home: String,
    /// Who may do what with it, as far as known.
    pub terms: String,
    /// The publication that its users cite.
    pub citation: String,
    /// How the authors, or those who use it, divide it; none where nobody does.
    pub splits: Vec<Split>,
    /// Each file, by path.
    pub files: Vec<DataFile>,
    /// Where the files come from; asked in this order, for what is still missing.
    pub sources: Vec<Source>,
    /// Contents of the files with [`Source::Embedded`], by path.
    embedded: Vec<(String, String)>,
}

/// A part of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// `train` or `test`.
    pub name: String,
    /// Number of examples.
    pub items: u64,
    /// What an example is, and who divided them.
    pub what: String,
}

/// A file of a data set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataFile {
    /// Path in the folder of the set, with slashes.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its content, in hexadecimal.
    pub sha256: String,
}

/// Where files of a data set come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Source {
    /// One file as it is.
    File {
        /// The file.
        path: String,
        /// Addresses, asked in this order.
        mirrors: Vec<String>,
    },
    /// Files within a zip, a tar or a tar.gz. Each mirror may have its own archive.
    Archive {
        /// The folder whose files may be in there; without it, any file of the set.
        #[serde(default)]
        under: String,
        /// Whether zips within the archive are looked into as well.
        #[serde(default)]
        nested: bool,
        /// Addresses, asked in this order.
        mirrors: Vec<String>,
    },
    /// A small text of numbers or names, which is part of this crate.
    Embedded {
        /// The file.
        path: String,
    },
}

impl DataSet {
    /// Where its files lie in the cache `root`.
    #[must_use]
    pub fn folder(&self, root: &Path) -> PathBuf {
        root.join(&self.name)
    }

    /// Size of all files together.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    fn file(&self, path: &str) -> Option<&DataFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

impl Source {
    /// The file, or the folder whose files, this may give; empty for the whole set.
    #[must_use]
    pub fn scope(&self) -> &str {
        match self {
            Self::File { path, .. } | Self::Embedded { path } => path,
            Self::Archive { under, .. } => under,
        }
    }

    /// Addresses, in the order in which they are asked.
    #[must_use]
    pub fn mirrors(&self) -> &[String] {
        match self {
            Self::File { mirrors, .. } | Self::Archive { mirrors, .. } => mirrors,
            Self::Embedded { .. } => &[],
        }
    }

    /// Whether the file `path` may come from here.
    #[must_use]
    pub fn may_give(&self, path: &str) -> bool {
        Path::new(path).starts_with(self.scope())
    }
}

/// All data sets, by name.
#[must_use]
pub fn all() -> &'static [DataSet] {
    static SETS: LazyLock<Vec<DataSet>> = LazyLock::new(embedded::parse);
    &SETS
}

/// The data set of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static DataSet> {
    all().iter().find(|set| set.name == name)
}
