//! What a cell yields: plain numbers. Distances are in grey levels, shares and rates 0 to 1.

mod detection;

use serde::{Deserialize, Serialize};

pub use detection::{AreaAt, Detection, Task, Threshold, Told, curve_shares};

use crate::data::Shows;
use crate::distances::Distances;

/// An eigenvalue that is a smaller share of the largest is 0 but for rounding.
const NO_VARIANCE: f64 = 1e-12;

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

impl PostSet {
    /// Eigenfaces of the post along which the pictures do not vary.
    pub fn without_variance(&self) -> usize {
        let largest = self.eigenvalues.first().copied().unwrap_or(f64::NAN);
        let values = self.eigenvalues.iter();
        values.filter(|v| **v <= NO_VARIANCE * largest).count()
    }
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
