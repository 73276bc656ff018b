//! What lies in the cache: all files in a glance, or each one read and compared.

use std::collections::HashSet;
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

/// Whether each file of the set is in the cache `root` and has its size. Contents are not read.
#[must_use]
pub fn present(set: &DataSet, root: &Path) -> bool {
    let folder = set.folder(root);
    set.files.iter().all(|file| {
        fs::metadata(folder.join(&file.path))
            .is_ok_and(|found| found.is_file() && found.len() == file.bytes)
    })
}

/// Compares one file with the manifest.
pub(super) fn state(file: &DataFile, folder: &Path) -> FileState {
    let path = folder.join(&file.path);
    match fs::metadata(&path).and_then(|found| compare(file, &path, &found)) {
        Ok(state) => state,
        Err(error) if error.kind() == io::ErrorKind::NotFound => FileState::Missing,
        Err(error) => FileState::Unreadable {
            reason: error.to_string(),
        },
    }
}

fn compare(file: &DataFile, path: &Path, found: &fs::Metadata) -> io::Result<FileState> {
    if !found.is_file() {
        return Err(io::Error::other("not a plain file"));
    }
    if found.len() != file.bytes {
        return Ok(FileState::OtherSize { found: found.len() });
    }
    let found = sha256_of(path)?;
    Ok(if found == file.sha256 {
        FileState::Fine
    } else {
        FileState::OtherContent { found }
    })
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
