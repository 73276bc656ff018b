//! Large arrays of an outcome, beside its JSON: `arrays.safetensors`.

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::{ArrayD, IxDyn};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::error::{Error, Result};
use crate::seal;

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
        let views = bytes.iter().map(|(name, shape, data)| {
            Ok((*name, TensorView::new(Dtype::F32, shape.to_vec(), data)?))
        });
        seal::write_tensors(path, views)
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// Names the file when it cannot be read, is not what was written, or holds anything but arrays
    /// of `f32`.
    pub fn read(path: &Path) -> Result<Self> {
        seal::read_tensors(path, Self::of_tensors)
    }

    fn of_tensors(file: &SafeTensors<'_>) -> std::result::Result<Self, String> {
        let mut arrays = Self::default();
        for (name, view) in file.tensors() {
            if view.dtype() != Dtype::F32 {
                return Err(format!("array `{name}` holds {:?}, not F32", view.dtype()));
            }
            let (chunks, _) = view.data().as_chunks::<4>();
            let values = chunks.iter().copied().map(f32::from_le_bytes).collect();
            let array = ArrayD::from_shape_vec(IxDyn(view.shape()), values)
                .map_err(|error| format!("array `{name}`: {error}"))?;
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
}
