//! IDX, the format of MNIST's files.
//!
//! Two zero bytes, a byte for the type of the values, a byte for the rank; then the sizes, numbers
//! of 32 bits with the high byte first; then the values, the last index running fastest
//! (<http://yann.lecun.com/exdb/mnist/>, "the IDX file format"). The published files are
//! compressed with gzip.
//!
//! A header can promise what the file does not hold, so nothing is reserved on its word: memory
//! grows with what is read, and ends at [`MAX_IDX_VALUES`]. IDX has no checksum: a changed value
//! in a plain file is seen only by whoever compares hashes. Gzip has one, and it is checked.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::name::shown;

/// The most values that are read, a byte each: five times MNIST's training images.
pub const MAX_IDX_VALUES: u64 = 256 * 1024 * 1024;

/// What a gzip file begins with (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The type of values that is read; LeCun's page lists five more.
const UNSIGNED_BYTES: u8 = 0x08;

/// An array of unsigned bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idx {
    /// Its sizes, the slowest index first; at least one.
    pub sizes: Vec<usize>,
    /// Its values, as many as the product of the sizes.
    pub values: Vec<u8>,
}

/// Why an array, or MNIST, cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IdxError {
    /// The file could not be opened or read.
    #[error("cannot read {}", shown(.0))]
    Io(PathBuf, #[source] io::Error),
    /// The file begins as gzip does, and cannot be decompressed.
    #[error("{} is a damaged gzip file; get it again", shown(.0))]
    Gzip(PathBuf, #[source] io::Error),
    /// The content is something else, whatever the name says; or there is none.
    #[error("{}: expected {expected}, found {found}", shown(path))]
    Content {
        /// The file, or the folder.
        path: PathBuf,
        /// What it should hold.
        expected: String,
        /// What it holds.
        found: String,
    },
}

impl IdxError {
    pub(crate) fn content(
        path: &Path,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        Self::Content {
            path: path.to_path_buf(),
            expected: expected.into(),
            found: found.into(),
        }
    }
}

/// Reads an IDX file of unsigned bytes, plain or compressed with gzip; the content decides which.
///
/// # Errors
/// See [`IdxError`]: anything but one whole array and nothing after it.
pub fn read_idx(path: &Path) -> Result<Idx, IdxError> {
    let file = File::open(path).map_err(|source| IdxError::Io(path.to_path_buf(), source))?;
    read_idx_from(file, path)
}

/// Reads what [`read_idx`] reads from any source; errors call it `path`.
///
/// # Errors
/// See [`IdxError`].
pub fn read_idx_from(mut source: impl Read, path: &Path) -> Result<Idx, IdxError> {
    let mut start = Vec::new();
    let begun = source.by_ref().take(2).read_to_end(&mut start);
    begun.map_err(|source| IdxError::Io(path.to_path_buf(), source))?;
    let gzip = start == GZIP;
    let bytes = Cursor::new(start).chain(source);
    if gzip {
        let bytes = MultiGzDecoder::new(bytes);
        Source { bytes, gzip, path }.array()
    } else {
        Source { bytes, gzip, path }.array()
    }
}

/// The bytes of an array, decompressed, and what to call them in errors.
struct Source<'a, R> {
    bytes: R,
    gzip: bool,
    path: &'a Path,
}

impl<R: Read> Source<'_, R> {
    fn array(mut self) -> Result<Idx, IdxError> {
        let rank = self.rank()?;
        let sizes = self.part("sizes", 4 * u64::from(rank))?;
        let (sizes, _) = sizes.as_chunks();
        let size = |&bytes: &[u8; 4]| u32::from_be_bytes(bytes) as usize;
        let sizes: Vec<usize> = sizes.iter().map(size).collect();
        let count = count(&sizes).filter(|&count| count <= MAX_IDX_VALUES);
        let count = count.ok_or_else(|| {
            let expected = format!("at most {} MiB of values", MAX_IDX_VALUES / 1024 / 1024);
            let found = format!("the sizes {}", product(&sizes));
            IdxError::content(self.path, expected, found)
        })?;
        let values = self.part("values", count)?;
        // This takes gzip to its checksum, too.
        if !self.up_to(1)?.is_empty() {
            let expected = format!("the end after {count} values");
            return Err(IdxError::content(self.path, expected, "more; get it again"));
        }
        Ok(Idx { sizes, values })
    }

    fn rank(&mut self) -> Result<u8, IdxError> {
        let (expected, found) = match self.up_to(4)?[..] {
            [0, 0, UNSIGNED_BYTES, rank @ 1..=u8::MAX] => return Ok(rank),
            [0, 0, found @ (0x09 | 0x0b..=0x0e), 1..=u8::MAX] => (
                "unsigned bytes, type 0x08 of IDX",
                format!("type {found:#04x}"),
            ),
            ref found => (
                "an IDX file, which begins with \\x00\\x00\\x08 and its rank",
                format!("\"{}\"; get it again", found.escape_ascii()),
            ),
        };
        Err(IdxError::content(self.path, expected, found))
    }

    /// The next bytes, all of them.
    fn part(&mut self, name: &str, bytes: u64) -> Result<Vec<u8>, IdxError> {
        let part = self.up_to(bytes)?;
        if part.len() as u64 == bytes {
            return Ok(part);
        }
        let expected = format!("{bytes} bytes of {name}");
        let found = format!("{}; get it again", part.len());
        Err(IdxError::content(self.path, expected, found))
    }

    /// The next bytes, fewer than `limit` where the source ends.
    fn up_to(&mut self, limit: u64) -> Result<Vec<u8>, IdxError> {
        let mut bytes = Vec::new();
        let read = self.bytes.by_ref().take(limit).read_to_end(&mut bytes);
        let path = self.path.to_path_buf();
        read.map_err(|source| match self.gzip {
            true => IdxError::Gzip(path, source),
            false => IdxError::Io(path, source),
        })?;
        Ok(bytes)
    }
}

/// How many values an array of these sizes has, where a number can hold it.
fn count(sizes: &[usize]) -> Option<u64> {
    let product = |count: u64, &size: &usize| count.checked_mul(size as u64);
    sizes.iter().try_fold(1, product)
}

/// `28 x 28`; the beginning of it where a damaged rank gives up to 255 sizes.
pub(crate) fn product(sizes: &[usize]) -> String {
    const MOST: usize = 4;
    let shown: Vec<_> = sizes.iter().take(MOST).map(ToString::to_string).collect();
    let more = if sizes.len() > MOST { " x ..." } else { "" };
    shown.join(" x ") + more
}
