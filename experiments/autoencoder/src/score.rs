//! How near answers are to the truth, in numbers that do not depend on the loss.
//!
//! Arms with different losses cannot be compared by their losses. All are compared by the mean of
//! squares over that of the best answer that does not look at the picture, one number for all
//! pixels: 1 is "has learnt nothing", 0 is a perfect copy.

use burn::tensor::Device;

use crate::data::{Examples, tensors, variance};
use crate::loss::WHITE;
use crate::network::Network;
use crate::outcome::Score;

/// Pictures that pass at a time.
const AT_ONCE: usize = 8;

/// The answers of a network, and what they should have been, picture after picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// What the network said.
    pub outputs: Vec<f32>,
    /// The truth.
    pub targets: Vec<f32>,
}

/// Asks `network`, one in evaluation, about these examples.
pub fn answers(
    network: &Network,
    examples: &dyn Examples,
    numbers: &[usize],
    device: &Device,
) -> Answers {
    let mut answers = Answers {
        outputs: Vec::new(),
        targets: Vec::new(),
    };
    for some in numbers.chunks(AT_ONCE) {
        let (inputs, targets) = tensors(examples, some, device);
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
