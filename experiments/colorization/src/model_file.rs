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

mod about;
mod tensors;

use std::path::Path;

use burn::nn::conv::Conv2dConfig;
use burn::tensor::Device;
use ndarray::ArrayD;
use retrace_conv::Conv2d;
use retrace_lab::Arrays;
use retrace_lab::model_file::{self, ModelError};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

pub use about::About;
use tensors::{CELLS, all_names, array_of, bytes_of, cells_of, names, parameter, view};
pub use tensors::{arrays, cells_array};

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

    /// How its answers become colours.
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
