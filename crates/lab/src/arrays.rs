//! Large arrays of an outcome, beside its JSON: `arrays.safetensors`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ndarray::{ArrayD, IxDyn};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::error::{Error, Result};
use crate::files;

/// Arrays by name, written in the order of their names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arrays(BTreeMap<String, ArrayD<f32>>);

impl Arrays {
    /// Adds an array, replacing one of the same name.
    pub fn insert(&mut self, name: impl Into<String>, array: ArrayD<f32>) {
        self.0.insert(name.into(), array);
    }

    /// The array of this name.
    ///
    /// # Errors
    /// When there is none: names it.
    pub fn get(&self, name: &str) -> Result<&ArrayD<f32>> {
        self.0
            .get(name)
            .ok_or_else(|| Error::Other(format!("there is no array `{name}`").into()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes all arrays to one file.
    ///
    /// # Errors
    /// Names the file when it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let bytes: Vec<(&str, &[usize], Vec<u8>)> = self
            .0
            .iter()
            .map(|(name, array)| {
                let data = array.iter().flat_map(|value| value.to_le_bytes()).collect();
                (name.as_str(), array.shape(), data)
            })
            .collect();
        let views = bytes
            .iter()
            .map(|(name, shape, data)| {
                Ok((*name, TensorView::new(Dtype::F32, shape.to_vec(), data)?))
            })
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
        let file = views
            .and_then(|views| safetensors::serialize(views, None))
            .map_err(|error| Error::Other(Box::new(error)))?;
        files::write_atomically(path, &file)
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// Names the file when it cannot be read or holds anything but arrays of `f32`.
    pub fn read(path: &Path) -> Result<Self> {
        let bytes = fs::read(path).map_err(Error::io("read", path))?;
        let damaged = |reason: String| Error::Damaged {
            path: path.to_path_buf(),
            reason,
        };
        let file = SafeTensors::deserialize(&bytes).map_err(|error| damaged(error.to_string()))?;
        let mut arrays = Self::default();
        for (name, view) in file.tensors() {
            if view.dtype() != Dtype::F32 {
                return Err(damaged(format!(
                    "array `{name}` holds {:?}, not F32",
                    view.dtype()
                )));
            }
            let (chunks, _) = view.data().as_chunks::<4>();
            let values = chunks.iter().copied().map(f32::from_le_bytes).collect();
            let array = ArrayD::from_shape_vec(IxDyn(view.shape()), values)
                .map_err(|error| damaged(format!("array `{name}`: {error}")))?;
            arrays.insert(name, array);
        }
        Ok(arrays)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Arrays {
        let mut arrays = Arrays::default();
        let values = (0..24_u8).map(|v| f32::from(v) / 7.0).collect();
        arrays.insert(
            "b",
            ArrayD::from_shape_vec(IxDyn(&[2, 3, 4]), values).unwrap(),
        );
        arrays.insert("a", ArrayD::from_elem(IxDyn(&[1]), f32::NAN));
        arrays
    }

    #[test]
    fn arrays_come_back_with_the_same_bits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("arrays.safetensors");
        sample().write(&path).unwrap();
        let read = Arrays::read(&path).unwrap();
        assert_eq!(read.get("b").unwrap(), sample().get("b").unwrap());
        assert!(read.get("a").unwrap()[[0]].is_nan());
        assert!(read.get("c").unwrap_err().to_string().contains("`c`"));
    }

    #[test]
    fn a_truncated_file_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("arrays.safetensors");
        sample().write(&path).unwrap();
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let error = Arrays::read(&path).unwrap_err();
            assert!(error.to_string().contains("arrays.safetensors"), "{error}");
        }
    }
}
