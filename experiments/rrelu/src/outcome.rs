//! What a cell yields: plain numbers.

use serde::{Deserialize, Serialize};

/// One network at one seed, trained twice from the same initial weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// On the training images.
    pub full: Training,
    /// On few of them.
    pub few: Training,
    /// Each hidden layer on the test images after the first training, in evaluation, nearest to
    /// the input first; empty where it diverged.
    pub activity: Vec<Activity>,
    /// PReLU's slopes after it, a hidden layer each; empty for the others.
    pub learnt_slopes: Vec<f64>,
    /// What RReLU drew; nothing for the others.
    pub drawn: Option<DrawnSlopes>,
}

/// How a training went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Training images.
    pub images: usize,
    /// On the way, from the first look to the last.
    pub looks: Vec<Look>,
    /// At the end, in evaluation; absent where the training diverged.
    pub end: Option<End>,
    /// The step, counted from 0, at which it diverged.
    pub diverged_at: Option<u64>,
}

/// A look at a network in training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Epochs done.
    pub epoch: u64,
    /// Cross-entropy (nats) of the steps since the last look, each image with the same weight, as
    /// in training: before the step's update, with RReLU's drawn slopes and the batch's statistics.
    pub loss: f64,
    /// All test images, in evaluation.
    pub test: Score,
}

/// A network after its training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// The training images.
    pub train: Score,
    /// The validation images. Nothing here is chosen by them; who tunes a setting should look at
    /// these.
    pub validation: Score,
    /// All test images.
    pub test: Score,
}

impl End {
    /// Accuracy on the training images minus that on the test images.
    pub fn gap(&self) -> f64 {
        self.train.accuracy - self.test.accuracy
    }
}

/// How good a network is on a set of images, in evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Share (0-1) of images whose class has the largest logit.
    pub accuracy: f64,
    /// Mean cross-entropy (nats); absent where it is not finite.
    pub loss: Option<f64>,
}

/// Values after an activation function, over units and images.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// Mean.
    pub mean: f64,
    /// Root mean square.
    pub rms: f64,
}

/// What RReLU drew in the training on all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnSlopes {
    /// The slope in evaluation.
    pub test: f64,
    /// Mean of the slopes counted below.
    pub mean: f64,
    /// A slope of the first hidden layer in each of the first steps: the layer's, or that of the
    /// first unit for the first image.
    pub first: Vec<f64>,
    /// Smallest and largest slope that can be drawn: the ends of the bins.
    pub bounds: (f64, f64),
    /// Slopes of the first hidden layer, counted in bins of equal width: the layer's of all steps,
    /// or those of all units and images in the first step.
    pub counts: Vec<u64>,
}
