//! Walking through an archive that may be hostile: zip, tar and tar.gz, told by content.
//!
//! A visitor is offered the content of plain files, and never a place to write it to: names are
//! read only to refuse what a good archive does not have (absolute names, `..`, two entries of
//! one name, hard links, devices). Symbolic links are passed over, not followed: snapshots of
//! repositories hold them, and a link that is never made can lead nowhere.

mod limits;
mod meter;
mod names;
mod problem;
mod tarball;
mod zipped;

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use super::FetchError;
pub use limits::Limits;
use meter::Meter;
pub use problem::{ArchiveError, Problem};

/// Who is offered the files of an archive.
pub(super) trait Visitor {
    /// Whether a file of this size can be of interest.
    fn wants(&self, bytes: u64) -> bool;

    /// Takes the content of a file that should have that many bytes.
    fn take(&mut self, bytes: u64, content: &mut dyn Read) -> Result<(), TakeError>;
}

/// Why the content of a file could not be taken.
pub(super) enum TakeError {
    /// It could not be read.
    Read(io::Error),
    /// It could not be kept.
    Keep(FetchError),
}

/// Why a walk ended early.
pub(super) enum WalkError {
    /// The archive is refused.
    Refused(Problem),
    /// What was found in it could not be kept.
    Keep(FetchError),
}

impl From<Problem> for WalkError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

/// Shows each plain file of an archive to the visitor; with `nested`, those of the zips in it too.
pub(super) fn walk(
    mut file: File,
    limits: &Limits,
    nested: bool,
    visitor: &mut dyn Visitor,
) -> Result<(), WalkError> {
    let kind = kind(&mut file).map_err(Problem::Damaged)?;
    let bytes = file.metadata().map_err(Problem::Damaged)?.len();
    let meter = Meter::new(limits, bytes);
    let mut walk = Walk {
        limits,
        nested,
        meter: &meter,
        visitor,
    };
    match kind {
        Some(Kind::Zip) => zipped::walk(file, bytes, &mut walk),
        Some(Kind::Gzip) => tarball::walk(flate2::read::MultiGzDecoder::new(file), &mut walk),
        Some(Kind::Tar) => tarball::walk(file, &mut walk),
        None => Err(Problem::NotAnArchive.into()),
    }
}

enum Kind {
    Zip,
    Gzip,
    Tar,
}

/// What the first bytes say. The file is read from its beginning again afterwards.
fn kind(file: &mut File) -> io::Result<Option<Kind>> {
    let mut head = Vec::new();
    file.take(512).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(0))?;
    // The second is a zip without entries; "ustar" stands in each header of a tar since 1988.
    Ok(
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            Some(Kind::Zip)
        } else if head.starts_with(b"\x1f\x8b") {
            Some(Kind::Gzip)
        } else if head.get(257..262) == Some(b"ustar") {
            Some(Kind::Tar)
        } else {
            None
        },
    )
}

/// What the two kinds of archive share on the way.
struct Walk<'a> {
    limits: &'a Limits,
    nested: bool,
    meter: &'a Meter,
    visitor: &'a mut dyn Visitor,
}

impl Walk<'_> {
    /// Whether an entry has to be unpacked.
    fn wants(&self, name: &[u8], bytes: u64) -> bool {
        self.visitor.wants(bytes) || self.is_nested(name, bytes)
    }

    /// Hands an entry to the visitor, or walks through it in turn.
    fn visit(&mut self, name: &[u8], bytes: u64, content: &mut dyn Read) -> Result<(), WalkError> {
        if self.visitor.wants(bytes) {
            return match self.visitor.take(bytes, content) {
                Ok(()) => Ok(()),
                Err(TakeError::Read(error)) => Err(self.meter.problem(error).into()),
                Err(TakeError::Keep(error)) => Err(WalkError::Keep(error)),
            };
        }
        if !self.is_nested(name, bytes) {
            return Ok(());
        }
        let mut inner = Vec::new();
        let read = content.take(bytes).read_to_end(&mut inner);
        read.map_err(|error| self.meter.problem(error))?;
        let mut walk = Walk {
            limits: self.limits,
            nested: false,
            meter: self.meter,
            visitor: &mut *self.visitor,
        };
        zipped::walk(Cursor::new(inner), bytes, &mut walk)
    }

    fn is_nested(&self, name: &[u8], bytes: u64) -> bool {
        /// An archive in an archive is held in memory.
        const LARGEST: u64 = 64 * 1024 * 1024;
        self.nested && bytes <= LARGEST && name.to_ascii_lowercase().ends_with(b".zip")
    }
}
