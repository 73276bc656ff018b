//! Networks and bins as named arrays, and back.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::{ArrayD, IxDyn};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use crate::bins::Grid;
use crate::network::{LAYERS, Network};

/// The tensor of the bins.
pub(super) const CELLS: &str = "bins.cells";

/// Name and values of each tensor of a network, in the order of the checksum.
pub fn arrays(network: &Network) -> Vec<(String, ArrayD<f32>)> {
    let layers = network.layers.iter().enumerate();
    let both = layers.flat_map(|(index, layer)| {
        let bias = layer.bias.as_ref().map(|bias| array(bias.val()));
        let bias = bias.unwrap_or_else(|| ArrayD::zeros(IxDyn(&[0])));
        let [weight_name, bias_name] = names(index);
        [(weight_name, array(layer.weight.val())), (bias_name, bias)]
    });
    both.collect()
}

/// The cells of the bins, as an array: numbers below 2^24 are exact in 32 bits.
pub fn cells_array(cells: &[usize]) -> (String, ArrayD<f32>) {
    let values = cells.iter().map(|cell| *cell as f32).collect();
    let array = ArrayD::from_shape_vec(IxDyn(&[cells.len()]), values);
    (CELLS.to_owned(), array.expect("a value a cell"))
}

/// The cells of the bins: whole numbers, rising, within the grid.
pub(super) fn cells_of(array: &ArrayD<f32>, grid: Grid) -> Result<Vec<usize>, String> {
    let within = |cell: &f32| cell.fract() == 0.0 && (0.0..grid.cells() as f32).contains(cell);
    let pairs = array.iter().zip(array.iter().skip(1));
    let rising = array.ndim() == 1 && pairs.into_iter().all(|(one, next)| one < next);
    if array.is_empty() || !rising || !array.iter().all(within) {
        let window = grid.window;
        return Err(format!(
            "its bins are no cells of a grid of window {window}"
        ));
    }
    Ok(array.iter().map(|cell| *cell as usize).collect())
}

pub(super) fn names(layer: usize) -> [String; 2] {
    ["weight", "bias"].map(|part| format!("network.{layer}.{part}"))
}

pub(super) fn all_names() -> Vec<String> {
    let layers = (0..LAYERS).flat_map(names);
    layers.chain([CELLS.to_owned()]).collect()
}

fn array<const D: usize>(tensor: Tensor<D>) -> ArrayD<f32> {
    let shape = tensor.dims();
    let values = tensor.into_data().iter::<f32>().collect();
    ArrayD::from_shape_vec(IxDyn(&shape), values).expect("a tensor has its shape's values")
}

pub(super) fn parameter<const D: usize>(
    array: &ArrayD<f32>,
    shape: [usize; D],
    name: &str,
) -> Result<Param<Tensor<D>>, String> {
    if array.shape() != shape {
        let found = array.shape();
        return Err(format!(
            "expected `{name}` of shape {shape:?}, found {found:?}"
        ));
    }
    let values: Vec<f32> = array.iter().copied().collect();
    if !values.iter().all(|value| value.is_finite()) {
        return Err(format!("`{name}` has values that are not finite"));
    }
    let data = TensorData::new(values, shape);
    Ok(Param::from_tensor(Tensor::from_data(data, &Device::flex())))
}

pub(super) fn view<'a>(tensors: &SafeTensors<'a>, name: &str) -> Result<TensorView<'a>, String> {
    tensors
        .tensor(name)
        .map_err(|_| format!("there is no `{name}`"))
}

pub(super) fn array_of(view: &TensorView<'_>) -> Result<ArrayD<f32>, String> {
    if view.dtype() != Dtype::F32 {
        return Err(format!("expected 32-bit floats, found {:?}", view.dtype()));
    }
    let (chunks, _) = view.data().as_chunks::<4>();
    let values = chunks.iter().copied().map(f32::from_le_bytes).collect();
    ArrayD::from_shape_vec(IxDyn(view.shape()), values).map_err(|error| error.to_string())
}

pub(super) fn bytes_of(array: &ArrayD<f32>) -> Vec<u8> {
    array.iter().flat_map(|value| value.to_le_bytes()).collect()
}
