//! How near answers are to the truth, in numbers that do not depend on the loss.
//!
//! Arms with different losses cannot be compared by their losses. All are compared by the mean of
//! squares over that of the best answer that does not look at the picture, one number for all
//! pixels: 1 is "has learnt nothing", 0 is a perfect copy. Whether a network copies is asked by a
//! single bright pixel, too.

use burn::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use serde::{Deserialize, Serialize};

use crate::config::{Config, Size};
use crate::data::{Examples, Unseen, tensors, variance};
use crate::loss::WHITE;
use crate::network::Network;

/// Pictures that pass at a time.
const AT_ONCE: usize = 8;

/// Pictures of each unseen kind.
const UNSEEN: usize = 8;

/// Answers beside what they should have been, all numbers of all pictures together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Mean of squares over that of the best constant answer, which is the variance.
    pub share: f64,
    /// The same after everything outside of 0..100 was cut off.
    pub clipped_share: f64,
    /// Correlation of the answers with the truth (Pearson); 0 for a constant answer.
    pub correlation: f64,
    /// The same after the cut.
    pub clipped_correlation: f64,
    /// The same after each picture was stretched from its own smallest and largest number to
    /// 0..100.
    pub stretched_correlation: f64,
    /// Smallest answer.
    pub low: f64,
    /// Largest answer.
    pub high: f64,
    /// Share (0-1) of answers outside of 0..100.
    pub outside: f64,
}

/// The answers of a network, and what they should have been, picture after picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// What the network answered.
    pub outputs: Vec<f32>,
    /// The truth.
    pub targets: Vec<f32>,
}

/// The answers of `network`, one in evaluation, to the first `count` examples.
pub fn answers(network: &Network, examples: &dyn Examples, count: usize) -> Answers {
    let mut answers = Answers {
        outputs: Vec::new(),
        targets: Vec::new(),
    };
    let numbers: Vec<usize> = (0..count).collect();
    for some in numbers.chunks(AT_ONCE) {
        let (inputs, targets) = tensors(examples, some, &network.device());
        let outputs = network.forward(inputs).into_data();
        answers.outputs.extend(outputs.iter::<f32>());
        answers.targets.extend(targets.into_data().iter::<f32>());
    }
    answers
}

impl Answers {
    /// How near they are; nothing when they are no finite numbers. `channels` and `pixels` of a
    /// picture.
    pub fn score(&self, channels: usize, pixels: usize) -> Option<Score> {
        if !self.outputs.iter().all(|output| output.is_finite()) {
            return None;
        }
        let white = WHITE as f32;
        let clipped: Vec<f32> = self.outputs.iter().map(|v| v.clamp(0.0, white)).collect();
        let stretched: Vec<f32> = self
            .outputs
            .chunks_exact(channels * pixels)
            .flat_map(stretched)
            .collect();
        let (low, high) = range(&self.outputs);
        let outside = self.outputs.iter().filter(|v| !(0.0..=white).contains(*v));
        let constant = variance(&self.targets, channels, pixels);
        let share = |outputs: &[f32]| mean_square(outputs, &self.targets) / constant;
        let score = Score {
            share: share(&self.outputs),
            clipped_share: share(&clipped),
            correlation: correlation(&self.outputs, &self.targets),
            clipped_correlation: correlation(&clipped, &self.targets),
            stretched_correlation: correlation(&stretched, &self.targets),
            low: low.into(),
            high: high.into(),
            outside: outside.count() as f64 / self.outputs.len() as f64,
        };
        Some(score).filter(|score| score.share.is_finite())
    }
}

/// A picture from its own smallest to its own largest number, brought to 0..100; a flat one
/// becomes black.
pub fn stretched(picture: &[f32]) -> Vec<f32> {
    let (low, high) = range(picture);
    let scale = if high > low {
        WHITE as f32 / (high - low)
    } else {
        0.0
    };
    picture.iter().map(|value| (value - low) * scale).collect()
}

/// The smallest and the largest number.
pub fn range(values: &[f32]) -> (f32, f32) {
    let ends = (f32::INFINITY, f32::NEG_INFINITY);
    values.iter().fold(ends, |(low, high), value| {
        (low.min(*value), high.max(*value))
    })
}

/// Mean of squared differences.
pub fn mean_square(a: &[f32], b: &[f32]) -> f64 {
    let squares = a
        .iter()
        .zip(b)
        .map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2));
    squares.sum::<f64>() / a.len() as f64
}

/// Pearson's correlation; 0 when one side is constant.
pub fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let mean =
        |values: &[f32]| values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let mut sums = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (f64::from(*a) - mean_a, f64::from(*b) - mean_b);
        sums = (sums.0 + a * b, sums.1 + a * a, sums.2 + b * b);
    }
    let size = (sums.1 * sums.2).sqrt();
    if size > 0.0 { sums.0 / size } else { 0.0 }
}

/// How the answer to black changes when the pixel in the middle is white.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PixelResponse {
    /// The change at the pixel itself, over that of the input: 1 for a copy.
    pub gain: f64,
    /// Share (0-1) of the squared change that lies in other pixels: 0 for a copy.
    pub elsewhere: f64,
    /// Root mean squared distance from the pixel of the squared change, in pixels: 0 for a copy.
    pub reach: f64,
}

/// The change of the answer when the middle pixel of a black picture turns white.
pub fn change_by_a_pixel(network: &Network, Size { width, height }: Size) -> Vec<f32> {
    let device = network.device();
    let black = Tensor::<4>::zeros([1, 1, height, width], &device);
    let (row, column) = (height / 2, width / 2);
    let white = Tensor::full([1, 1, 1, 1], WHITE, &device);
    let place = [0..1, 0..1, row..row + 1, column..column + 1];
    let bright = black.clone().slice_assign(place, white);
    let change = network.forward(bright) - network.forward(black);
    change.into_data().iter::<f32>().collect()
}

impl PixelResponse {
    /// Where this change of the answer lies; nothing when there is none.
    pub fn from_change(change: &[f32], size: Size) -> Option<Self> {
        let (row, column) = (size.height / 2, size.width / 2);
        let squares: Vec<f64> = change.iter().map(|v| f64::from(*v).powi(2)).collect();
        let all: f64 = squares.iter().sum();
        let own = row * size.width + column;
        let centre = (column as f64 + 0.5, row as f64 + 0.5);
        let far = size
            .centres()
            .zip(&squares)
            .map(|((x, y), square)| ((x - centre.0).powi(2) + (y - centre.1).powi(2)) * square);
        let response = Self {
            gain: f64::from(change[own]) / WHITE,
            elsewhere: 1.0 - squares[own] / all,
            reach: (far.sum::<f64>() / all).sqrt(),
        };
        (all > 0.0 && all.is_finite()).then_some(response)
    }
}

/// Whether a finished network from L to L copies its input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Copying {
    /// Share of the best constant answer's error on each of [`Unseen::ALL`]; a network that copies
    /// has 0 everywhere. Empty where an answer is not finite.
    pub unseen: Vec<f64>,
    /// The answer to a single bright pixel.
    pub pixel: Option<PixelResponse>,
}

impl Copying {
    /// Asks `network`, one in evaluation.
    pub fn measure(network: &Network, config: &Config) -> Self {
        let (size, radius) = (config.size(), config.radius_pixels());
        let share = |kind: Unseen| {
            let answers = answers(network, &kind.examples(UNSEEN, size, radius), UNSEEN);
            let score = answers.score(1, size.pixels());
            score.map(|score| score.share)
        };
        let unseen: Option<Vec<f64>> = Unseen::ALL.into_iter().map(share).collect();
        Self {
            unseen: unseen.unwrap_or_default(),
            pixel: PixelResponse::from_change(&change_by_a_pixel(network, size), size),
        }
    }

    /// What the network makes of one picture of each unseen kind, and of a bright pixel.
    pub(crate) fn arrays(network: &Network, config: &Config) -> Vec<(String, ArrayD<f32>)> {
        let (size, radius) = (config.size(), config.radius_pixels());
        let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
        for kind in Unseen::ALL {
            let answers = answers(network, &kind.examples(1, size, radius), 1);
            inputs.extend(answers.targets);
            outputs.extend(answers.outputs);
        }
        let change = change_by_a_pixel(network, size);
        let arrays = [
            ("unseen-input", inputs),
            ("unseen-output", outputs),
            ("response", change),
        ];
        let arrays = arrays.map(|(name, values)| (name.to_owned(), pictures(values, 1, size)));
        arrays.into()
    }
}

/// Numbers of pictures as an array, `[pictures, channels, height, width]`.
pub(crate) fn pictures(
    values: Vec<f32>,
    channels: usize,
    Size { width, height }: Size,
) -> ArrayD<f32> {
    let count = values.len() / (channels * width * height);
    let shape = IxDyn(&[count, channels, height, width]);
    ArrayD::from_shape_vec(shape, values).expect("as many numbers as the pictures have")
}
