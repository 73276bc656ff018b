//! Local copies instead of a download: a folder, an archive, or one file.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::archive::{self, TakeError, Visitor, WalkError};
use super::intake::Intake;
use super::{ArchiveError, FetchError, Limits};

/// Takes what is missing from `from`, whatever it is called there.
pub fn take(intake: &mut Intake<'_>, from: &Path, limits: &Limits) -> Result<(), FetchError> {
    let failed = |source| FetchError::read(from, source);
    let found = fs::metadata(from).map_err(failed)?;
    if found.is_dir() {
        return take_folder(intake, from);
    }
    // A pipe or a device could be read for ever.
    if !found.is_file() {
        return Err(failed(io::Error::other("neither a file nor a folder")));
    }
    if take_file(intake, from, found.len())? {
        return Ok(());
    }
    let file = File::open(from).map_err(failed)?;
    archive::walk(file, limits, true, intake).map_err(|error| match error {
        WalkError::Keep(error) => error,
        WalkError::Refused(problem) => FetchError::Archive(ArchiveError {
            archive: from.display().to_string(),
            problem,
        }),
    })
}

/// Takes files of a folder and its subfolders. Links to files are followed, as caches of other
/// programs are made of them; links to folders are not, as they may lead in a circle.
fn take_folder(intake: &mut Intake<'_>, folder: &Path) -> Result<(), FetchError> {
    let failed = |source| FetchError::read(folder, source);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            take_folder(intake, &path)?;
        } else if let Ok(found) = fs::metadata(&path)
            && found.is_file()
        {
            take_file(intake, &path, found.len())?;
        }
    }
    Ok(())
}

fn take_file(intake: &mut Intake<'_>, path: &Path, bytes: u64) -> Result<bool, FetchError> {
    if !intake.wants(bytes) {
        return Ok(false);
    }
    let failed = |source: io::Error| FetchError::read(path, source);
    let mut file = File::open(path).map_err(failed)?;
    intake.offer(bytes, &mut file).map_err(|error| match error {
        TakeError::Read(source) => failed(source),
        TakeError::Keep(error) => error,
    })
}
