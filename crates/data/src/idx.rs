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

mod error;

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

pub use error::IdxError;
pub(crate) use error::product;

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

/// Reads an IDX file of unsigned bytes, plain or compressed with gzip; the content decides which.
///
/// # Errors
/// See [`IdxError`]: anything but one whole array and nothing after it.
pub fn read_idx(path: &Path) -> Result<Idx, IdxError> {
    let file = File::open(path).map_err(|source| IdxError::Io {
        path: path.to_path_buf(),
        source,
    })?;
    read_idx_from(file, path)
}

/// Reads what [`read_idx`] reads from any source; errors call it `path`.
///
/// # Errors
/// See [`IdxError`].
pub fn read_idx_from(mut source: impl Read, path: &Path) -> Result<Idx, IdxError> {
    let mut start = Vec::new();
    let begun = source.by_ref().take(2).read_to_end(&mut start);
    begun.map_err(|source| IdxError::Io {
        path: path.to_path_buf(),
        source,
    })?;
    let gzip = start == GZIP;
    let whole = Cursor::new(start).chain(source);
    if gzip {
        let bytes = MultiGzDecoder::new(whole);
        Source { bytes, gzip, path }.array()
    } else {
        let bytes = whole;
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
        let path = self.path.to_path_buf();
        let rank = self.rank()?;
        let sizes = self.sizes(rank)?;
        let Some(expected) = count(&sizes).filter(|&count| count <= MAX_IDX_VALUES) else {
            return Err(IdxError::TooLarge { path, sizes });
        };
        // One more than expected tells whether something follows, and takes gzip to its checksum.
        let values = self.up_to(expected + 1)?;
        match values.len() as u64 {
            found if found < expected => Err(IdxError::Short {
                path,
                part: "values",
                expected,
                found,
            }),
            found if found > expected => Err(IdxError::Long { path, expected }),
            _ => Ok(Idx { sizes, values }),
        }
    }

    fn rank(&mut self) -> Result<u8, IdxError> {
        let path = self.path.to_path_buf();
        match self.up_to(4)?[..] {
            [0, 0, UNSIGNED_BYTES, rank @ 1..=u8::MAX] => Ok(rank),
            [0, 0, found @ (0x09 | 0x0b..=0x0e), 1..=u8::MAX] => {
                Err(IdxError::Kind { path, found })
            }
            ref found => Err(IdxError::NotIdx {
                path,
                found: found.escape_ascii().to_string(),
            }),
        }
    }

    fn sizes(&mut self, rank: u8) -> Result<Vec<usize>, IdxError> {
        let expected = 4 * u64::from(rank);
        let bytes = self.up_to(expected)?;
        let found = bytes.len() as u64;
        if found < expected {
            return Err(IdxError::Short {
                path: self.path.to_path_buf(),
                part: "sizes",
                expected,
                found,
            });
        }
        let (sizes, _) = bytes.as_chunks();
        let size = |&bytes: &[u8; 4]| u32::from_be_bytes(bytes) as usize;
        Ok(sizes.iter().map(size).collect())
    }

    /// The next bytes, fewer than `limit` where the source ends.
    fn up_to(&mut self, limit: u64) -> Result<Vec<u8>, IdxError> {
        let mut bytes = Vec::new();
        let read = self.bytes.by_ref().take(limit).read_to_end(&mut bytes);
        let path = self.path.to_path_buf();
        read.map_err(|source| match self.gzip {
            true => IdxError::Gzip { path, source },
            false => IdxError::Io { path, source },
        })?;
        Ok(bytes)
    }
}

/// How many values an array of these sizes has, where a number can hold it.
fn count(sizes: &[usize]) -> Option<u64> {
    let product = |count: u64, &size: &usize| count.checked_mul(size as u64);
    sizes.iter().try_fold(1, product)
}
