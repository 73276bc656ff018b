//! Step 11 of the post: how far a picture is from the pictures that were trained on.
//!
//! The post measures Euclidean distances between weights and adds them up over the training
//! pictures. A training picture is at distance 0 from itself and far from the others, so sum and
//! mean say "far" of it; the minimum does not. None of the three sees what the eigenfaces cannot
//! express: that is the distance from face space (Turk & Pentland 1991).

use ndarray::{Array1, ArrayRef1, ArrayRef2};

use crate::pca::{Pca, PcaError};

/// A number that says how little a picture resembles the training pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Distances to the weights of all training pictures, added up: what the post prints.
    Sum,
    /// Their mean: what the post's closing remark is about.
    Mean,
    /// The least of them.
    Minimum,
    /// Distance from face space.
    FromFaceSpace,
}

impl Criterion {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Sum, Self::Mean, Self::Minimum, Self::FromFaceSpace];

    /// The name in figures and tables.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sum => "sum of distances",
            Self::Mean => "mean distance",
            Self::Minimum => "minimum distance",
            Self::FromFaceSpace => "distance from face space",
        }
    }
}

/// The four criteria of one picture, all in grey levels.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Distances {
    /// [`Criterion::Sum`].
    pub sum: f64,
    /// [`Criterion::Mean`].
    pub mean: f64,
    /// [`Criterion::Minimum`].
    pub minimum: f64,
    /// [`Criterion::FromFaceSpace`].
    pub from_face_space: f64,
}

impl Distances {
    /// Measures a picture, p, against the weights of the training pictures, n x k.
    ///
    /// A training picture comes out at a minimum of 0 but for rounding (about 1e-11).
    ///
    /// # Errors
    /// A picture or weights of another size.
    pub fn of(
        picture: &ArrayRef1<f64>,
        pca: &Pca,
        training: &ArrayRef2<f64>,
    ) -> Result<Self, PcaError> {
        let to_training = to_each(&pca.project_one(picture)?, training)?;
        let sum = to_training.sum();
        Ok(Self {
            sum,
            mean: sum / to_training.len() as f64,
            minimum: to_training.iter().copied().fold(f64::INFINITY, f64::min),
            from_face_space: pca.distance_from_face_space(picture)?,
        })
    }

    /// The value of one criterion.
    pub fn by(&self, criterion: Criterion) -> f64 {
        match criterion {
            Criterion::Sum => self.sum,
            Criterion::Mean => self.mean,
            Criterion::Minimum => self.minimum,
            Criterion::FromFaceSpace => self.from_face_space,
        }
    }
}

/// Euclidean distances from one picture's weights, k, to those of the training pictures, n x k.
///
/// # Errors
/// Different numbers of weights.
pub fn to_each(
    weights: &ArrayRef1<f64>,
    training: &ArrayRef2<f64>,
) -> Result<Array1<f64>, PcaError> {
    let (expected, found) = (training.ncols(), weights.len());
    if found != expected {
        return Err(PcaError::WeightCount { expected, found });
    }
    let square = |row: &ArrayRef1<f64>| {
        let pairs = row.iter().zip(weights);
        pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>()
    };
    Ok(training
        .rows()
        .into_iter()
        .map(|row| square(&row).sqrt())
        .collect())
}

/// A training picture and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Neighbour {
    /// Its row.
    pub picture: usize,
    /// Distance between the weights, in grey levels.
    pub distance: f64,
}

/// The `count` training pictures at the least distances, the nearest first; of equals the first.
pub fn nearest(distances: &ArrayRef1<f64>, count: usize) -> Vec<Neighbour> {
    let all = distances.iter().enumerate();
    let mut sorted: Vec<Neighbour> = all
        .map(|(picture, distance)| Neighbour {
            picture,
            distance: *distance,
        })
        .collect();
    sorted.sort_by(|a, b| a.distance.total_cmp(&b.distance));
    sorted.truncate(count);
    sorted
}
