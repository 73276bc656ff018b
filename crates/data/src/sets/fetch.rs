//! Bringing what is missing of a data set: from this crate, from local copies, from mirrors.

mod options;
mod report;

use std::fs::{self, File};
use std::path::Path;

pub use options::FetchOptions;
pub use report::{Event, FetchError, Fetched, Tried};

use super::archive::{self, Problem, WalkError};
use super::download::{Client, DownloadError, Failure, Size, download};
use super::intake::Intake;
use super::lock::Lock;
use super::{DataFile, DataSet, Source, local, verify};

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
/// for path in &fetched.missing {
///     for tried in fetched.why(path) {
///         eprintln!("{path}: {} {}", tried.address, tried.failure);
///     }
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
    if verify(set, root).is_fine() {
        return Ok(Fetched::nothing_to_do(set));
    }
    let _lock = Lock::take(set, root, on_event)?;
    let mut fetch = Fetch {
        intake: Intake::open(set, root, on_event)?,
        options,
        tried: Vec::new(),
    };
    let done = fetch.run();
    let (came, missing) = fetch.intake.finish();
    done?;
    Ok(Fetched {
        already: set.files.len() - came.len() - missing.len(),
        came,
        missing,
        tried: fetch.tried,
    })
}

struct Fetch<'a> {
    intake: Intake<'a>,
    options: &'a FetchOptions,
    tried: Vec<Tried>,
}

impl Fetch<'_> {
    fn run(&mut self) -> Result<(), FetchError> {
        for (_, content) in &self.intake.set.embedded {
            self.intake.take_embedded(content)?;
        }
        match &self.options.from {
            Some(from) => self.take_local(from),
            None => self.ask_mirrors(),
        }
    }

    fn take_local(&mut self, from: &Path) -> Result<(), FetchError> {
        local::take(&mut self.intake, from, &self.options.limits)?;
        if !self.intake.is_complete() {
            self.note(&from.display().to_string(), "", Failure::Lacks);
        }
        Ok(())
    }

    fn ask_mirrors(&mut self) -> Result<(), FetchError> {
        let client = (!self.options.offline).then(|| Client::new(self.options));
        let set = self.intake.set;
        for source in &set.sources {
            for mirror in source.mirrors() {
                if !self.intake.misses(source) {
                    break;
                }
                match self.ask(client.as_ref(), source, mirror) {
                    Ok(()) => {}
                    Err(DownloadError::Failed(failure)) => {
                        self.note(mirror, source.scope(), failure);
                    }
                    Err(DownloadError::Cache(error)) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Remembers why files are still missing, if any are.
    fn note(&mut self, address: &str, asked_for: &str, failure: Failure) {
        (self.intake.on_event)(Event::Failed {
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
        client: Option<&Client>,
        source: &Source,
        mirror: &str,
    ) -> Result<(), DownloadError> {
        let client = client.ok_or(Failure::Offline)?;
        if let Source::Archive { nested, .. } = source {
            self.download_archive(client, mirror, *nested)?;
            return if self.intake.misses(source) {
                Err(Failure::Lacks.into())
            } else {
                Ok(())
            };
        }
        let file = self.intake.set.file(source.scope());
        file.map_or(Ok(()), |file| self.download_file(client, file, mirror))
    }

    fn download_file(
        &mut self,
        client: &Client,
        file: &DataFile,
        mirror: &str,
    ) -> Result<(), DownloadError> {
        let part = self.intake.part(&file.path);
        let mut afresh = false;
        loop {
            let size = Size::Exactly(file.bytes);
            let resumed = download(client, mirror, &part, size, self.intake.on_event)?;
            let found = self.intake.take_part(&part)?;
            if found == file.sha256 {
                return Ok(());
            }
            // The wrong bytes may be those of an earlier start, or of another mirror.
            if afresh || !resumed {
                let expected = file.sha256.clone();
                return Err(Failure::Content { expected, found }.into());
            }
            afresh = true;
        }
    }

    fn download_archive(
        &mut self,
        client: &Client,
        mirror: &str,
        nested: bool,
    ) -> Result<(), DownloadError> {
        let limits = &self.options.limits;
        let part = self.intake.archive_part(mirror);
        let failed = |source| FetchError::write(&part, source);
        let mut afresh = false;
        loop {
            let size = Size::AtMost(limits.archive_bytes);
            let resumed = download(client, mirror, &part, size, self.intake.on_event)?;
            (self.intake.on_event)(Event::Unpacking { address: mirror });
            let file = File::open(&part).map_err(failed)?;
            let problem = match archive::walk(file, limits, nested, &mut self.intake) {
                Ok(()) => None,
                Err(WalkError::Refused(problem)) => Some(problem),
                Err(WalkError::Keep(error)) => return Err(error.into()),
            };
            fs::remove_file(&part).map_err(failed)?;
            match problem {
                None => return Ok(()),
                // The archive may have changed between the parts of its download.
                Some(Problem::Damaged(_)) if resumed && !afresh => afresh = true,
                Some(problem) => return Err(Failure::Archive(problem).into()),
            }
        }
    }
}
