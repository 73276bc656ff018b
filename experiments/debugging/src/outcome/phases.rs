//! Training phase against testing phase.

use serde::{Deserialize, Serialize};

/// What was found in the network with dropout and batch normalization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Phases {
    /// Each stage alone, on the same input, in the order of the forward pass.
    pub stages: Vec<StageDifference>,
    /// The probabilities of the whole network: largest difference between the phases.
    pub whole: f64,
    /// Share (0-1) that each of the two dropouts erased.
    pub erased: [f64; 2],
    /// What is left of them against x / (1 - p), as a share of the largest.
    pub scaled: f64,
    /// Batch normalization in its training phase against the formula with the batch's statistics,
    /// as a share of the largest.
    pub norm_training: f64,
    /// In its testing phase against the formula with the running statistics.
    pub norm_testing: f64,
    /// Share (0-1) of the running means that moved while the training phase was looked at.
    pub moved: f64,
    /// The same in the testing phase.
    pub moved_in_testing: f64,
    /// Parameters that training changes by gradients.
    pub trainable: u64,
    /// Those that it does not: the running statistics.
    pub fixed: u64,
}

/// A stage in both phases, on the same input; all numbers as shares of the largest value in the
/// testing phase.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageDifference {
    /// Which: `dropout1`.
    pub stage: String,
    /// Training minus testing phase, the largest.
    pub phases: f64,
    /// Training phase twice, the largest difference: what is drawn.
    pub draws: f64,
    /// Training phase, the first image alone minus the same in its batch, the largest; absent where
    /// something is drawn.
    pub others: Option<f64>,
}

impl Phases {
    /// A stage by name.
    pub fn stage(&self, name: &str) -> Option<&StageDifference> {
        self.stages.iter().find(|stage| stage.stage == name)
    }
}
