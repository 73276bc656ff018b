//! A trained network as a safetensors file.
//!
//! | tensor (F32) | shape | |
//! |---|---|---|
//! | `network.K.weight` | outputs x inputs x 3 x 3 | of layer K, 0 nearest to the picture |
//! | `network.K.bias` | outputs | |
//! | `bins.cells` | Q | the used cells of the grid, rising |
//!
//! One entry of the metadata, `retrace.colorization`, holds [`About`] as JSON, with the SHA-256 of
//! everything else: a model that is not what was written is refused, and so is one whose network
//! does not have an output for each of its bins.

use std::path::Path;

use burn::module::Param;
use burn::nn::conv::Conv2dConfig;
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::{ArrayD, IxDyn};
use retrace_conv::Conv2d;
use retrace_lab::Arrays;
use retrace_lab::model_file::{self, Entry, ModelError};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};

use crate::bins::Grid;
use crate::colouring::Decoder;
use crate::network::{LAYERS, Network, NetworkConfig};

/// A network that colours, with its bins.
#[derive(Debug)]
pub struct Model {
    /// In evaluation.
    pub network: Network,
    /// The used cells of the grid, rising.
    pub cells: Vec<usize>,
    /// Where it came from.
    pub about: About,
}

impl Model {
    /// The model that a finished cell kept.
    ///
    /// # Errors
    /// When its arrays are not those of a model: what is wrong with them.
    pub fn of_arrays(arrays: &Arrays, about: About) -> Result<Self, String> {
        let get = |name: &str| arrays.get(name).cloned().map_err(|error| error.to_string());
        Self::assembled(get, about)
    }

    fn assembled(
        get: impl Fn(&str) -> Result<ArrayD<f32>, String>,
        about: About,
    ) -> Result<Self, String> {
        let window = about.window;
        let cells = cells_of(&get(CELLS)?, Grid { window })?;
        let config = NetworkConfig {
            bins: cells.len(),
            outputs: if about.plane { 2 } else { cells.len() },
            before_relu: about.before_relu,
        };
        // Checked before anything is allocated: a file may say what it likes.
        let channels = config.channels();
        let mut layers = Vec::with_capacity(LAYERS);
        for (index, pair) in channels.windows(2).enumerate() {
            let [weight, bias] = names(index);
            let convolution = Conv2dConfig::new([pair[0], pair[1]], [3, 3]);
            let weight = parameter(&get(&weight)?, [pair[1], pair[0], 3, 3], &weight)?;
            let bias = parameter(&get(&bias)?, [pair[1]], &bias)?;
            let mut layer = Conv2d::new(&convolution, &Device::flex());
            layer.weight = weight;
            layer.bias = Some(bias);
            layers.push(layer);
        }
        let network = Network {
            layers,
            before_relu: about.before_relu,
        };
        Ok(Self {
            network,
            cells,
            about,
        })
    }

    /// How what its network gives becomes colours.
    pub fn decoder(&self, temperature: f64) -> Decoder {
        let grid = Grid {
            window: self.about.window,
        };
        if self.about.plane {
            return Decoder::Plane;
        }
        Decoder::Bins {
            centres: self.cells.iter().map(|cell| grid.centre(*cell)).collect(),
            temperature,
        }
    }

    /// Writes the model; the file exists whole or not at all.
    ///
    /// # Errors
    /// Names a file that cannot be written.
    pub fn write(&self, path: &Path) -> retrace_lab::Result<()> {
        let mut all = arrays(&self.network);
        all.push(cells_array(&self.cells));
        let bytes: Vec<Vec<u8>> = all.iter().map(|(_, array)| bytes_of(array)).collect();
        let views = all.iter().zip(&bytes).map(|((name, array), bytes)| {
            let view = TensorView::new(Dtype::F32, array.shape().to_vec(), bytes)?;
            Ok((name, view))
        });
        model_file::write(path, self.about.clone(), views)
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// See [`ModelError`]: a file that cannot be read, is no model, or not the one written.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        model_file::read(path, Self::of_tensors)
    }

    fn of_tensors(about: About, tensors: &SafeTensors<'_>) -> Result<Self, String> {
        let names = all_names();
        let views = names.iter().map(|name| view(tensors, name));
        let views = views.collect::<Result<Vec<_>, String>>()?;
        about.check(views.iter().map(TensorView::data))?;
        let get = |name: &str| view(tensors, name).and_then(|view| array_of(&view));
        Self::assembled(get, about)
    }
}

/// What is not a tensor, as JSON in the metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// Version of the layout.
    pub format: u64,
    /// The command that makes this model again, without folders: where data lie and results go is
    /// everybody's own.
    pub command: String,
    /// What it was trained on.
    pub trained_on: Vec<String>,
    /// Side of a bin in units of a and b.
    pub window: f64,
    /// Whether layer 8 reads what layer 7 gives before its ReLU.
    pub before_relu: bool,
    /// Whether it gives a and b in place of bins.
    pub plane: bool,
    /// Of this, with nothing in this place, and of the tensors in their order.
    pub sha256: String,
}

impl About {
    /// Of a network that gives bins, made by `command`; its checksum comes when it is
    /// written.
    pub fn new(window: f64, before_relu: bool, command: String, trained_on: Vec<String>) -> Self {
        Self {
            format: Self::FORMAT,
            command,
            trained_on,
            window,
            before_relu,
            plane: false,
            sha256: String::new(),
        }
    }

    /// Says what is wrong when the checksum is not that of these tensors, or the window none.
    fn check<'a>(&self, tensors: impl IntoIterator<Item = &'a [u8]>) -> Result<(), String> {
        model_file::check(self, tensors)?;
        if !(1.0..=220.0).contains(&self.window) {
            return Err(format!("a window of {} makes no bins", self.window));
        }
        Ok(())
    }
}

impl Entry for About {
    const KEY: &'static str = "retrace.colorization";
    const FORMAT: u64 = 1;
    const MADE_BY: &'static str = "`colorization train`";
    /// A network with 2,000 bins takes 378 MB, one with 3,370 as much as this.
    const MAX_BYTES: u64 = 1 << 30;

    fn sha256(&mut self) -> &mut String {
        &mut self.sha256
    }
}

/// The tensor of the bins.
const CELLS: &str = "bins.cells";

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
    (CELLS.to_owned(), array.expect("one value per cell"))
}

/// The cells of the bins: whole numbers, rising, within the grid.
fn cells_of(array: &ArrayD<f32>, grid: Grid) -> Result<Vec<usize>, String> {
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

fn names(layer: usize) -> [String; 2] {
    ["weight", "bias"].map(|part| format!("network.{layer}.{part}"))
}

fn all_names() -> Vec<String> {
    let layers = (0..LAYERS).flat_map(names);
    layers.chain([CELLS.to_owned()]).collect()
}

fn array<const D: usize>(tensor: Tensor<D>) -> ArrayD<f32> {
    let shape = tensor.dims();
    let values = tensor.into_data().iter::<f32>().collect();
    ArrayD::from_shape_vec(IxDyn(&shape), values).expect("a tensor has its shape's values")
}

fn parameter<const D: usize>(
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

fn view<'a>(tensors: &SafeTensors<'a>, name: &str) -> Result<TensorView<'a>, String> {
    tensors
        .tensor(name)
        .map_err(|_| format!("there is no `{name}`"))
}

fn array_of(view: &TensorView<'_>) -> Result<ArrayD<f32>, String> {
    if view.dtype() != Dtype::F32 {
        return Err(format!("expected 32-bit floats, found {:?}", view.dtype()));
    }
    let (chunks, _) = view.data().as_chunks::<4>();
    let values = chunks.iter().copied().map(f32::from_le_bytes).collect();
    ArrayD::from_shape_vec(IxDyn(view.shape()), values).map_err(|error| error.to_string())
}

fn bytes_of(array: &ArrayD<f32>) -> Vec<u8> {
    array.iter().flat_map(|value| value.to_le_bytes()).collect()
}
