//! What lies in the cache: all files in a glance, or each one read and compared.

use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use super::{DataFile, DataSet};
use crate::bounded;

/// What is wrong with a file in the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// There is no such file.
    Missing,
    /// It has another size, in bytes.
    OtherSize(u64),
    /// It has the right size and other content, with this SHA-256 in hexadecimal.
    OtherContent(String),
    /// It cannot be read, or is no plain file: the system's answer.
    Unreadable(String),
}

/// `another size, 999 bytes`.
impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::OtherSize(bytes) => write!(f, "another size, {bytes} bytes"),
            Self::OtherContent(sha256) => write!(f, "other content, SHA-256 {sha256}"),
            Self::Unreadable(reason) => write!(f, "cannot be read: {reason}"),
        }
    }
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified<'a> {
    /// Files that have not the bytes of the manifest, in its order.
    pub wrong: Vec<(&'a DataFile, FileState)>,
    /// Number of files in the folder that are not part of the set.
    pub extra: usize,
}

/// Reads each file of the set in the cache `root` and compares its SHA-256.
#[must_use]
pub fn verify<'a>(set: &'a DataSet, root: &Path) -> Verified<'a> {
    let folder = set.folder(root);
    let files = set.files.iter();
    Verified {
        wrong: files
            .filter_map(|file| Some((file, by_content(file, &folder)?)))
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
    let files = set.files.iter();
    files.filter_map(move |file| Some((file, by_size(file, &folder)?)))
}

/// What is wrong with a file, as far as its content tells.
pub(super) fn by_content(file: &DataFile, folder: &Path) -> Option<FileState> {
    if let Some(wrong) = by_size(file, folder) {
        return Some(wrong);
    }
    match bounded::read(&folder.join(&file.path), file.bytes) {
        Ok(content) => {
            let found = bounded::sha256(&content.unwrap_or_default());
            (found != file.sha256).then_some(FileState::OtherContent(found))
        }
        Err(error) => Some(failed(&error)),
    }
}

fn by_size(file: &DataFile, folder: &Path) -> Option<FileState> {
    match fs::metadata(folder.join(&file.path)) {
        Ok(found) if !found.is_file() => Some(FileState::Unreadable("not a plain file".to_owned())),
        Ok(found) if found.len() != file.bytes => Some(FileState::OtherSize(found.len())),
        Ok(_) => None,
        Err(error) => Some(failed(&error)),
    }
}

fn failed(error: &io::Error) -> FileState {
    match error.kind() {
        io::ErrorKind::NotFound => FileState::Missing,
        _ => FileState::Unreadable(error.to_string()),
    }
}

/// Plain files below the folder that the manifest does not name. What cannot be read is passed
/// over: these files are counted for information, nothing depends on them.
fn count_extra(set: &DataSet, folder: &Path) -> usize {
    let own = set.files.iter().map(|file| folder.join(&file.path));
    let own: HashSet<_> = own.collect();
    let mut folders = vec![folder.to_path_buf()];
    let mut extra = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
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
