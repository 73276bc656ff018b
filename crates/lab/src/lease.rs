//! Who works in a folder: a file that only one process can make, whichever machine it is on.
//!
//! Locks of the operating system do not reach, or not everywhere, from one machine to another over a
//! shared file system. So a process that works in a folder holds a lease there: the file `.lease-N`,
//! made in one step that fails where it exists. It tells host, process and job, and every
//! [`BEAT`] another number, as a sign of life.
//!
//! A lease of a dead process is passed over by making the next one, `.lease-(N+1)`, which again only
//! one process can; the holder of the highest number is the one. On the same machine an operating
//! system's lock on the file tells at once that its process is dead. On another one its number has
//! to stand still for [`STALE`], by the clock of the process that waits: no two clocks are compared. A
//! process that was only frozen finds that it was passed over, and stops.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::files::{create_folder, remove_leftovers, subfolders, temporary_file};
use crate::progress::Progress;
use crate::run_dir::remove;
use crate::stop;

/// Between two signs of life.
const BEAT: Duration = Duration::from_secs(15);
/// How long a holder on another machine may give no sign of life.
const STALE: Duration = Duration::from_secs(120);
/// Between two looks at the lease of another process.
const LOOK: Duration = Duration::from_millis(50);
const PREFIX: &str = ".lease-";

/// Who holds a lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Name of the machine.
    pub host: String,
    /// The start of the machine's operating system: what has the same one shares its locks.
    machine: String,
    /// Number of the process there.
    pub pid: u32,
    /// What a cluster calls the work, such as `1234_5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// Counts up.
    beat: u64,
}

impl Holder {
    fn this_process(job: Option<&str>) -> Self {
        let kernel = |file: &str| {
            let text = fs::read_to_string(Path::new("/proc/sys/kernel").join(file));
            text.map_or_else(|_| String::new(), |text| text.trim().to_owned())
        };
        let host = Some(kernel("hostname")).filter(|name| !name.is_empty());
        Self {
            host: host.unwrap_or_else(|| "this machine".to_owned()),
            machine: kernel("random/boot_id"),
            pid: std::process::id(),
            job: job.map(str::to_owned),
            beat: 0,
        }
    }

    /// The text of a lease: never shorter than before, so that it can be written over.
    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// Whether this is the same process, at whatever beat.
    fn is(&self, other: &Self) -> bool {
        let beat = other.beat;
        Self {
            beat,
            ..self.clone()
        } == *other
    }
}

/// `host, process 17` or `host, job 1234_5`.
impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.job {
            Some(job) => write!(f, "{}, job {job}", self.host),
            None => write!(f, "{}, process {}", self.host, self.pid),
        }
    }
}

/// A folder that is this process's alone until this is dropped.
#[derive(Debug)]
pub struct Lease {
    path: PathBuf,
    holder: Holder,
    life: Option<(Sender<()>, JoinHandle<File>)>,
}

impl Lease {
    /// Makes the folder, waits until no other process works there, and removes what a killed one left
    /// half-written. `job` is what a cluster calls this process.
    ///
    /// # Errors
    /// Names what cannot be made or removed; a stop that is requested while waiting.
    pub fn wait(folder: &Path, job: Option<&str>) -> Result<Self> {
        Self::wait_for(folder, job, STALE, BEAT)
    }

    /// This process, as others see it.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    fn wait_for(folder: &Path, job: Option<&str>, stale: Duration, beat: Duration) -> Result<Self> {
        let mut watch = Watch::new(stale);
        loop {
            if let Some(lease) = Self::look(folder, job, &mut watch, beat)? {
                return Ok(lease);
            }
            stop::check()?;
            std::thread::sleep(LOOK);
        }
    }

    /// The same without waiting; `None` where another process works, or is not known to be dead.
    ///
    /// # Errors
    /// As [`wait`](Self::wait).
    pub fn try_take(folder: &Path) -> Result<Option<Self>> {
        Self::look(folder, None, &mut Watch::new(STALE), BEAT)
    }

    fn look(
        folder: &Path,
        job: Option<&str>,
        watch: &mut Watch,
        beat: Duration,
    ) -> Result<Option<Self>> {
        create_folder(folder)?;
        let there = leases(folder)?;
        if !watch.are_over(&there) {
            return Ok(None);
        }
        let next = there
            .last()
            .map_or(1, |(number, _)| number.saturating_add(1));
        let path = folder.join(format!("{PREFIX}{next}"));
        let Some(lease) = Self::make(path, Holder::this_process(job), beat)? else {
            return Ok(None);
        };
        // Between the two looks others may have come and gone, and one may have come to stay.
        let mut others = leases(folder)?;
        others.retain(|(_, path)| *path != lease.path);
        if !watch.are_over(&others) {
            return Ok(None);
        }
        for (_, path) in others {
            remove(&path, |path| fs::remove_file(path))?;
        }
        remove_leftovers(folder)?;
        Ok(Some(lease))
    }

    /// Makes the file in one step, with its text and locked; `None` where another process was first.
    fn make(path: PathBuf, holder: Holder, beat: Duration) -> Result<Option<Self>> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = temporary_file(folder).map_err(Error::io("write", &path))?;
        file.write_all(holder.text().as_bytes())
            .map_err(Error::io("write", &path))?;
        // Where a file system has no locks, the signs of life alone count.
        let _ = file.as_file().try_lock();
        let file = match file.persist_noclobber(&path) {
            Ok(file) => file,
            // Another process holds the folder, or has just cleaned it.
            Err(error)
                if matches!(
                    error.error.kind(),
                    ErrorKind::AlreadyExists | ErrorKind::NotFound
                ) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(Error::io("write", &path)(error.error)),
        };
        let (end, ended) = mpsc::channel();
        let (place, me) = (path.clone(), holder.clone());
        let live = move || {
            let mut live = Life {
                path: place,
                holder: me,
                file,
            };
            while ended.recv_timeout(beat) == Err(RecvTimeoutError::Timeout) {
                if !live.beats() {
                    break;
                }
            }
            live.file
        };
        let life = std::thread::Builder::new().name("lease".to_owned());
        let life = life.spawn(live).map_err(Error::io("hold", &path))?;
        Ok(Some(Self {
            path,
            holder,
            life: Some((end, life)),
        }))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some((end, life)) = self.life.take() else {
            return;
        };
        drop(end);
        let file = life.join();
        // The name may by now be that of the lease of another process.
        if read(&self.path).is_some_and(|there| there.is(&self.holder)) {
            let _ = fs::remove_file(&self.path);
        }
        drop(file);
    }
}

/// The signs of life of a lease.
struct Life {
    path: PathBuf,
    holder: Holder,
    file: File,
}

impl Life {
    /// Gives one; `false`, and a request to stop, when another process has taken the folder over.
    fn beats(&mut self) -> bool {
        // A file system that does not answer for a while says nothing about the lease.
        let gone = match fs::metadata(&self.path) {
            Err(error) => error.kind() == ErrorKind::NotFound,
            Ok(_) => read(&self.path).is_some_and(|there| !there.is(&self.holder)),
        };
        if gone || self.is_passed_over() {
            Progress::note(&format!(
                "{} was taken over by another process, which had no sign of life from this one",
                self.path.parent().unwrap_or(Path::new(".")).display()
            ));
            stop::request(15);
            return false;
        }
        self.holder.beat += 1;
        let text = self.holder.text();
        let _ = self
            .file
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.file.write_all(text.as_bytes()))
            .and_then(|()| self.file.sync_data());
        true
    }

    fn is_passed_over(&self) -> bool {
        let there = self.path.parent().map(leases);
        let newest = there.and_then(|there| there.ok()?.pop());
        newest.is_some_and(|(number, _)| Some(number) > number_of(&self.path))
    }
}

/// What a waiting process has seen of the leases of others.
struct Watch {
    stale: Duration,
    seen: BTreeMap<PathBuf, (Vec<u8>, Instant)>,
}

impl Watch {
    fn new(stale: Duration) -> Self {
        let seen = BTreeMap::new();
        Self { stale, seen }
    }

    /// Whether the processes that made these leases are all known to be dead.
    fn are_over(&mut self, leases: &[(u64, PathBuf)]) -> bool {
        // Each is looked at: its time begins with the first look.
        let over = leases.iter().filter(|(_, path)| self.is_over(path));
        over.count() == leases.len()
    }

    fn is_over(&mut self, path: &Path) -> bool {
        let Ok(text) = fs::read(path) else {
            return false;
        };
        if serde_json::from_slice(&text).is_ok_and(|holder| is_dead_here(path, &holder)) {
            return true;
        }
        match self.seen.get(path) {
            Some((before, since)) if *before == text => since.elapsed() >= self.stale,
            _ => {
                self.seen.insert(path.to_path_buf(), (text, Instant::now()));
                false
            }
        }
    }
}

/// Whether the holder was a process of this machine and is no more: then nobody has the lock.
fn is_dead_here(path: &Path, holder: &Holder) -> bool {
    if holder.machine != Holder::this_process(None).machine {
        return false;
    }
    let file = File::options().write(true).open(path);
    file.is_ok_and(|file| file.try_lock().is_ok())
}

/// Who works in a folder, as far as one look can tell, and since when there is no sign of life: on
/// another machine by its clock and this one's.
pub fn holder(folder: &Path) -> Result<Option<(Holder, Duration)>> {
    let Some((_, path)) = leases(folder)?.pop() else {
        return Ok(None);
    };
    let (Some(holder), Ok(file)) = (read(&path), fs::metadata(&path)) else {
        return Ok(None);
    };
    if holder.machine == Holder::this_process(None).machine {
        let lock = File::options().write(true).open(&path);
        let held = match lock.map(|file| file.try_lock()) {
            Ok(Err(TryLockError::WouldBlock)) => true,
            // No locks on this file system: by its age, below.
            Ok(Err(TryLockError::Error(_))) => return Ok(by_age(holder, &file)),
            _ => false,
        };
        return Ok(held.then_some((holder, Duration::ZERO)));
    }
    Ok(by_age(holder, &file))
}

fn by_age(holder: Holder, file: &fs::Metadata) -> Option<(Holder, Duration)> {
    let age = file
        .modified()
        .ok()
        .and_then(|time| SystemTime::now().duration_since(time).ok());
    let age = age.unwrap_or_default();
    (age < STALE).then_some((holder, age))
}

fn read(path: &Path) -> Option<Holder> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// Whether processes left leases in a folder, dead or alive.
pub fn has_any(folder: &Path) -> Result<bool> {
    Ok(!leases(folder)?.is_empty())
}

/// All leases in a folder by number; none where there is no folder.
fn leases(folder: &Path) -> Result<Vec<(u64, PathBuf)>> {
    let paths = subfolders(folder)?.into_iter();
    let mut leases: Vec<_> = paths
        .filter_map(|path| Some((number_of(&path)?, path)))
        .collect();
    leases.sort();
    Ok(leases)
}

fn number_of(path: &Path) -> Option<u64> {
    path.file_name()?
        .to_str()?
        .strip_prefix(PREFIX)?
        .parse()
        .ok()
}

/// A folder that is this process's alone until the lease is dropped: [`Lease::wait`].
///
/// # Errors
/// As there.
pub fn alone_in(folder: &Path) -> Result<Lease> {
    Lease::wait(folder, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(60);
    const LATE: Duration = Duration::from_secs(600);

    fn lease_of_another_machine(folder: &Path, beat: u64) -> PathBuf {
        let holder = Holder {
            host: "node7".to_owned(),
            machine: "another".to_owned(),
            job: Some("12_3".to_owned()),
            beat,
            ..Holder::this_process(None)
        };
        let path = folder.join(".lease-4");
        fs::write(&path, holder.text()).unwrap();
        path
    }

    #[test]
    fn a_folder_is_of_one_process_and_free_when_that_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let cell = folder.path().join("relu/seed-0");
        let lease = Lease::wait(&cell, Some("7_1")).unwrap();
        assert!(Lease::try_take(&cell).unwrap().is_none());
        let (held, age) = holder(&cell).unwrap().unwrap();
        assert_eq!((held.job.as_deref(), age), (Some("7_1"), Duration::ZERO));
        drop(lease);
        assert_eq!(holder(&cell).unwrap(), None);
        assert_eq!(fs::read_dir(&cell).unwrap().count(), 0, "nothing is left");
        assert!(Lease::try_take(&cell).unwrap().is_some());
    }

    #[test]
    fn only_one_of_many_has_it_at_a_time() {
        use std::sync::atomic::{AtomicUsize, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let (inside, turns) = (AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let lease = Lease::wait(folder.path(), None).unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        turns.fetch_add(1, Ordering::SeqCst);
                        std::thread::sleep(Duration::from_millis(1));
                        inside.fetch_sub(1, Ordering::SeqCst);
                        drop(lease);
                    }
                });
            }
        });
        assert_eq!(turns.load(Ordering::SeqCst), 40);
    }

    #[test]
    fn the_lease_of_a_dead_process_of_this_machine_counts_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let dead = Holder::this_process(None).text();
        fs::write(folder.path().join(".lease-3"), dead).unwrap();
        fs::write(folder.path().join(".retrace-tmp-x"), "half").unwrap();
        let lease = Lease::try_take(folder.path()).unwrap().unwrap();
        assert!(lease.path.ends_with(".lease-4"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lease_of_another_machine_is_taken_over_when_it_stands_still() {
        let folder = tempfile::tempdir().unwrap();
        let path = lease_of_another_machine(folder.path(), 0);
        let (held, _) = holder(folder.path()).unwrap().unwrap();
        assert_eq!(held.to_string(), "node7, job 12_3");
        assert!(Lease::try_take(folder.path()).unwrap().is_none());
        let mut watch = Watch::new(SOON);
        for beat in 0..4 {
            lease_of_another_machine(folder.path(), beat);
            let taken = Lease::look(folder.path(), None, &mut watch, LATE).unwrap();
            assert!(taken.is_none(), "it lives at beat {beat}");
            std::thread::sleep(SOON + SOON / 2);
        }
        let lease = Lease::look(folder.path(), None, &mut watch, LATE).unwrap();
        assert!(lease.unwrap().path.ends_with(".lease-5"));
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_is_no_lease_is_waited_for_as_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".lease-1"), "").unwrap();
        assert!(Lease::try_take(folder.path()).unwrap().is_none());
        assert!(Lease::wait_for(folder.path(), None, SOON, LATE).is_ok());
    }

    #[test]
    fn a_holder_gives_signs_of_life() {
        let folder = tempfile::tempdir().unwrap();
        let beat = Duration::from_millis(5);
        let lease = Lease::wait_for(folder.path(), None, LATE, beat).unwrap();
        let began = Instant::now();
        while read(&lease.path).is_none_or(|holder| holder.beat < 11) {
            assert!(began.elapsed() < Duration::from_secs(60));
            std::thread::sleep(beat);
        }
    }
}
