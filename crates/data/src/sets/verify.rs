//! What lies in the cache: all files in a glance, or each one read and compared.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{DataFile, DataSet};
use crate::bounded;

/// What is known of a file in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// It has the bytes of the manifest.
    Fine,
    /// There is no such file.
    Missing,
    /// It has another size.
    OtherSize {
        /// Its size in bytes.
        found: u64,
    },
    /// It has the right size and other content.
    OtherContent {
        /// Its SHA-256, in hexadecimal.
        found: String,
    },
    /// It cannot be read, or is no plain file.
    Unreadable {
        /// The system's answer.
        reason: String,
    },
}

/// `another size, 999 bytes`.
impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine => f.write_str("fine"),
            Self::Missing => f.write_str("missing"),
            Self::OtherSize { found } => write!(f, "another size, {found} bytes"),
            Self::OtherContent { found } => write!(f, "other content, SHA-256 {found}"),
            Self::Unreadable { reason } => write!(f, "cannot be read: {reason}"),
        }
    }
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<'a> {
    /// Each file of the set, in the order of its manifest.
    pub files: Vec<(&'a DataFile, FileState)>,
    /// Number of files in the folder that are not part of the set.
    pub extra: usize,
}

impl<'a> Verified<'a> {
    /// Whether each file has the bytes of the manifest.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.wrong().next().is_none()
    }

    /// Files that are not fine.
    pub fn wrong(&self) -> impl Iterator<Item = &(&'a DataFile, FileState)> {
        self.files
            .iter()
            .filter(|(_, state)| *state != FileState::Fine)
    }
}

/// Reads each file of the set in the cache `root` and compares its SHA-256.
#[must_use]
pub fn verify<'a>(set: &'a DataSet, root: &Path) -> Verified<'a> {
    let folder = set.folder(root);
    Verified {
        files: set
            .files
            .iter()
            .map(|file| (file, state(file, &folder)))
            .collect(),
        extra: count_extra(set, &folder),
    }
}

/// Files of the set that are not in the cache `root` with their size, in the order of the
/// manifest. Contents are not read.
pub fn glance<'a>(
    set: &'a DataSet,
    root: &Path,
) -> impl Iterator<Item = (&'a DataFile, FileState)> {
    let folder = set.folder(root);
    let states = set.files.iter();
    let states = states.map(move |file| (file, state_by_size(file, &folder.join(&file.path))));
    states.filter(|(_, state)| *state != FileState::Fine)
}

/// Whether each file of the set is in the cache `root` and has its size. Contents are not read.
#[must_use]
pub fn present(set: &DataSet, root: &Path) -> bool {
    glance(set, root).next().is_none()
}

/// Compares one file with the manifest.
pub(super) fn state(file: &DataFile, folder: &Path) -> FileState {
    let path = folder.join(&file.path);
    match state_by_size(file, &path) {
        FileState::Fine => match sha256_of(&path) {
            Ok(found) if found == file.sha256 => FileState::Fine,
            Ok(found) => FileState::OtherContent { found },
            Err(error) => failed(&error),
        },
        other => other,
    }
}

fn state_by_size(file: &DataFile, path: &Path) -> FileState {
    match fs::metadata(path) {
        Ok(found) if !found.is_file() => FileState::Unreadable {
            reason: "not a plain file".to_owned(),
        },
        Ok(found) if found.len() != file.bytes => FileState::OtherSize { found: found.len() },
        Ok(_) => FileState::Fine,
        Err(error) => failed(&error),
    }
}

fn failed(error: &io::Error) -> FileState {
    match error.kind() {
        io::ErrorKind::NotFound => FileState::Missing,
        _ => FileState::Unreadable {
            reason: error.to_string(),
        },
    }
}

/// SHA-256 of a file of any size, in hexadecimal.
pub(super) fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(bounded::hexadecimal(&digest.finalize())),
            count => digest.update(&buffer[..count]),
        }
    }
}

/// Plain files below the folder that the manifest does not name. What cannot be read is passed
/// over: these files are counted for information, nothing depends on them.
fn count_extra(set: &DataSet, folder: &Path) -> usize {
    let own: HashSet<_> = set
        .files
        .iter()
        .map(|file| folder.join(&file.path))
        .collect();
    let mut folders = vec![folder.to_path_buf()];
    let mut extra = 0;
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for entry in entries {
            // A link to a folder is not followed: it may lead in a circle.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                Ok(_) => extra += usize::from(!own.contains(&entry.path())),
                Err(_) => {}
            }
        }
    }
    extra
}
