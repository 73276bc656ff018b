//! What the cells do: the post's own steps on its own pictures, recognition, detection.

mod by_components;
mod detection;
mod post;
mod recognition;
mod split;
mod thresholds;

use ndarray::{Array1, Array2};
use retrace_lab::{Arm, Cell, Error, Result};

use crate::config::Config;
use crate::data::Faces;
use crate::distances::{Distances, to_each};
use crate::outcome::Outcome;
use crate::pca::{Pca, PcaError};

pub use post::SHOWN as SHOWN_PICTURE;
pub use recognition::SHOWN as SHOWN_EIGENFACES;

/// What an arm does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// The post's steps on its 16 pictures; no chance in it.
    Post,
    /// Whose face is it? Each seed splits every person's pictures anew.
    Recognise,
    /// Is it a face? Each seed chooses anew whom the detector knows.
    Detect,
}

impl Work {
    /// All work of a run.
    pub const ALL: [Self; 3] = [Self::Post, Self::Recognise, Self::Detect];

    /// Name of its arm.
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Recognise => "recognition",
            Self::Detect => "detection",
        }
    }

    /// Its arm.
    pub fn arm(self) -> Arm {
        match self {
            Self::Post => Arm::deterministic(self.name(), "the post's pictures"),
            Self::Recognise => Arm::new(self.name(), "recognition of persons"),
            Self::Detect => Arm::new(self.name(), "detection of faces"),
        }
    }

    /// The work of the arm with this name.
    ///
    /// # Errors
    /// A name that no arm has.
    pub fn of(arm: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|work| work.name() == arm);
        found.ok_or_else(|| Error::Usage(format!("there is no arm {arm}")))
    }

    /// Does it.
    ///
    /// # Errors
    /// Pictures that are all the same, or a decomposition that does not converge.
    pub fn run(self, config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Outcome> {
        let done = match self {
            Self::Post => post::run(config, faces, cell).map(|post| Outcome::Post(Box::new(post))),
            Self::Recognise => recognition::run(config, faces, cell).map(Outcome::Recognition),
            Self::Detect => detection::run(config, faces, cell).map(Outcome::Detection),
        };
        done.map_err(failed)
    }
}

/// Pictures without variance are bad data; the rest is arithmetic.
fn failed(error: PcaError) -> Error {
    match error {
        PcaError::NotConverged | PcaError::Overflow => Error::Numerics(error.to_string()),
        error => Error::data(error),
    }
}

/// The four distances of each picture, m x p, to the training weights, n x k.
fn measure(
    pca: &Pca,
    training: &Array2<f64>,
    pictures: &Array2<f64>,
) -> Result<Vec<Distances>, PcaError> {
    let weights = pca.project(pictures)?;
    let from_face_space = pca.distances_from_face_space(pictures)?;
    let rows = weights.rows().into_iter().zip(from_face_space);
    rows.map(|(row, from_face_space)| Ok(summary(&to_each(&row, training)?, from_face_space)))
        .collect()
}

fn summary(to_training: &Array1<f64>, from_face_space: f64) -> Distances {
    let sum = to_training.sum();
    Distances {
        sum,
        mean: sum / to_training.len() as f64,
        minimum: to_training.iter().copied().fold(f64::INFINITY, f64::min),
        from_face_space,
    }
}
