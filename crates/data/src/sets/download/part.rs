//! The unfinished file of a download.

use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

use crate::sets::FetchError;

/// A file that grows, in this process or over several.
#[derive(Clone, Copy)]
pub struct Part<'a>(pub &'a Path);

impl Part<'_> {
    /// Makes the folder that it lies in.
    pub fn make_folder(self) -> Result<(), FetchError> {
        let made = self.0.parent().map_or(Ok(()), fs::create_dir_all);
        made.map_err(|source| self.error(source))
    }

    /// Number of bytes that are there.
    pub fn bytes(self) -> Result<u64, FetchError> {
        match fs::metadata(self.0) {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(source) => Err(self.error(source)),
        }
    }

    /// Opens it for writing behind its first `from` bytes; the rest is cut off.
    pub fn open(self, from: u64) -> Result<File, FetchError> {
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let open = || {
            let mut file = options.open(self.0)?;
            file.set_len(from)?;
            file.seek(SeekFrom::Start(from))?;
            Ok(file)
        };
        open().map_err(|source| self.error(source))
    }

    pub fn remove(self) -> Result<(), FetchError> {
        fs::remove_file(self.0).map_err(|source| self.error(source))
    }

    /// Names the file in an error of writing to it.
    pub fn error(self, source: io::Error) -> FetchError {
        FetchError::write(self.0, source)
    }
}
