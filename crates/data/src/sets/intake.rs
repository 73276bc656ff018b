//! The way into the cache: only the right bytes get in, and each file appears at once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::archive::{TakeError, Visitor};
use super::copying::{CopyError, copy};
use super::verify::{FileState, sha256_of, state};
use super::{DataFile, DataSet, Event, FetchError, Source};
use crate::bounded;

/// Where a content is kept until its sum is known.
const INCOMING: &str = ".incoming.part";
/// Where a second copy of a content grows.
const COPY: &str = ".copy.part";

/// What is still missing of a set. Held with the lock of the set: file names below are its own.
pub struct Intake<'a> {
    /// The set.
    pub set: &'a DataSet,
    /// Who is told what happens.
    pub on_event: &'a mut dyn FnMut(Event<'_>),
    folder: PathBuf,
    missing: Vec<&'a DataFile>,
    came: Vec<String>,
}

impl<'a> Intake<'a> {
    /// Looks which files are missing, or wrong.
    pub fn open(
        set: &'a DataSet,
        root: &Path,
        on_event: &'a mut dyn FnMut(Event<'_>),
    ) -> Result<Self, FetchError> {
        let folder = set.folder(root);
        fs::create_dir_all(&folder).map_err(|source| FetchError::write(&folder, source))?;
        let wrong = |file: &&DataFile| state(file, &folder) != FileState::Fine;
        let missing = set.files.iter().filter(wrong).collect();
        Ok(Self {
            set,
            on_event,
            folder,
            missing,
            came: Vec::new(),
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

    /// Where a file is downloaded to, until it is whole.
    pub fn part(&self, path: &str) -> PathBuf {
        self.folder.join(format!("{path}.part"))
    }

    /// Where the archive of a mirror is downloaded to. Mirrors have different archives.
    pub fn archive_part(&self, address: &str) -> PathBuf {
        let sum = bounded::sha256(address.as_bytes());
        self.folder.join(format!(".archive-{}.part", &sum[..16]))
    }

    /// Takes a text that is part of this crate.
    pub fn take_embedded(&mut self, content: &str) -> Result<(), FetchError> {
        match self.offer(content.len() as u64, &mut Cursor::new(content)) {
            Ok(_) => Ok(()),
            Err(TakeError::Keep(error)) => Err(error),
            Err(TakeError::Read(_)) => Ok(()), // A text in memory can always be read.
        }
    }

    /// Takes a content if it is that of a missing file, and says whether it was.
    pub fn offer(&mut self, bytes: u64, content: &mut dyn Read) -> Result<bool, TakeError> {
        let incoming = self.folder.join(INCOMING);
        let keep = |source| TakeError::Keep(FetchError::write(&incoming, source));
        let mut file = File::create(&incoming).map_err(keep)?;
        let mut digest = Sha256::new();
        // One byte more than it should have: what is longer has another sum.
        copy(&mut content.take(bytes + 1), |chunk| {
            digest.update(chunk);
            file.write_all(chunk)
        })
        .map_err(|error| match error {
            CopyError::Read(error) => TakeError::Read(error),
            CopyError::Write(error) => keep(error),
        })?;
        drop(file);
        let sha256 = bounded::hexadecimal(&digest.finalize());
        self.settle(&incoming, &sha256).map_err(TakeError::Keep)
    }

    /// Takes a whole download if it is a missing file, removes it if not, and gives its SHA-256.
    pub fn take_part(&mut self, part: &Path) -> Result<String, FetchError> {
        let failed = |source| FetchError::write(part, source);
        let sha256 = sha256_of(part).map_err(failed)?;
        if !self.settle(part, &sha256)? {
            fs::remove_file(part).map_err(failed)?;
        }
        Ok(sha256)
    }

    /// Moves a whole file to each place where its content is missing.
    fn settle(&mut self, from: &Path, sha256: &str) -> Result<bool, FetchError> {
        let (found, missing): (Vec<&DataFile>, _) =
            self.missing.iter().partition(|file| file.sha256 == sha256);
        let Some((last, others)) = found.split_last() else {
            return Ok(false);
        };
        for file in others {
            let copy = self.folder.join(COPY);
            fs::copy(from, &copy).map_err(|source| FetchError::write(&copy, source))?;
            self.place(&copy, file)?;
        }
        self.place(from, last)?;
        self.missing = missing;
        Ok(true)
    }

    /// Lets a file appear in its place, whole.
    fn place(&mut self, from: &Path, file: &DataFile) -> Result<(), FetchError> {
        let path = self.folder.join(&file.path);
        let place = || {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            // On disk before it has its name: after a loss of power there is all of it or none.
            File::options().write(true).open(from)?.sync_all()?;
            fs::rename(from, &path)
        };
        place().map_err(|source| FetchError::write(&path, source))?;
        self.came.push(file.path.clone());
        (self.on_event)(Event::Placed {
            path: &file.path,
            bytes: file.bytes,
        });
        Ok(())
    }

    /// Ends the intake: paths of the files that came, and of those still missing.
    pub fn finish(self) -> (Vec<String>, Vec<String>) {
        self.sync_folders();
        self.clear_up();
        let missing = self.missing.iter().map(|file| file.path.clone()).collect();
        (self.came, missing)
    }

    /// The new names reach the disk last. Where folders cannot be synced, a loss of power can
    /// cost names, and the next fetch brings them again.
    fn sync_folders(&self) {
        let parent = |path: &String| self.folder.join(path).parent().map(Path::to_path_buf);
        let folders: BTreeSet<_> = self.came.iter().filter_map(parent).collect();
        for folder in folders {
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
    }

    /// Removes what is of no use any more. Unfinished downloads are kept for the next time, as
    /// long as there is one.
    fn clear_up(&self) {
        let mut leftovers = vec![self.folder.join(INCOMING), self.folder.join(COPY)];
        if self.is_complete() {
            for source in &self.set.sources {
                leftovers.push(self.part(source.scope()));
                leftovers.extend(
                    source
                        .mirrors()
                        .iter()
                        .map(|mirror| self.archive_part(mirror)),
                );
            }
        }
        for path in leftovers {
            let _ = fs::remove_file(path);
        }
    }
}

impl Visitor for Intake<'_> {
    fn wants(&self, bytes: u64) -> bool {
        self.missing.iter().any(|file| file.bytes == bytes)
    }

    fn take(&mut self, bytes: u64, content: &mut dyn Read) -> Result<(), TakeError> {
        self.offer(bytes, content).map(drop)
    }
}
