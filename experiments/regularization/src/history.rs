//! What is seen of a training, epoch by epoch.

use ndarray::{ArrayD, IxDyn};
use retrace_lab::{Cell, Error, Result};
use serde::{Deserialize, Serialize};

use crate::line::{Line, MeanLine};
use crate::model::Layers;
use crate::training::Fit;

/// What is observed at the start and after each epoch while all numbers are finite.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct History {
    /// The line that the network is.
    pub lines: Vec<Line>,
    /// Share of weights near zero.
    pub near_zero: Vec<f64>,
    /// Weights of the epochs in [`frames`], layer after layer.
    pub frames: Vec<Vec<f32>>,
    /// Mean line over all steps of the last fifth of the training.
    pub settling: MeanLine,
}

/// The epochs of `epochs` whose weights are kept: each of the first ten, then twenty more.
pub fn frames(epochs: u64) -> Vec<u64> {
    let every = epochs.div_ceil(20);
    (0..=epochs)
        .filter(|epoch| *epoch <= 10 || epoch % every == 0 || *epoch == epochs)
        .collect()
}

impl History {
    /// Notes the network after `epoch` of the training.
    pub fn note(&mut self, fit: &Fit, epoch: u64, layers: &Layers) {
        let line = layers.line();
        // JSON knows no NaN, and a checkpoint must be readable: what diverged is not noted.
        if !layers.is_finite() || !line.is_finite() {
            return;
        }
        self.lines.push(line);
        self.near_zero.push(layers.near_zero(fit.near_zero));
        if frames(fit.epochs).contains(&epoch) {
            self.frames
                .push(layers.weights().map(|w| w as f32).collect());
        }
    }

    /// Keeps the frames as the array `weights` of the cell: `[frames, weights]`.
    ///
    /// # Errors
    /// Frames of different lengths.
    pub fn keep_frames(&self, cell: &mut Cell<'_>) -> Result<()> {
        let shape = [self.frames.len(), self.frames.first().map_or(0, Vec::len)];
        let frames = ArrayD::from_shape_vec(IxDyn(&shape), self.frames.concat())
            .map_err(|error| Error::Other(Box::new(error)))?;
        cell.keep_array("weights", frames);
        Ok(())
    }
}
