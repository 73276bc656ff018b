//! What a cell yields: plain numbers. Distances are in grey levels, shares and rates 0 to 1.

use serde::{Deserialize, Serialize};

use crate::data::Shows;
use crate::distances::Distances;

/// What a cell yields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// Of the post's own pictures.
    Post(Box<PostSet>),
    /// Of recognising persons.
    Recognition(Recognition),
    /// Of telling faces from other pictures.
    Detection(Detection),
}

/// The post's 16 pictures taken apart, and its test pictures measured with them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostSet {
    /// Pixels of a picture.
    pub pixels: usize,
    /// Eigenvalues of A A^T, divided by nothing, falling: one a picture.
    pub eigenvalues: Vec<f64>,
    /// How many eigenvalues are above 1, by what they are divided and the pixels' white.
    pub above_one: Vec<AboveOne>,
    /// Eigenfaces that reach the config's share of the variance.
    pub for_share: usize,
    /// Largest principal angle between the face spaces of the small covariance and of the singular
    /// value decomposition, radians.
    pub space_angle: f64,
    /// Largest angle between an eigenface and its partner of the same rank there, radians.
    pub eigenface_angle: f64,
    /// Length of the last of the post's eigenfaces within the space of the others, 0 to 1: the last
    /// one has no direction of its own, and rounding makes it a mixture of the pictures.
    pub last_within_others: f64,
    /// Weights of the training pictures: one row a picture, one column an eigenface that is left
    /// by `Pca::fit`.
    pub weights: Vec<Vec<f64>>,
    /// Errors of pictures put together from some eigenfaces.
    pub rebuilt: Vec<Rebuilt>,
    /// Largest error of any pixel when all pictures are put together from all weights.
    pub largest_error: f64,
    /// Every picture, measured with the config's number of eigenfaces.
    pub examined: Vec<Examined>,
}

/// How many eigenfaces the rule "eigenvalue above 1" keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AboveOne {
    /// What the eigenvalues of A A^T are divided by: `1`, `n`, `n - 1`, `p`.
    pub divisor: String,
    /// With white at 255.
    pub of_255: usize,
    /// With white at 1.
    pub of_1: usize,
}

/// Pictures put together from their weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rebuilt {
    /// Number of eigenfaces.
    pub components: usize,
    /// Root of the mean square error over the pixels of the picture that is shown.
    pub shown: f64,
    /// The same over all training pictures.
    pub all: f64,
}

/// A picture and its distances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Examined {
    /// Short name.
    pub name: String,
    /// What it shows.
    pub shows: Shows,
    /// How it was seen before.
    pub seen: Seen,
    /// Its distances.
    pub distances: Distances,
}

/// Whether the eigenfaces know a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// A training picture.
    Trained,
    /// A training picture, measured with the eigenfaces of the other 15.
    LeftOut,
    /// A test picture.
    Test,
}

/// How many test pictures find their person, by the eigenfaces that are used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recognition {
    /// `rates[skipped][k]`: without the first `skipped` eigenfaces, with the next k + 1.
    pub rates: Vec<Vec<f64>>,
    /// Eigenfaces that reach the config's share of the variance.
    pub for_share: usize,
    /// Rate with all others, the last ones; nothing when there are none.
    pub last_only: Option<f64>,
    /// Eigenvalues above 1 with white at 255 and at 1; divisor n - 1.
    pub above_one: (usize, usize),
}

impl Recognition {
    /// Rate with all eigenfaces.
    pub fn with_all(&self) -> Option<f64> {
        self.rates.first()?.last().copied()
    }

    /// Rate with those that reach the config's share of the variance.
    pub fn with_share(&self) -> Option<f64> {
        let count = self.for_share.checked_sub(1)?;
        self.rates.first()?.get(count).copied()
    }

    /// Rate with all but the first `skipped`.
    pub fn without_first(&self, skipped: usize) -> Option<f64> {
        self.rates.get(skipped)?.last().copied()
    }
}

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

impl Outcome {
    /// What the post's own pictures came to.
    pub fn post(&self) -> Option<&PostSet> {
        match self {
            Self::Post(post) => Some(post),
            _ => None,
        }
    }

    /// What recognition came to.
    pub fn recognition(&self) -> Option<&Recognition> {
        match self {
            Self::Recognition(recognition) => Some(recognition),
            _ => None,
        }
    }

    /// What detection came to.
    pub fn detection(&self) -> Option<&Detection> {
        match self {
            Self::Detection(detection) => Some(detection),
            _ => None,
        }
    }
}
