//! Arrays made up for the tests, and sources that watch their reader.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use retrace_data::{Idx, IdxError, read_idx_from};

pub fn header(sizes: &[u32]) -> Vec<u8> {
    let rank = u8::try_from(sizes.len()).unwrap();
    let sizes = sizes.iter().flat_map(|size| size.to_be_bytes());
    [0, 0, 8, rank].into_iter().chain(sizes).collect()
}

/// Three images of 4 x 5, whose values all differ.
pub fn plain() -> Vec<u8> {
    header(&[3, 4, 5]).into_iter().chain(1..=60).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn read(bytes: &[u8]) -> Result<Idx, IdxError> {
    read_idx_from(bytes, "digits.idx".as_ref())
}

/// The sentence that content is refused with.
pub fn refused(bytes: &[u8]) -> String {
    let message = read(bytes).unwrap_err().to_string();
    assert!(message.contains("digits.idx"), "{message}");
    message
}

/// Gives a byte at a time, and counts them.
pub struct Watched<R> {
    inner: R,
    pub given: usize,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let given = self.inner.by_ref().take(1).read(buffer)?;
        self.given += given;
        Ok(given)
    }
}

pub fn watched<R>(inner: R) -> Watched<R> {
    Watched { inner, given: 0 }
}
