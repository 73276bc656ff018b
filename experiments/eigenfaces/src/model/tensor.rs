//! Arrays of `f64` as tensors of a safetensors file, and back.

use ndarray::{Array1, Array2};
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

/// An array as it lies in the file.
pub struct Tensor {
    shape: Vec<usize>,
    /// Little-endian, row by row.
    pub bytes: Vec<u8>,
}

impl Tensor {
    /// The values of an array of this shape, row by row.
    pub fn of<'a>(shape: impl Into<Vec<usize>>, values: impl IntoIterator<Item = &'a f64>) -> Self {
        let values = values.into_iter();
        Self {
            shape: shape.into(),
            bytes: values.flat_map(|value| value.to_le_bytes()).collect(),
        }
    }

    /// As the library takes it.
    pub fn view(&self) -> Result<TensorView<'_>, SafeTensorError> {
        TensorView::new(Dtype::F64, self.shape.clone(), &self.bytes)
    }
}

/// A tensor with two sides, or what it is instead.
pub fn matrix(tensors: &SafeTensors<'_>, name: &str) -> Result<Array2<f64>, String> {
    let (shape, values) = values(tensors, name)?;
    match *shape.as_slice() {
        [rows, columns] => {
            Array2::from_shape_vec((rows, columns), values).map_err(|error| error.to_string())
        }
        _ => Err(format!("`{name}` has shape {shape:?}, expected two sides")),
    }
}

/// A tensor with one side, or what it is instead.
pub fn vector(tensors: &SafeTensors<'_>, name: &str) -> Result<Array1<f64>, String> {
    let (shape, values) = values(tensors, name)?;
    match *shape.as_slice() {
        [_] => Ok(Array1::from_vec(values)),
        _ => Err(format!("`{name}` has shape {shape:?}, expected one side")),
    }
}

fn values(tensors: &SafeTensors<'_>, name: &str) -> Result<(Vec<usize>, Vec<f64>), String> {
    let view = tensors.tensor(name).map_err(|error| error.to_string())?;
    if view.dtype() != Dtype::F64 {
        return Err(format!("`{name}` holds {:?}, expected F64", view.dtype()));
    }
    let (chunks, _) = view.data().as_chunks::<8>();
    let values: Vec<f64> = chunks.iter().copied().map(f64::from_le_bytes).collect();
    if values.iter().all(|value| value.is_finite()) {
        Ok((view.shape().to_vec(), values))
    } else {
        Err(format!("`{name}` holds a number that is not finite"))
    }
}
