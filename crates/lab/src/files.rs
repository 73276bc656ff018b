//! Writing files so that they exist whole or not at all.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serializer;

use crate::error::{Error, Result};

/// Ours alone: what begins with it is removed from folders that others may use, too.
const TEMPORARY_PREFIX: &str = ".retrace-tmp-";

/// Writes `bytes` to `path`: a temporary file beside it, synced, renamed, the folder synced.
///
/// # Errors
/// Names the path when it cannot be written; whatever stood there before is then unchanged.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<()> {
    // A bare file name has an empty parent.
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    write_and_rename(folder, path, bytes).map_err(Error::io("write", path))
}

/// The same, but a file that holds these bytes already is left alone. For what is made again at each
/// start: its time then says when it changed.
///
/// # Errors
/// As [`write_atomically`].
pub fn write_unless_same(path: &Path, bytes: &[u8]) -> Result<()> {
    let same = fs::metadata(path).is_ok_and(|there| there.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|there| there == bytes);
    if same {
        return Ok(());
    }
    write_atomically(path, bytes)
}

fn write_and_rename(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = temporary_file(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// A file in `folder` that [`remove_leftovers`] removes when this process dies before it is renamed.
pub fn temporary_file(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX);
    // `tempfile` makes files that only their owner can read, but results are for sharing;
    // the process's umask still applies to these bits.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// A path in JSON, which is text: bytes that are no UTF-8 become the replacement character.
pub fn lossy_path<S: Serializer>(
    path: &Path,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

/// A path as it is called from anywhere.
///
/// # Errors
/// When the system does not tell the folder of this process.
pub fn absolute(path: &Path) -> Result<PathBuf> {
    std::path::absolute(path).map_err(Error::io("find", path))
}

/// Creates a folder and its parents.
///
/// # Errors
/// Names the folder when a file stands in its place or it cannot be made.
pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(Error::io("create the folder", path))
}

/// What lies in a folder; nothing where there is none.
///
/// # Errors
/// Names the folder when it cannot be read.
pub fn subfolders(folder: &Path) -> Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Ok(entries) => entries
            .map(|entry| Ok(entry.map_err(Error::io("read", folder))?.path()))
            .collect(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::io("read", folder)(error)),
    }
}

/// Removes what a killed process left half-written in `folder`.
///
/// Only safe while the caller holds the lease of the folder.
///
/// # Errors
/// Names what cannot be removed.
pub fn remove_leftovers(folder: &Path) -> Result<()> {
    remove_all_that_begin_with(folder, TEMPORARY_PREFIX)
}

/// Removes the files in `folder` whose names begin with `prefix`.
///
/// # Errors
/// Names what cannot be removed.
pub fn remove_all_that_begin_with(folder: &Path, prefix: &str) -> Result<()> {
    let entries = fs::read_dir(folder).map_err(Error::io("read", folder))?;
    for entry in entries {
        let path = entry.map_err(Error::io("read", folder))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        if name.is_some_and(|name| name.starts_with(prefix)) {
            crate::run_dir::remove(&path, |path| fs::remove_file(path))?;
        }
    }
    Ok(())
}
