//! A trained face space that can be kept in a file, and what it says of a picture.
//!
//! The post ends where a threshold is needed. Here the thresholds come from the training pictures
//! themselves, each looked at as if it were new: see [`HeldOut`].

mod error;
mod file;
mod held_out;

use std::fmt;
use std::str::FromStr;

use ndarray::{Array2, ArrayRef1};
use serde::Serialize;

use crate::distances::{Distances, Neighbour, nearest, to_each};
use crate::pca::{Pca, PcaError};
use crate::pictures::{Label, PictureSize, Pictures};

pub use error::ModelError;
pub use held_out::{HeldOut, Thresholds};

/// How many eigenfaces to keep.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Components {
    /// The fewest that hold this share of the variance, between 0 and 1.
    Share(f64),
    /// So many.
    Count(usize),
}

impl FromStr for Components {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let count = text.parse().ok().filter(|count| *count > 0);
        let share = || {
            text.parse()
                .ok()
                .filter(|share| 0.0 < *share && *share < 1.0)
        };
        let either = count.map(Self::Count).or_else(|| share().map(Self::Share));
        either.ok_or_else(|| {
            "expected a share of the variance between 0 and 1, such as 0.95, or a number of \
             components from 1, such as 8"
                .to_owned()
        })
    }
}

impl fmt::Display for Components {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Share(share) => write!(f, "{share}"),
            Self::Count(count) => write!(f, "{count}"),
        }
    }
}

/// Eigenfaces with the weights of the pictures that they were trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceModel {
    pca: Pca,
    weights: Array2<f64>,
    labels: Vec<Label>,
    size: PictureSize,
    held_out: HeldOut,
}

/// Why there is no model of some pictures.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// The pictures have no eigenfaces.
    #[error(transparent)]
    Pca(#[from] PcaError),
    /// More components than there are.
    #[error(
        "{asked} components were asked for, and {pictures} pictures have {there}: the mean takes \
         one away"
    )]
    TooManyComponents {
        /// How many were asked for.
        asked: usize,
        /// Number of training pictures.
        pictures: usize,
        /// How many components there are.
        there: usize,
    },
}

/// What a picture is taken for (Turk & Pentland 1991, "Using eigenfaces to classify").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Near face space and near a training picture.
    Known,
    /// Near face space, far from every training picture.
    UnknownFace,
    /// Far from face space, whatever its weights.
    NotAFace,
}

/// What the model says of one picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognition {
    /// The nearest training pictures, by weights.
    pub nearest: Vec<Neighbour>,
    /// The four criteria.
    pub distances: Distances,
    /// What follows with the thresholds.
    pub verdict: Verdict,
}

impl FaceModel {
    /// Finds the eigenfaces of pictures, and measures each picture as if it were new.
    ///
    /// # Errors
    /// Pictures without eigenfaces; more components than there are.
    pub fn train(pictures: Pictures, components: Components) -> Result<Self, TrainError> {
        let all = Pca::fit(&pictures.rows)?;
        let there = all.components().nrows();
        let kept = match components {
            Components::Share(share) => all.components_for_share(share),
            Components::Count(asked) if asked <= there => asked,
            Components::Count(asked) => {
                return Err(TrainError::TooManyComponents {
                    asked,
                    pictures: all.pictures(),
                    there,
                });
            }
        };
        let pca = all.truncated(kept);
        Ok(Self {
            weights: pca.project(&pictures.rows)?,
            held_out: HeldOut::measure(&pictures, kept)?,
            pca,
            labels: pictures.labels,
            size: pictures.size,
        })
    }

    /// What the model says of a picture, p, with its `count` nearest training pictures.
    ///
    /// # Errors
    /// A picture of another size.
    pub fn recognise(
        &self,
        picture: &ArrayRef1<f64>,
        thresholds: Thresholds,
        count: usize,
    ) -> Result<Recognition, PcaError> {
        let distances = Distances::of(picture, &self.pca, &self.weights)?;
        let each = to_each(&self.pca.project_one(picture)?, &self.weights)?;
        Ok(Recognition {
            nearest: nearest(&each, count),
            distances,
            verdict: thresholds.verdict(&distances),
        })
    }

    /// Mean face and eigenfaces.
    pub fn pca(&self) -> &Pca {
        &self.pca
    }

    /// Weights of the training pictures, n x k.
    pub fn weights(&self) -> &Array2<f64> {
        &self.weights
    }

    /// Files and names of the training pictures.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The size that a picture must have.
    pub fn size(&self) -> PictureSize {
        self.size
    }

    /// What the training pictures measured when they were left out.
    pub fn held_out(&self) -> &HeldOut {
        &self.held_out
    }
}
