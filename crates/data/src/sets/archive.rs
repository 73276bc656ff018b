//! Files within an archive that may be hostile: zip, tar and tar.gz, told by content.
//!
//! No name is looked at, and nothing is written by one: an entry is read where a missing file has
//! its size, and SHA-256 says whether it is that file. So links, devices and names that lead out
//! can do nothing; what is left to bound is work. Memory holds one file of the set, a zip within
//! the archive, or the places of a zip's entries; and unpacking ends at a limit.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::{DeflateDecoder, MultiGzDecoder};

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
        file.seek(SeekFrom::Start(0))?;
        // The second is a zip without entries; "ustar" stands in each header of a tar since 1988.
        if head.starts_with(b"PK\x03\x04") || head.starts_with(END_OF_LIST) {
            self.zip(&mut file)
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
            if entry.header().entry_type().is_file() {
                let nested = is_zip(&entry.path_bytes());
                self.entry(entry.size(), nested, &mut entry)?;
            }
        }
        Ok(())
    }

    fn zip(&mut self, archive: &mut (impl Read + Seek)) -> Result<(), Stop> {
        for entry in zip_entries(archive)? {
            if !self.wants(entry.bytes, entry.nested) {
                continue;
            }
            let left = self.left.checked_sub(entry.bytes);
            self.left = left.ok_or_else(|| self.too_large())?;
            let packed = entry.content(archive)?;
            match entry.method {
                Method::Stored => self.entry(entry.bytes, entry.nested, &mut { packed })?,
                Method::Deflated => {
                    let mut content = DeflateDecoder::new(packed);
                    self.entry(entry.bytes, entry.nested, &mut content)?;
                }
            }
        }
        Ok(())
    }

    fn wants(&self, bytes: u64, nested: bool) -> bool {
        self.cache.wants(bytes) || self.nested && nested && bytes <= LARGEST_NESTED
    }

    /// Reads an entry that may be a missing file, or a zip with some.
    fn entry(&mut self, bytes: u64, nested: bool, content: &mut dyn Read) -> Result<(), Stop> {
        if !self.wants(bytes, nested) {
            return Ok(());
        }
        let mut whole = Vec::new();
        content.take(bytes).read_to_end(&mut whole)?;
        if self.cache.wants(bytes) {
            return self.cache.offer(&whole).map(drop).map_err(Stop::Cache);
        }
        self.nested = false;
        let done = self.zip(&mut Cursor::new(whole));
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

/// What the record at the end of a zip begins with.
const END_OF_LIST: &[u8] = b"PK\x05\x06";

/// An entry of a zip that can be read.
struct ZipEntry {
    /// Place of its local header.
    start: u64,
    packed: u64,
    bytes: u64,
    method: Method,
    nested: bool,
}

enum Method {
    Stored,
    Deflated,
}

/// The entries in the list at the end of a zip (APPNOTE.TXT 4.3.12 and 4.3.16).
///
/// A list has at most 65,535 entries, and only their places are held; the crate `zip` would hold
/// a list of any length, and search the whole file for another one. Zip64 and encrypted entries
/// are not read: no data set comes in one.
fn zip_entries(archive: &mut (impl Read + Seek)) -> io::Result<Vec<ZipEntry>> {
    const LONGEST_END: u64 = 22 + 65_535;
    let length = archive.seek(SeekFrom::End(0))?;
    archive.seek(SeekFrom::Start(length.saturating_sub(LONGEST_END)))?;
    let mut tail = Vec::new();
    archive.by_ref().take(LONGEST_END).read_to_end(&mut tail)?;
    let end = tail.windows(4).rposition(|four| four == END_OF_LIST);
    let end = end.and_then(|at| tail[at..].first_chunk::<22>());
    let end = end.ok_or_else(|| damaged("no list of entries at its end"))?;
    archive.seek(SeekFrom::Start(number(&end[16..20])))?;
    let mut list = BufReader::new(archive);
    let mut entries = Vec::new();
    for _ in 0..number(&end[10..12]) {
        entries.extend(zip_entry(&mut list)?);
    }
    Ok(entries)
}

/// The next entry of the list; none where it cannot be read.
fn zip_entry(list: &mut impl Read) -> io::Result<Option<ZipEntry>> {
    let mut head = [0; 46];
    list.read_exact(&mut head)?;
    if !head.starts_with(b"PK\x01\x02") {
        return Err(damaged("its list of entries breaks off"));
    }
    let [name, extra, comment] = [28, 30, 32].map(|at| number(&head[at..at + 2]));
    let mut text = Vec::new();
    list.take(name + extra + comment).read_to_end(&mut text)?;
    text.truncate(usize::try_from(name).unwrap_or(usize::MAX));
    let is_encrypted = head[8] & 1 == 1;
    let method = match number(&head[10..12]) {
        0 if !is_encrypted => Method::Stored,
        8 if !is_encrypted => Method::Deflated,
        _ => return Ok(None),
    };
    Ok(Some(ZipEntry {
        start: number(&head[42..46]),
        packed: number(&head[20..24]),
        bytes: number(&head[24..28]),
        method,
        nested: is_zip(&text),
    }))
}

impl ZipEntry {
    /// The packed content, behind the local header (APPNOTE.TXT 4.3.7).
    fn content<'a, R: Read + Seek>(
        &self,
        archive: &'a mut R,
    ) -> io::Result<impl Read + use<'a, R>> {
        let mut head = [0; 30];
        archive.seek(SeekFrom::Start(self.start))?;
        archive.read_exact(&mut head)?;
        if !head.starts_with(b"PK\x03\x04") {
            return Err(damaged("an entry is not where its list says"));
        }
        let names = number(&head[26..28]) + number(&head[28..30]);
        archive.seek(SeekFrom::Start(self.start + 30 + names))?;
        Ok(archive.take(self.packed))
    }
}

/// Little-endian.
fn number(bytes: &[u8]) -> u64 {
    let digits = bytes.iter().rev();
    digits.fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
