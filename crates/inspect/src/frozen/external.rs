//! Weights that lie in a file beside the network's, as PyTorch writes them.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{Error as IoError, ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

use onnx_ir::{GraphProto, TensorProto};

use super::{MAX_BYTES, not_runnable};
use crate::{Error, Result};

/// The number of `EXTERNAL` in ONNX's `TensorProto.DataLocation`.
const EXTERNAL: i32 = 1;

/// Takes such weights into the network; whether there are any.
pub(super) fn read(graph: &mut GraphProto, folder: Option<&Path>) -> Result<bool> {
    let tensors = graph.initializer.iter_mut();
    let mut found = false;
    // Of all of them together: any number of weights may point to the same file.
    let mut left = MAX_BYTES;
    for tensor in tensors.filter(|tensor| tensor.data_location.value() == EXTERNAL) {
        let values = values(tensor, folder, left)?;
        left = left
            .checked_sub(values.len() as u64)
            .ok_or_else(|| not_runnable("its weights take more than 2 GiB"))?;
        tensor.raw_data = values.into();
        tensor.external_data.clear();
        tensor.data_location = Default::default();
        found = true;
    }
    Ok(found)
}

/// At most one byte more than `most`.
fn values(tensor: &TensorProto, folder: Option<&Path>, most: u64) -> Result<Vec<u8>> {
    let entry = |key: &str| tensor.external_data.iter().find(|entry| entry.key == key);
    let number = |key: &str, default: u64| {
        let number = entry(key).map_or(Ok(default), |entry| entry.value.parse());
        number.map_err(|_| not_runnable(format!("{}: {key} is no number", tensor.name)))
    };
    let file = entry("location").map_or("", |entry| entry.value.as_str());
    // A path or a link could lead anywhere.
    let (Some(folder), true) = (
        folder,
        Path::new(file).file_name() == Some(OsStr::new(file)),
    ) else {
        return Err(not_runnable(format!(
            "the weights {} lie in {file:?}: only a file in the network's own folder is read",
            tensor.name
        )));
    };
    let (offset, length) = (number("offset", 0)?, number("length", MAX_BYTES)?);
    let path = folder.join(file);
    let read = || {
        if !path.symlink_metadata()?.is_file() {
            return Err(IoError::new(ErrorKind::InvalidInput, "it is no plain file"));
        }
        let mut bytes = Vec::new();
        let mut file = File::open(&path)?;
        file.seek(SeekFrom::Start(offset))?;
        file.take(length.min(most + 1)).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|source| Error::Io { path, source })
}
