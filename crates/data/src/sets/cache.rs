//! The way into the cache: only the right bytes get in, and each file appears at once.

use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::verify::by_content;
use super::{DataFile, DataSet, Event, FetchError, Source};
use crate::bounded;

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
