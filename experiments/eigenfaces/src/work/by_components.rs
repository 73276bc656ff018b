//! How well each criterion tells faces from other pictures, with more and more eigenfaces.

use ndarray::{Array1, Array2, Axis, s};

use super::summary;
use crate::distances::{Criterion, Distances, to_each};
use crate::outcome::AreaAt;
use crate::pca::{Pca, PcaError};
use crate::roc;

/// Pictures, as all eigenfaces see them.
struct Projected {
    /// Weights, m x k.
    weights: Array2<f64>,
    /// Squared distances from the mean face, m.
    squares: Array1<f64>,
}

/// Areas of faces from things with 1, 2, 4, 8, ... eigenfaces, and with all; `faces` and `things`
/// are m x p, `training` n x p.
pub fn areas(
    whole: &Pca,
    training: &Array2<f64>,
    faces: &[&Array2<f64>],
    things: &Array2<f64>,
) -> Result<Vec<AreaAt>, PcaError> {
    let training = whole.project(training)?;
    let faces = faces.iter().map(|pictures| Projected::of(whole, pictures));
    let faces = faces.collect::<Result<Vec<_>, _>>()?;
    let things = Projected::of(whole, things)?;
    let all = whole.eigenvalues().len();
    let doubled = std::iter::successors(Some(1), |k| Some(2 * k));
    let counts = doubled.take_while(|k| *k < all).chain([all]);
    let area_at = |k: usize| {
        let mut distances = Vec::new();
        for pictures in &faces {
            distances.extend(pictures.distances(&training, k)?);
        }
        Ok(area_at(k, &distances, &things.distances(&training, k)?))
    };
    counts.map(area_at).collect()
}

fn area_at(components: usize, faces: &[Distances], things: &[Distances]) -> AreaAt {
    let of = |pictures: &[Distances], criterion| -> Vec<f64> {
        pictures
            .iter()
            .map(|picture| picture.by(criterion))
            .collect()
    };
    let area = |criterion| roc::area(&of(faces, criterion), &of(things, criterion));
    AreaAt {
        components,
        areas: Criterion::ALL.map(area).to_vec(),
    }
}

impl Projected {
    fn of(whole: &Pca, pictures: &Array2<f64>) -> Result<Self, PcaError> {
        let centred = pictures - whole.mean();
        Ok(Self {
            weights: whole.project(pictures)?,
            squares: centred.map_axis(Axis(1), |row| row.dot(&row)),
        })
    }

    fn distances(&self, training: &Array2<f64>, k: usize) -> Result<Vec<Distances>, PcaError> {
        let training = training.slice(s![.., ..k]);
        let weights = self.weights.slice(s![.., ..k]);
        let rows = weights.rows().into_iter().zip(&self.squares);
        rows.map(|(row, square)| {
            // What eigenfaces leave of an unseen picture is never so little that the difference
            // of squares would lose it.
            let left = (square - row.dot(&row)).max(0.0).sqrt();
            Ok(summary(&to_each(&row, &training)?, left))
        })
        .collect()
    }
}
