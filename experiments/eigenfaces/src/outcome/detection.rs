//! What telling faces from other pictures comes to.

use serde::{Deserialize, Serialize};

/// What is told from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Unseen pictures of known persons, from things.
    KnownFromThings,
    /// Pictures of unknown persons, from things.
    UnknownFromThings,
    /// Both of these, from things: faces from what is none.
    FacesFromThings,
    /// Unseen pictures of known persons, from pictures of unknown ones.
    KnownFromUnknown,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::FacesFromThings,
        Self::KnownFromThings,
        Self::UnknownFromThings,
        Self::KnownFromUnknown,
    ];

    /// Its name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::FacesFromThings => "Faces from other pictures",
            Self::KnownFromThings => "Known persons from other pictures",
            Self::UnknownFromThings => "Unknown persons from other pictures",
            Self::KnownFromUnknown => "Known persons from unknown ones",
        }
    }
}

/// How well each criterion tells faces from other pictures. Lists of criteria have the order of
/// `Criterion::ALL`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Eigenfaces used: those that reach the config's share of the variance.
    pub components: usize,
    /// The tasks, in the order of [`Task::ALL`].
    pub told: Vec<Told>,
    /// Area under the curve of faces from things against the number of eigenfaces.
    pub by_components: Vec<AreaAt>,
    /// Of each criterion: what a threshold does that accepts the config's share of the unseen
    /// pictures of known persons.
    pub thresholds: Vec<Threshold>,
}

/// One task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// What is told from what.
    pub task: Task,
    /// Area under the curve of each criterion.
    pub areas: Vec<f64>,
    /// Share of faces accepted at each of [`curve_shares`], of each criterion.
    pub curves: Vec<Vec<f64>>,
}

/// Areas at one number of eigenfaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaAt {
    /// Number of eigenfaces.
    pub components: usize,
    /// Area under the curve of each criterion.
    pub areas: Vec<f64>,
}

/// What a threshold accepts, shares 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// Of the training pictures, those that it rejects.
    pub training_rejected: f64,
    /// Of the things, those that it accepts.
    pub things_accepted: f64,
    /// Of the pictures of unknown persons, those that it accepts.
    pub unknown_accepted: f64,
    /// Whether it accepts a picture that is grey all over, as bright as the mean face.
    pub flat_accepted: bool,
    /// Mean contrast of the things that it accepts, the standard deviation of their grey levels;
    /// nothing where it accepts none.
    pub contrast_accepted: Option<f64>,
    /// Of those that it refuses.
    pub contrast_refused: Option<f64>,
}

/// Points of a stored curve, ends included.
const CURVE_POINTS: usize = 101;

/// Shares of the others at which a curve is stored: 0, 0.01, ..., 1.
pub fn curve_shares() -> Vec<f64> {
    let last = CURVE_POINTS as f64 - 1.0;
    (0..CURVE_POINTS).map(|index| index as f64 / last).collect()
}

impl Detection {
    /// The area under a task's curve for the criterion at this place of `Criterion::ALL`.
    pub fn area(&self, task: Task, criterion: usize) -> Option<f64> {
        let told = self.told.iter().find(|told| told.task == task)?;
        told.areas.get(criterion).copied()
    }
}
