//! What a manifest says of a data set.
//!
//! Manifests are part of this crate, and a test checks them: paths are relative, unique and plain,
//! addresses are http or https, and each source speaks of files that exist.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// A data set: the keys of its `manifest.toml`, and the tables beside it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSet {
    /// What it is called: in commands, and as its folder in the cache.
    #[serde(skip)]
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
    #[serde(default, rename = "split")]
    pub splits: Vec<Split>,
    /// Each file, by path.
    #[serde(skip)]
    pub files: Vec<DataFile>,
    /// Where the files come from; asked in this order, for what is still missing.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// Contents of the files with [`Source::Embedded`], by path.
    #[serde(skip)]
    pub(super) embedded: Vec<(String, String)>,
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
    /// Its size. So much memory is needed to fetch it.
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

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("datasets/{set}/{file} cannot be used: {reason}")]
pub struct ManifestError {
    set: String,
    file: &'static str,
    reason: String,
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

    /// The file of that path.
    pub(super) fn file(&self, path: &str) -> Option<&DataFile> {
        self.files.iter().find(|file| file.path == path)
    }

    /// A data set from the text of its `manifest.toml` and `files.csv`, and the contents of its
    /// embedded files by path.
    ///
    /// # Errors
    /// Texts that are not of this form.
    pub fn parse(
        name: &str,
        manifest: &str,
        files: &str,
        embedded: &[(&str, &str)],
    ) -> Result<Self, ManifestError> {
        let set: Self =
            toml::from_str(manifest).map_err(|error| broken(name, "manifest.toml", error))?;
        let rows = csv::Reader::from_reader(files.as_bytes()).into_deserialize();
        let files = rows
            .collect::<Result<_, _>>()
            .map_err(|error| broken(name, "files.csv", error))?;
        let owned = |(path, content): &(&str, &str)| ((*path).to_owned(), (*content).to_owned());
        Ok(Self {
            name: name.to_owned(),
            files,
            embedded: embedded.iter().map(owned).collect(),
            ..set
        })
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

fn broken(set: &str, file: &'static str, reason: impl Display) -> ManifestError {
    ManifestError {
        set: set.to_owned(),
        file,
        reason: reason.to_string(),
    }
}
