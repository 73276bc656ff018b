//! What can be wrong with an IDX file.

use std::path::PathBuf;

use super::MAX_IDX_VALUES;

/// Why an array cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IdxError {
    /// The file could not be opened or read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file begins as gzip does, and cannot be decompressed.
    #[error("{} is a damaged gzip file; get it again", path.display())]
    Gzip {
        /// The file.
        path: PathBuf,
        /// What the decompression met.
        source: std::io::Error,
    },
    /// The content is something else, whatever the name says.
    #[error(
        "{}: expected an IDX file, which begins with \\x00\\x00\\x08 and its rank, found \
         \"{found}\"; get it again",
        path.display()
    )]
    NotIdx {
        /// The file.
        path: PathBuf,
        /// Its first four bytes, or all where it has fewer, escaped.
        found: String,
    },
    /// The values are not unsigned bytes.
    #[error("{}: expected unsigned bytes, type 0x08 of IDX, found type {found:#04x}", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// The type, as LeCun's page numbers them.
        found: u8,
    },
    /// The sizes ask for more than [`MAX_IDX_VALUES`].
    #[error(
        "{}: expected at most {} MiB of values, found the sizes {}",
        path.display(),
        MAX_IDX_VALUES / 1024 / 1024,
        product(sizes)
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The sizes.
        sizes: Vec<usize>,
    },
    /// The file ends too early.
    #[error("{}: expected {expected} bytes of {part}, found {found}; get it again", path.display())]
    Short {
        /// The file.
        path: PathBuf,
        /// What is cut off.
        part: &'static str,
        /// Bytes that the header asks for.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// Something follows the values.
    #[error("{}: expected the end after {expected} values, found more; get it again", path.display())]
    Long {
        /// The file.
        path: PathBuf,
        /// Values that the header asks for.
        expected: u64,
    },
}

/// `28 x 28`; the beginning of it where a damaged rank gives up to 255 sizes.
pub(crate) fn product(sizes: &[usize]) -> String {
    const MOST: usize = 4;
    let shown: Vec<_> = sizes.iter().take(MOST).map(ToString::to_string).collect();
    let more = if sizes.len() > MOST { " x ..." } else { "" };
    shown.join(" x ") + more
}
