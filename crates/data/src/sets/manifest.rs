//! From the texts of a manifest to a [`DataSet`]: everything is checked once, here.

use std::collections::HashSet;

use serde::Deserialize;
use ureq::http::Uri;

use super::{DataFile, DataSet, Source, Split};

/// Why a manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// `manifest.toml` is not TOML, lacks a key, or has one that is not known.
    #[error("datasets/{set}/manifest.toml cannot be used")]
    Toml {
        /// The data set.
        set: String,
        /// What the parser met.
        source: toml::de::Error,
    },
    /// `files.csv` is not a table of path, bytes and sha256.
    #[error("datasets/{set}/files.csv cannot be used")]
    Csv {
        /// The data set.
        set: String,
        /// What the parser met.
        source: csv::Error,
    },
    /// A rule of manifests is broken.
    #[error("the manifest of {set}: expected {expected}, found {found}")]
    Rule {
        /// The data set.
        set: String,
        /// The rule.
        expected: &'static str,
        /// What breaks it.
        found: String,
    },
}

/// `manifest.toml`, key by key.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    title: String,
    description: String,
    home: String,
    terms: String,
    citation: String,
    #[serde(default, rename = "split")]
    splits: Vec<Split>,
    #[serde(rename = "source")]
    sources: Vec<Source>,
}

impl DataSet {
    /// A data set from the text of its `manifest.toml` and `files.csv`, and the contents of its
    /// embedded files by path.
    ///
    /// # Errors
    /// See [`ManifestError`]: paths are relative, unique and plain, sums have 64 hexadecimal
    /// digits, addresses are http or https, and each source speaks of files that exist.
    pub fn parse(
        name: &str,
        manifest: &str,
        files: &str,
        embedded: &[(&str, &str)],
    ) -> Result<Self, ManifestError> {
        let manifest: Manifest = toml::from_str(manifest).map_err(|source| {
            let set = name.to_owned();
            ManifestError::Toml { set, source }
        })?;
        let owned = |(path, content): &(&str, &str)| ((*path).to_owned(), (*content).to_owned());
        let set = Self {
            name: name.to_owned(),
            title: manifest.title,
            description: manifest.description,
            home: manifest.home,
            terms: manifest.terms,
            citation: manifest.citation,
            splits: manifest.splits,
            files: read_files(name, files)?,
            sources: manifest.sources,
            embedded: embedded.iter().map(owned).collect(),
        };
        set.check_name()?;
        set.check_files()?;
        set.sources
            .iter()
            .try_for_each(|source| set.check_source(source))?;
        Ok(set)
    }

    fn check_name(&self) -> Result<(), ManifestError> {
        self.rule(
            is_plain_path(&self.name) && !self.name.contains('/'),
            "a name that can be a folder",
            &self.name,
        )
    }

    fn check_files(&self) -> Result<(), ManifestError> {
        // Compared without case, for file systems that do so.
        let mut paths = HashSet::new();
        for file in &self.files {
            let path = &file.path;
            self.rule(is_plain_path(path), "relative paths with plain names", path)?;
            self.rule(paths.insert(path.to_lowercase()), "each path once", path)?;
            self.rule(
                is_sha256(&file.sha256),
                "SHA-256 as 64 digits, lower case",
                &file.sha256,
            )?;
        }
        self.rule(!self.files.is_empty(), "at least one file", "none")
    }

    fn check_source(&self, source: &Source) -> Result<(), ManifestError> {
        let scope = source.scope();
        let known = match source {
            Source::File { .. } => self.file(scope).is_some(),
            Source::Archive { .. } => self.files.iter().any(|file| source.may_give(&file.path)),
            Source::Embedded { .. } => {
                let content = self.embedded.iter().any(|(path, _)| path == scope);
                return self.rule(
                    content && self.file(scope).is_some(),
                    "embedded files of files.csv with their content",
                    scope,
                );
            }
        };
        self.rule(known, "sources of files that are in files.csv", scope)?;
        let mirrors = source.mirrors();
        self.rule(!mirrors.is_empty(), "at least one mirror a source", scope)?;
        let bad = mirrors.iter().find(|mirror| !is_web_address(mirror));
        bad.map_or(Ok(()), |bad| {
            self.rule(false, "http and https addresses", bad)
        })
    }

    fn rule(&self, kept: bool, expected: &'static str, found: &str) -> Result<(), ManifestError> {
        if kept {
            return Ok(());
        }
        Err(ManifestError::Rule {
            set: self.name.clone(),
            expected,
            found: format!("\"{found}\""),
        })
    }
}

fn read_files(set: &str, text: &str) -> Result<Vec<DataFile>, ManifestError> {
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize();
    rows.collect::<Result<_, _>>().map_err(|source| {
        let set = set.to_owned();
        ManifestError::Csv { set, source }
    })
}

/// Relative, with slashes, of names that mean the same on every system. Names that end in
/// `.part` or begin with a dot are those of unfinished downloads.
fn is_plain_path(path: &str) -> bool {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    path.split('/').all(|name| {
        !name.is_empty()
            && !name.starts_with('.')
            && !name.ends_with('.')
            && !name.ends_with(".part")
            && name.chars().all(plain)
    })
}

fn is_sha256(text: &str) -> bool {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    text.len() == 64 && text.bytes().all(digit)
}

fn is_web_address(text: &str) -> bool {
    let scheme = text.starts_with("http://") || text.starts_with("https://");
    scheme && text.parse::<Uri>().is_ok_and(|uri| uri.host().is_some())
}
