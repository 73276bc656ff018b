//! Walking through a zip, whose entries are listed at its end.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config, ZipFile};

use super::names::{Names, shown};
use super::{Problem, Walk, WalkError};

/// The largest list of entries: some 100 bytes for each, and it is held in memory.
const LARGEST_LIST: u64 = 16 * 1024 * 1024;

pub fn walk<R: Read + Seek>(reader: R, bytes: u64, walk: &mut Walk<'_>) -> Result<(), WalkError> {
    let mut archive = open(reader, bytes)?;
    let mut names = Names::new(walk.limits);
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(damaged)?;
        let (name, bytes) = (entry.name_raw().to_vec(), entry.size());
        names.admit(&name, bytes)?;
        let plain = is_plain_file(&entry, &name)?;
        drop(entry);
        if plain && walk.wants(&name, bytes) {
            let content = archive.by_index(index).map_err(damaged)?;
            walk.meter.allow(bytes.saturating_add(1));
            walk.visit(&name, bytes, &mut walk.meter.reader(content))?;
        }
    }
    Ok(())
}

/// Whether the entry has content; an error for what is refused.
fn is_plain_file<R: Read>(entry: &ZipFile<'_, R>, name: &[u8]) -> Result<bool, Problem> {
    // The kind of file in the mode of Unix; zips from other systems have none.
    let found = match entry.unix_mode().unwrap_or(0) & 0o170_000 {
        _ if entry.encrypted() => "an encrypted file",
        0 | 0o100_000 => return Ok(!entry.is_dir()),
        0o040_000 | 0o120_000 => return Ok(false),
        0o020_000 | 0o060_000 => "a device",
        _ => "an entry of an unknown kind",
    };
    let name = shown(name);
    Err(Problem::Kind { name, found })
}

/// Opens the archive after a look at its list of entries.
///
/// The `zip` crate holds a list of any length in memory, looks for another one when it is damaged,
/// and keeps one of two entries of the same name. So the length is checked first, nothing before
/// the list is shown until the archive is open, and no entry may be missing afterwards.
fn open<R: Read + Seek>(mut reader: R, bytes: u64) -> Result<ZipArchive<Fenced<R>>, Problem> {
    let list = List::find(&mut reader, bytes).map_err(Problem::Damaged)?;
    let fence = Rc::new(Cell::new(list.start));
    let fenced = Fenced {
        inner: reader,
        position: 0,
        fence: Rc::clone(&fence),
    };
    let config = Config {
        archive_offset: ArchiveOffset::Known(0),
    };
    let archive = ZipArchive::with_config(config, fenced).map_err(damaged)?;
    if archive.len() < list.entries {
        return Err(Problem::Duplicate);
    }
    fence.set(0);
    Ok(archive)
}

fn damaged(error: zip::result::ZipError) -> Problem {
    Problem::Damaged(error.into())
}

/// The list of entries (APPNOTE.TXT 4.3.12 and 4.3.16).
struct List {
    start: u64,
    entries: usize,
}

impl List {
    /// The list of a plain zip: one that ends with its only end record. Lists of more than
    /// 65,534 entries or 4 GiB (zip64) are refused; no data set comes in one.
    fn find(reader: &mut (impl Read + Seek), bytes: u64) -> io::Result<Self> {
        const LONGEST_END: u64 = 22 + 65_535;
        let before = bytes.saturating_sub(LONGEST_END);
        let tail = read_at(reader, before, bytes - before)?;
        let at = tail.windows(4).rposition(|four| four == END_RECORD);
        let record = at.and_then(|at| tail.get(at..)).unwrap_or_default();
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "no list of entries at its end");
        let [_, disks, here, entries, size, start, comment] = fields(record).ok_or_else(wrong)?;
        let end = before + at.unwrap_or_default() as u64;
        let plain = disks == 0
            && here == entries
            && entries < 0xffff
            && size <= LARGEST_LIST
            && start + size == end
            && comment + 22 == record.len() as u64;
        if !plain || contains_end_record(&read_at(reader, start, size)?) {
            return Err(wrong());
        }
        let entries = usize::try_from(entries).map_err(|_| wrong())?;
        Ok(Self { start, entries })
    }
}

const END_RECORD: [u8; 4] = *b"PK\x05\x06";

fn contains_end_record(bytes: &[u8]) -> bool {
    bytes.windows(4).any(|four| four == END_RECORD)
}

/// Signature, disks, entries here, entries, size of the list, its start, length of the comment.
fn fields(record: &[u8]) -> Option<[u64; 7]> {
    const WIDTHS: [usize; 7] = [4, 4, 2, 2, 4, 4, 2];
    let mut rest = record;
    let mut values = [0; 7];
    for (value, width) in values.iter_mut().zip(WIDTHS) {
        let (field, after) = rest.split_at_checked(width)?;
        *value = field
            .iter()
            .rev()
            .fold(0, |value, byte| value << 8 | u64::from(*byte));
        rest = after;
    }
    Some(values)
}

fn read_at(reader: &mut (impl Read + Seek), start: u64, count: u64) -> io::Result<Vec<u8>> {
    reader.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    reader.take(count).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A reader that shows zeros in place of what lies before the fence.
struct Fenced<R> {
    inner: R,
    position: u64,
    fence: Rc<Cell<u64>>,
}

impl<R: Read + Seek> Read for Fenced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let hidden = self.fence.get().saturating_sub(self.position);
        if hidden > 0 {
            let count = buffer
                .len()
                .min(usize::try_from(hidden).unwrap_or(usize::MAX));
            buffer[..count].fill(0);
            self.seek(SeekFrom::Start(self.position + count as u64))?;
            return Ok(count);
        }
        let count = self.inner.read(buffer)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl<R: Seek> Seek for Fenced<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.position = self.inner.seek(to)?;
        Ok(self.position)
    }
}
