//! Files within an archive that may be hostile: zip, tar and tar.gz, told by content.
//!
//! No name is looked at, and nothing is written by one: an entry is read where a missing file has
//! its size, and SHA-256 says whether it is that file. So links, devices and names that lead out
//! can do nothing; what is left to bound is work. Memory holds one file of the set, a zip within
//! the archive, or the list of a zip's entries, which is no longer than the archive; and unpacking
//! ends at a limit.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::FetchError;
use super::cache::Cache;

/// The largest zip within an archive that is looked into, in bytes.
const LARGEST_NESTED: u64 = 64 * 1024 * 1024;

/// Why an archive is refused.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It is something else.
    #[error("expected a zip, a tar or a tar.gz, found something else")]
    NotAnArchive,
    /// It breaks off, or does not fit together.
    #[error("it is damaged ({0})")]
    Damaged(#[from] io::Error),
    /// It goes on and on.
    #[error("it unpacks to more than the {limit} bytes that are allowed")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
}

/// Offers the files of an archive to the cache; with `nested`, those of the zips in it too.
/// Unpacks at most `limit` bytes.
pub fn unpack(
    path: &Path,
    limit: u64,
    nested: bool,
    cache: &mut Cache<'_>,
) -> Result<(), FetchError> {
    let mut walk = Walk {
        limit,
        left: limit,
        nested,
        cache,
    };
    let file = File::open(path).map_err(FetchError::read(path))?;
    walk.any(file).map_err(|stop| match stop {
        Stop::Archive(problem) => FetchError::Archive(path.to_path_buf(), problem),
        Stop::Cache(error) => error,
    })
}

/// Why a walk ended early.
enum Stop {
    /// The archive is refused.
    Archive(ArchiveError),
    /// What was found in it could not be kept.
    Cache(FetchError),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Archive(error.into())
    }
}

struct Walk<'a, 'b> {
    limit: u64,
    /// Bytes that may still be unpacked.
    left: u64,
    nested: bool,
    cache: &'a mut Cache<'b>,
}

impl Walk<'_, '_> {
    fn any(&mut self, mut file: File) -> Result<(), Stop> {
        let mut head = Vec::new();
        file.by_ref().take(512).read_to_end(&mut head)?;
        file.rewind()?;
        // The second is a zip without entries; "ustar" stands in each header of a tar since 1988.
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            self.zip(BufReader::new(file))
        } else if head.starts_with(b"\x1f\x8b") {
            self.tar(MultiGzDecoder::new(file))
        } else if head.get(257..262) == Some(b"ustar") {
            self.tar(file)
        } else {
            Err(Stop::Archive(ArchiveError::NotAnArchive))
        }
    }

    /// The entries of a tar come one after the other. They are taken raw: otherwise the reader
    /// would hold names in memory, and those may be gigabytes long.
    fn tar(&mut self, reader: impl Read) -> Result<(), Stop> {
        let mut archive = tar::Archive::new(reader.take(self.left));
        let done = self.tar_entries(&mut archive);
        if archive.into_inner().limit() == 0 {
            return Err(self.too_large());
        }
        done
    }

    fn tar_entries<R: Read>(&mut self, archive: &mut tar::Archive<R>) -> Result<(), Stop> {
        for entry in archive.entries()?.raw(true) {
            let mut entry = entry?;
            let (bytes, nested) = (entry.size(), is_zip(&entry.path_bytes()));
            if entry.header().entry_type().is_file() && self.wants(bytes, nested) {
                self.entry(bytes, &mut entry)?;
            }
        }
        Ok(())
    }

    fn zip(&mut self, archive: impl Read + Seek) -> Result<(), Stop> {
        use ZipError::{CompressionMethodNotSupported, UnsupportedArchive};
        let mut archive = ZipArchive::new(archive).map_err(io::Error::from)?;
        for index in 0..archive.len() {
            let mut entry = match archive.by_index(index) {
                // Encrypted, or packed in another way: no data set comes like that.
                Err(UnsupportedArchive(_) | CompressionMethodNotSupported(_)) => continue,
                entry => entry.map_err(io::Error::from)?,
            };
            let bytes = entry.size();
            if self.wants(bytes, is_zip(entry.name_raw())) {
                let left = self.left.checked_sub(bytes);
                self.left = left.ok_or_else(|| self.too_large())?;
                self.entry(bytes, &mut entry)?;
            }
        }
        Ok(())
    }

    fn wants(&self, bytes: u64, nested: bool) -> bool {
        self.cache.wants(bytes) || self.nested && nested && bytes <= LARGEST_NESTED
    }

    /// Reads an entry that may be a missing file, or a zip with some.
    fn entry(&mut self, bytes: u64, content: &mut dyn Read) -> Result<(), Stop> {
        let mut whole = Vec::new();
        content.take(bytes).read_to_end(&mut whole)?;
        if self.cache.wants(bytes) {
            return self.cache.offer(&whole).map(drop).map_err(Stop::Cache);
        }
        self.nested = false;
        let done = self.zip(Cursor::new(whole));
        self.nested = true;
        done
    }

    fn too_large(&self) -> Stop {
        let limit = self.limit;
        Stop::Archive(ArchiveError::TooLarge { limit })
    }
}

fn is_zip(name: &[u8]) -> bool {
    name.to_ascii_lowercase().ends_with(b".zip")
}
