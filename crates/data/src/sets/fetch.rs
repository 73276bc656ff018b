//! Bringing what is missing of a data set: from this crate, from local copies, from mirrors.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Serialize;
use ureq::Agent;

use super::archive::unpack;
use super::cache::Cache;
use super::download::{DownloadError, Size, agent, download};
use super::{ArchiveError, DataSet, Source, verify};
use crate::bounded;

/// Settings of [`fetch`]: what it may do, and how patient it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchOptions {
    /// Opens no connection: only local copies and what is part of this crate.
    pub offline: bool,
    /// Local copies, which are taken instead of asking mirrors: a folder, an archive or a file.
    /// Contents count, names do not.
    pub from: Option<PathBuf>,
    /// Whether `HTTPS_PROXY`, `NO_PROXY` and their like are followed.
    pub proxy_from_environment: bool,
    /// Longest time without a byte, and for the head of an answer.
    pub stall_timeout: Duration,
    /// Longest time for the body of one answer, of a redirection too; then it is broken off, and
    /// the rest is asked for.
    pub body_timeout: Duration,
    /// How often a mirror is asked again after a failure that may pass. Attempts that brought a
    /// MiB are not counted.
    pub retries: u32,
    /// Wait before the first retry; doubled for each further one, up to half a minute.
    pub backoff: Duration,
    /// The largest archive that a mirror may send, in bytes.
    pub largest_archive: u64,
    /// The most that an archive is unpacked to, in bytes.
    pub largest_unpacked: u64,
}

impl Default for FetchOptions {
    /// Patience for a slow line, and room for a snapshot of a large repository.
    fn default() -> Self {
        const GIB: u64 = 1024 * 1024 * 1024;
        Self {
            offline: false,
            from: None,
            proxy_from_environment: true,
            stall_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10 * 60),
            retries: 4,
            backoff: Duration::from_secs(1),
            largest_archive: GIB,
            largest_unpacked: 4 * GIB,
        }
    }
}

/// Something that happens during a fetch.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another process fetches the same set; this one waits for it.
    Waiting {
        /// The file that the other one holds locked.
        lock: &'a Path,
    },
    /// An answer begins, or bytes of it have come.
    Received {
        /// The mirror's address.
        address: &'a str,
        /// Bytes that are there by now, those of earlier attempts among them.
        bytes: u64,
        /// Bytes of the whole, if known.
        total: Option<u64>,
    },
    /// An attempt failed, and the mirror is asked again.
    Retrying {
        /// The mirror's address.
        address: &'a str,
        /// What went wrong.
        failure: &'a str,
        /// The wait before the next attempt.
        wait: Duration,
    },
    /// The mirror did not help; the next one is asked, if there is one.
    Failed {
        /// The mirror's address, or the path of the local copies.
        address: &'a str,
        /// What went wrong.
        failure: &'a str,
    },
    /// An archive is there, and its files are looked through.
    Unpacking {
        /// The mirror's address.
        address: &'a str,
    },
}

/// What came of a fetch.
#[derive(Debug, Serialize)]
#[must_use]
pub struct Fetched {
    /// Number of files that had been there.
    pub already: usize,
    /// Paths of the files that came, in this order.
    pub came: Vec<String>,
    /// Paths of the files that are still missing.
    pub missing: Vec<String>,
    /// Mirrors and local copies that did not give what they were asked for.
    pub tried: Vec<Tried>,
}

/// A mirror, or a local copy, that did not give what it was asked for.
#[derive(Debug, Serialize)]
pub struct Tried {
    /// The mirror's address, or the path of the local copies.
    pub address: String,
    /// A file, or a folder of the set; empty for the whole set.
    pub asked_for: String,
    /// What went wrong.
    pub failure: String,
}

impl Fetched {
    /// Whether all files are there now.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty()
    }
}

/// Why a fetch had to end early.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The cache cannot be written, or not locked against other processes.
    #[error("cannot write {}: expected a folder with space, in which one may write", .0.display())]
    Write(PathBuf, #[source] io::Error),
    /// Local copies cannot be read.
    #[error("cannot read {}", .0.display())]
    Read(PathBuf, #[source] io::Error),
    /// A local archive is refused.
    #[error("{} is refused: {problem}", .0.display(), problem = .1)]
    Archive(PathBuf, ArchiveError),
}

impl FetchError {
    /// Names the file that cannot be written.
    pub(super) fn write(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Write(path.to_path_buf(), source)
    }

    /// Names the file that cannot be read.
    pub(super) fn read(path: &Path) -> impl Fn(io::Error) -> Self {
        |source| Self::Read(path.to_path_buf(), source)
    }
}

/// What is said of a mirror or a copy that has no file with the right bytes.
const LACKS: &str = "some files are not there, or have other bytes";

/// Brings the files of `set` that the cache `root` lacks, or has with wrong bytes.
///
/// Files that are there and right are left alone, and when all are, nothing is written, locked or
/// asked. Several processes may fetch at once: one does, the others wait and find the files there.
/// A download that breaks off, or whose process is killed, goes on where it stopped.
///
/// ```no_run
/// use retrace_data::sets::{FetchOptions, fetch, find};
///
/// let mnist = find("mnist").expect("its manifest is part of this crate");
/// let fetched = fetch(mnist, "cache".as_ref(), &FetchOptions::default(), &mut |_event| {})?;
/// for tried in &fetched.tried {
///     eprintln!("{}: {}", tried.address, tried.failure);
/// }
/// # Ok::<(), retrace_data::sets::FetchError>(())
/// ```
///
/// # Errors
/// A cache that cannot be written, a local copy that cannot be read. A mirror that fails is not
/// an error: [`Fetched`] says what is missing, and why.
pub fn fetch(
    set: &DataSet,
    root: &Path,
    options: &FetchOptions,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Result<Fetched, FetchError> {
    if verify(set, root).wrong.is_empty() {
        return Ok(Fetched {
            already: set.files.len(),
            came: Vec::new(),
            missing: Vec::new(),
            tried: Vec::new(),
        });
    }
    let mut fetch = Fetch {
        cache: Cache::open(set, root, on_event)?,
        set,
        options,
        on_event,
        tried: Vec::new(),
    };
    let done = fetch.run();
    let (came, missing) = fetch.cache.finish();
    done?;
    Ok(Fetched {
        already: set.files.len() - came.len() - missing.len(),
        came,
        missing,
        tried: fetch.tried,
    })
}

struct Fetch<'a> {
    set: &'a DataSet,
    cache: Cache<'a>,
    options: &'a FetchOptions,
    on_event: &'a mut dyn FnMut(Event<'_>),
    tried: Vec<Tried>,
}

impl Fetch<'_> {
    fn run(&mut self) -> Result<(), FetchError> {
        for (_, content) in &self.set.embedded {
            self.cache.offer(content.as_bytes())?;
        }
        let Some(from) = &self.options.from else {
            return self.ask_mirrors();
        };
        self.take_copies(from)?;
        if !self.cache.is_complete() {
            self.note(&from.display().to_string(), "", LACKS.to_owned());
        }
        Ok(())
    }

    /// Takes what is missing from a folder, a file or an archive, whatever it is called there.
    fn take_copies(&mut self, from: &Path) -> Result<(), FetchError> {
        let failed = FetchError::read(from);
        let found = fs::metadata(from).map_err(&failed)?;
        if found.is_dir() {
            return self.take_folder(from);
        }
        // A pipe or a device could be read for ever.
        if !found.is_file() {
            return Err(failed(io::Error::other("neither a file nor a folder")));
        }
        let came = self.take_file(from, found.len())?;
        if came {
            return Ok(());
        }
        unpack(from, self.options.largest_unpacked, true, &mut self.cache)
    }

    /// Takes files of a folder and its subfolders. Links to files are followed, as caches of
    /// other programs are made of them; links to folders are not, as they may lead in a circle.
    fn take_folder(&mut self, folder: &Path) -> Result<(), FetchError> {
        let failed = FetchError::read(folder);
        for entry in fs::read_dir(folder).map_err(&failed)? {
            let entry = entry.map_err(&failed)?;
            let path = entry.path();
            if entry.file_type().map_err(&failed)?.is_dir() {
                self.take_folder(&path)?;
            } else if let Ok(found) = fs::metadata(&path)
                && found.is_file()
            {
                self.take_file(&path, found.len())?;
            }
        }
        Ok(())
    }

    /// Says whether the file was one that was missing.
    fn take_file(&mut self, path: &Path, bytes: u64) -> Result<bool, FetchError> {
        if !self.cache.wants(bytes) {
            return Ok(false);
        }
        let content = bounded::read(path, bytes).map_err(FetchError::read(path))?;
        let sha256 = self.cache.offer(&content.unwrap_or_default())?;
        Ok(self.set.files.iter().any(|file| file.sha256 == sha256))
    }

    fn ask_mirrors(&mut self) -> Result<(), FetchError> {
        let agent = (!self.options.offline).then(|| agent(self.options));
        for source in &self.set.sources {
            for mirror in source.mirrors() {
                if !self.cache.misses(source) {
                    break;
                }
                match self.ask(agent.as_ref(), source, mirror) {
                    Ok(()) => {}
                    Err(DownloadError::Passing(failure) | DownloadError::Failed(failure)) => {
                        self.note(mirror, source.scope(), failure);
                    }
                    Err(DownloadError::Cache(error)) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Remembers why files are still missing.
    fn note(&mut self, address: &str, asked_for: &str, failure: String) {
        (self.on_event)(Event::Failed {
            address,
            failure: &failure,
        });
        self.tried.push(Tried {
            address: address.to_owned(),
            asked_for: asked_for.to_owned(),
            failure,
        });
    }

    fn ask(
        &mut self,
        agent: Option<&Agent>,
        source: &Source,
        mirror: &str,
    ) -> Result<(), DownloadError> {
        let offline = || DownloadError::Failed("not asked: offline".to_owned());
        let agent = agent.ok_or_else(offline)?;
        let size = match source {
            Source::Archive { .. } => Size::AtMost(self.options.largest_archive),
            _ => Size::Exactly(self.set.file(source.scope()).map_or(0, |file| file.bytes)),
        };
        let part = self.cache.part(source, mirror);
        let mut afresh = false;
        loop {
            let resumed = download(agent, self.options, mirror, &part, size, self.on_event)?;
            let failure = self.take_part(source, mirror, &part)?;
            fs::remove_file(&part).map_err(FetchError::write(&part))?;
            match failure {
                None => return Ok(()),
                // The wrong bytes may be those of an earlier start, or of another mirror.
                Some(_) if resumed && !afresh => afresh = true,
                Some(failure) => return Err(DownloadError::Failed(failure)),
            }
        }
    }

    /// Takes what a whole download holds; a failure where it is not all that was asked for.
    fn take_part(
        &mut self,
        source: &Source,
        mirror: &str,
        part: &Path,
    ) -> Result<Option<String>, FetchError> {
        let failure = match source {
            Source::Archive { nested, .. } => {
                (self.on_event)(Event::Unpacking { address: mirror });
                let limit = self.options.largest_unpacked;
                match unpack(part, limit, *nested, &mut self.cache) {
                    Ok(()) => LACKS.to_owned(),
                    Err(FetchError::Archive(_, problem)) => {
                        format!("its archive is refused: {problem}")
                    }
                    Err(error) => return Err(error),
                }
            }
            _ => {
                let content = fs::read(part).map_err(FetchError::read(part))?;
                let found = self.cache.offer(&content)?;
                format!("expected content with the SHA-256 of the manifest, found {found}")
            }
        };
        Ok(self.cache.misses(source).then_some(failure))
    }
}
