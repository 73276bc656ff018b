//! Shapes, parameters and memory of every layer, before anything is built.
//!
//! The author wished for "some easy planner for architecture" and something like a memory
//! profiler. This is the rough one: it counts numbers of four bytes, not what a back end needs
//! besides (packed weights, scratch, an allocator's slack).

mod layer;

use std::fmt;

use crate::config::AutoencoderConfig;
use crate::data::Size;
use crate::network::{Architecture, bottleneck, colour, stack};

pub use layer::Layer;

/// Bytes of a number.
pub(crate) const FLOAT: usize = 4;

/// A network to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Nearest to the input first.
    pub layers: Vec<Layer>,
}

impl Plan {
    /// Of a network that the config describes.
    pub fn of(architecture: Architecture, config: &AutoencoderConfig) -> Self {
        let features = architecture.features(config);
        match architecture {
            Architecture::SixLayers | Architecture::Small => Self::stack(&features, config.size()),
            Architecture::Bottleneck(code) => Self::bottleneck(code, config.size()),
            Architecture::Colour => Self::colour(&features, config.colour_size()),
        }
    }

    fn stack(features: &[usize], size: Size) -> Self {
        let mut layers = convolutions(features, stack::KERNEL, size);
        let from = features.last().copied().unwrap_or(1);
        layers.push(Layer::convolution(
            "convolution",
            from,
            1,
            stack::LAST_KERNEL,
            size,
        ));
        Self { layers }
    }

    fn bottleneck(code: usize, size: Size) -> Self {
        let [first, second] = bottleneck::MAPS;
        let quarter = bottleneck::quarter(size);
        let half = Size {
            width: size.width.div_ceil(2),
            height: size.height.div_ceil(2),
        };
        let middle = second * quarter.pixels();
        let doubled = Size {
            width: 2 * quarter.width,
            height: 2 * quarter.height,
        };
        let strided = "convolution, stride 2,";
        let layers = vec![
            Layer::convolution(strided, 1, first, bottleneck::DOWN, half),
            Layer::convolution(strided, first, second, bottleneck::DOWN, quarter),
            Layer::sums("dense, to the code", [code, 1, 1], middle),
            Layer {
                output: [second, quarter.height, quarter.width],
                ..Layer::sums("dense, from the code", [middle, 1, 1], code)
            },
            Layer::transposed(
                second,
                first,
                quarter,
                [first, doubled.height, doubled.width],
            ),
            Layer::transposed(
                first,
                1,
                doubled,
                [1, 2 * doubled.height, 2 * doubled.width],
            ),
        ];
        Self { layers }
    }

    /// The first attempt at any size.
    pub fn colour(features: &[usize], size: Size) -> Self {
        let mut layers = convolutions(features, colour::KERNEL, size);
        let inputs = features.last().copied().unwrap_or(1) * size.pixels();
        let answers = colour::CHANNELS * size.pixels();
        layers.push(Layer {
            output: [colour::CHANNELS, size.height, size.width],
            ..Layer::sums("dense", [answers, 1, 1], inputs)
        });
        Self { layers }
    }

    /// Weights and biases.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters).sum()
    }

    /// Multiplications of a forward pass for one picture.
    pub fn multiplications(&self) -> usize {
        self.layers.iter().map(|layer| layer.multiplications).sum()
    }

    /// Bytes of a training with Adam: each weight, its gradient and two moments; each number
    /// between the layers and its gradient, for every picture of a batch.
    pub fn training_bytes(&self, batch: usize) -> usize {
        let between: usize = self.layers.iter().map(Layer::numbers).sum();
        FLOAT * (4 * self.parameters() + 2 * batch * between)
    }
}

fn convolutions(features: &[usize], kernel: usize, size: Size) -> Vec<Layer> {
    let inputs = std::iter::once(1).chain(features.iter().copied());
    let layers = inputs.zip(features);
    let layer =
        |(from, to): (usize, &usize)| Layer::convolution("convolution", from, *to, kernel, size);
    layers.map(layer).collect()
}

/// Weights of the first attempt's dense layer.
pub fn dense_weights(size: Size, features: &[usize]) -> usize {
    let inputs = features.last().copied().unwrap_or(1) * size.pixels();
    inputs * colour::CHANNELS * size.pixels()
}

/// A number of bytes for people: `54.0 GB`.
pub fn bytes(count: usize) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let (mut size, mut unit) = (count as f64, 0);
    while size >= 1_000.0 && unit + 1 < units.len() {
        (size, unit) = (size / 1_000.0, unit + 1);
    }
    let digits = usize::from(unit > 0 && size < 100.0);
    format!("{size:.digits$} {}", units[unit])
}

impl fmt::Display for Plan {
    /// A line a layer: shape, parameters, bytes of weights, bytes of the output of one picture.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for layer in &self.layers {
            let [channels, height, width] = layer.output;
            writeln!(
                f,
                "  {:32} {:>4} x {height:>3} x {width:>3}  {:>12} parameters, {:>8}; output {:>8} a picture",
                layer.name,
                channels,
                layer.parameters,
                bytes(FLOAT * layer.parameters),
                bytes(FLOAT * layer.numbers()),
            )?;
        }
        Ok(())
    }
}
