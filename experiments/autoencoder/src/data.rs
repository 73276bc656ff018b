//! Pictures: white circles on black, two circles, scenes; and what a network answers to.
//!
//! A picture is its L of Lab, 0 (black) to 100 (white), row by row from the top left. Circles are
//! drawn when a batch wants them, from the stream (seed, purpose, number): the same number is the
//! same picture, and nothing is kept.

mod circles;
mod scenes;
mod twin;
mod unseen;

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

pub use circles::{Circle, Circles};
pub use scenes::{Part, Scenes, load};
pub use unseen::Unseen;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Size {
    /// Width times height.
    pub fn pixels(self) -> usize {
        self.width * self.height
    }

    /// The centre of each pixel, (column, row), row by row; a pixel is 1 wide.
    pub fn centres(self) -> impl Iterator<Item = (f64, f64)> {
        (0..self.height)
            .flat_map(move |row| (0..self.width).map(move |column| (column as f64, row as f64)))
            .map(|(column, row)| (column + 0.5, row + 0.5))
    }
}

/// What is asked, and what should be answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// L of each pixel.
    pub input: Vec<f32>,
    /// The same again; for the post's first attempt a of each pixel, then b of each.
    pub target: Vec<f32>,
}

/// Examples by number.
pub trait Examples {
    /// Width and height.
    fn size(&self) -> Size;

    /// Numbers of a pixel of the target.
    fn channels(&self) -> usize {
        1
    }

    /// How many there are.
    fn count(&self) -> usize;

    /// The example of this number, below [`count`](Self::count).
    fn example(&self, number: usize) -> Example;
}

/// Some examples as tensors.
///
/// # Shapes
/// - inputs: `[numbers, 1, height, width]`
/// - targets: `[numbers, channels, height, width]`
pub fn tensors(
    examples: &dyn Examples,
    numbers: &[usize],
    device: &Device,
) -> (Tensor<4>, Tensor<4>) {
    let Size { width, height } = examples.size();
    let (mut inputs, mut targets) = (Vec::new(), Vec::new());
    for number in numbers {
        let example = examples.example(*number);
        inputs.extend(example.input);
        targets.extend(example.target);
    }
    let tensor = |values: Vec<f32>, channels| {
        let shape = [numbers.len(), channels, height, width];
        Tensor::from_data(TensorData::new(values, shape), device)
    };
    (tensor(inputs, 1), tensor(targets, examples.channels()))
}

/// The variance of the numbers about the mean of their channel: the mean of squares that the best
/// constant answer is left with. `targets` are `[pictures, channels, pixels]`, one after the other.
pub fn variance(targets: &[f32], channels: usize, pixels: usize) -> f64 {
    let of_channel = |channel: usize| {
        let chunks = targets.chunks_exact(channels * pixels);
        let own = chunks.flat_map(move |picture| &picture[channel * pixels..][..pixels]);
        let own = own.map(|value| f64::from(*value));
        let count = (targets.len() / channels) as f64;
        let mean = own.clone().sum::<f64>() / count;
        own.map(|value| (value - mean).powi(2)).sum::<f64>() / count
    };
    (0..channels).map(of_channel).sum::<f64>() / channels as f64
}
