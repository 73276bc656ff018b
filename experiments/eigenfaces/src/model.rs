//! A trained face space that can be kept in a file, and what it says of a picture.
//!
//! The post ends where a threshold is needed. Here the thresholds come from the training pictures
//! themselves, each looked at as if it were new: see [`HeldOut`].

mod about;
mod components;
mod error;
mod file;
mod held_out;
mod tensor;

use ndarray::{Array2, ArrayRef1};
use serde::Serialize;

use crate::distances::{Distances, Neighbour, nearest, to_each};
use crate::pca::{Pca, PcaError};
use crate::pictures::{Label, PictureSize, Pictures};

pub use components::Components;
pub use error::TrainError;
pub use held_out::{HeldOut, Thresholds};

/// Eigenfaces with the weights of the pictures that they were trained on.
#[derive(Debug, Clone, PartialEq)]
pub struct FaceModel {
    pca: Pca,
    weights: Array2<f64>,
    labels: Vec<Label>,
    size: PictureSize,
    held_out: HeldOut,
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
