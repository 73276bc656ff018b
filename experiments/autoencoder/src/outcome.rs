//! What a cell yields.

use serde::{Deserialize, Serialize};

/// A training, looked at from all sides. Large arrays of seed 0 lie beside it, see
/// [`study`](crate::study).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The network on the validation pictures, now and then.
    pub looks: Vec<Look>,
    /// Losses of steps, as they were made small.
    pub losses: Vec<StepLoss>,
    /// The training in twenty equal parts.
    pub windows: Vec<Window>,
    /// The network from inside during its first hundred steps.
    pub probes: Vec<Probe>,
    /// The step, counted from 0, whose loss or update was not a finite number.
    pub diverged_at: Option<u64>,
    /// The finished network; absent after a divergence.
    pub end: Option<End>,
    /// Weights and biases.
    pub parameters: usize,
    /// Multiplications of a forward pass for one picture.
    pub multiplications: usize,
}

/// A step's loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StepLoss {
    /// Counted from 0.
    pub step: u64,
    /// The loss, before the step's update.
    pub loss: f64,
}

/// Some steps in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Steps done at its end.
    pub done: u64,
    /// Mean of squares of their batches over that of the best constant answer; from the losses,
    /// so with dropout where there is one.
    pub share: f64,
}

/// The network on the validation pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Steps done.
    pub done: u64,
    /// How good the answers are; absent when they are no finite numbers.
    pub score: Option<Score>,
}

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

/// A pass of one batch forward and backward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Steps done before.
    pub done: u64,
    /// Euclidean norm of the gradient of each layer's weights; absent where it is not finite.
    pub gradients: Vec<Option<f64>>,
    /// Share (0-1) of each hidden layer's maps that are zero in every pixel of every picture.
    pub dead: Vec<f64>,
    /// Share (0-1) of each hidden layer's numbers that are zero.
    pub zero: Vec<f64>,
    /// Smallest and largest answer; absent where one is not finite.
    pub range: Option<(f64, f64)>,
}

/// What the finished network is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// Share of the best constant answer's error, for squares, triangles, text and noise in this
    /// order; a network that copies has 0 everywhere. Empty where the answer is no L.
    pub unseen: Vec<f64>,
    /// The answer to a single bright pixel.
    pub pixel: Option<PixelResponse>,
    /// Error of the answer "no colour" over that of the best constant one; of the first attempt
    /// only.
    pub grey_share: Option<f64>,
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

impl Outcome {
    /// The last look.
    pub fn last(&self) -> Option<&Score> {
        let finished = self.looks.last().filter(|_| self.diverged_at.is_none());
        finished.and_then(|look| look.score.as_ref())
    }

    /// Share of the variance of the validation pictures that is left in the end, at most 1: whoever
    /// is worse than the best constant answer has learnt nothing, and so has who diverged.
    pub fn left(&self) -> f64 {
        self.last().map_or(1.0, |score| score.share.min(1.0))
    }

    /// Share that is left on the training pictures, over the last tenth of the steps; nothing
    /// after a divergence. Rates are chosen by this.
    pub fn training_share(&self) -> Option<f64> {
        let last = &self.windows[self.windows.len().checked_sub(2)?..];
        let mean = last.iter().map(|window| window.share).sum::<f64>() / last.len() as f64;
        Some(mean).filter(|mean| self.diverged_at.is_none() && mean.is_finite())
    }
}
