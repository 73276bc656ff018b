//! The cache: what lies there, and the only way into it.
//!
//! Only the right bytes get in, and each file appears at once.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{DataFile, DataSet, Event, FetchError, Source};
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
fn by_content(file: &DataFile, folder: &Path) -> Option<FileState> {
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

/// The folder of a set in the cache, locked against other processes, and what is missing there.
pub struct Cache<'a> {
    set: &'a DataSet,
    folder: PathBuf,
    missing: Vec<&'a DataFile>,
    came: Vec<String>,
    /// The system lets go of it when the process ends, however it ends.
    _lock: File,
}

impl<'a> Cache<'a> {
    /// Waits until no other process fetches the set, and looks which files are missing or wrong.
    pub fn open(
        set: &'a DataSet,
        root: &Path,
        on_event: &mut dyn FnMut(Event<'_>),
    ) -> Result<Self, FetchError> {
        let lock = lock(set, root, on_event)?;
        let folder = set.folder(root);
        fs::create_dir_all(&folder).map_err(FetchError::write(&folder))?;
        let wrong = |file: &&DataFile| by_content(file, &folder).is_some();
        let missing = set.files.iter().filter(wrong).collect();
        Ok(Self {
            set,
            folder,
            missing,
            came: Vec::new(),
            _lock: lock,
        })
    }

    /// Whether a file that may come from there is missing.
    pub fn misses(&self, source: &Source) -> bool {
        self.missing.iter().any(|file| source.may_give(&file.path))
    }

    /// Whether nothing is missing any more.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }

    /// Whether a content of this size may be that of a missing file.
    pub fn wants(&self, bytes: u64) -> bool {
        self.missing.iter().any(|file| file.bytes == bytes)
    }

    /// Where a source is downloaded to, until it is whole. Mirrors have different archives.
    pub fn part(&self, source: &Source, mirror: &str) -> PathBuf {
        self.folder.join(match source {
            Source::Archive { .. } => {
                let sum = bounded::sha256(mirror.as_bytes());
                format!(".archive-{}.part", &sum[..16])
            }
            _ => format!("{}.part", source.scope()),
        })
    }

    /// Puts a content in each place where it is missing. Gives its SHA-256.
    pub fn offer(&mut self, content: &[u8]) -> Result<String, FetchError> {
        let sha256 = bounded::sha256(content);
        let (found, missing): (Vec<&DataFile>, _) =
            self.missing.iter().partition(|file| file.sha256 == sha256);
        for file in found {
            self.place(content, &file.path)?;
            self.came.push(file.path.clone());
        }
        self.missing = missing;
        Ok(sha256)
    }

    /// Lets a file appear in its place, whole.
    fn place(&self, content: &[u8], path: &str) -> Result<(), FetchError> {
        let path = self.folder.join(path);
        let place = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            let incoming = self.incoming();
            let mut file = File::create(&incoming)?;
            file.write_all(content)?;
            // On disk before it has its name: after a loss of power there is all of it or none.
            file.sync_all()?;
            fs::rename(incoming, &path)
        };
        place().map_err(FetchError::write(&path))
    }

    fn incoming(&self) -> PathBuf {
        self.folder.join(".incoming.part")
    }

    /// Removes partial files that are of no use any more; those of downloads are kept for the
    /// next time, as long as something is missing. Gives the paths of the files that came, and
    /// of those still missing.
    pub fn finish(self) -> (Vec<String>, Vec<String>) {
        let mut partial_files = vec![self.incoming()];
        if self.is_complete() {
            let mirrors = |source: &'a Source| {
                let part = |mirror: &'a String| self.part(source, mirror);
                source.mirrors().iter().map(part).collect::<Vec<_>>()
            };
            partial_files.extend(self.set.sources.iter().flat_map(mirrors));
        }
        for path in partial_files {
            let _ = fs::remove_file(path);
        }
        let missing = self.missing.iter().map(|file| file.path.clone()).collect();
        (self.came, missing)
    }
}

/// Waits until no other process holds the lock of this set, and takes it.
fn lock(
    set: &DataSet,
    root: &Path,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<File, FetchError> {
    fs::create_dir_all(root).map_err(FetchError::write(root))?;
    // Beside the folder of the set, and never removed: a process that removed it could take it
    // away from one that already waits for it.
    let path = root.join(format!(".{}.lock", set.name));
    let file = File::create(&path).map_err(FetchError::write(&path))?;
    if let Err(TryLockError::WouldBlock) = file.try_lock() {
        on_event(Event::Waiting { lock: &path });
    }
    file.lock().map_err(FetchError::write(&path))?;
    Ok(file)
}
