//! Copying with an eye on which side fails: a mirror is not to blame for a full disk.

use std::io::{self, Read};

/// Which side of a copy failed.
pub enum CopyError {
    /// The reader.
    Read(io::Error),
    /// The writer.
    Write(io::Error),
}

/// Hands all bytes of `from` to `to`, chunk by chunk.
pub fn copy(
    from: &mut dyn Read,
    mut to: impl FnMut(&[u8]) -> io::Result<()>,
) -> Result<(), CopyError> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => to(&buffer[..count]).map_err(CopyError::Write)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(CopyError::Read(error)),
        }
    }
}
