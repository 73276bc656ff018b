//! Thresholds from the training pictures, none of which is measured by what it was trained into.
//!
//! A training picture is at distance 0 from itself, and nearer to a face space that was fitted to
//! it than a new picture is. So the pictures are left out in turn: one at a time when there are
//! at most 32 of them, else in ten parts (every tenth picture). Eigenfaces and weights come from
//! the rest, and the pictures left out are measured against these.

use ndarray::{Array1, Axis};
use retrace_lab::statistics::quantile;
use serde::Serialize;

use super::Verdict;
use crate::distances::{Distances, to_each};
use crate::pca::{Pca, PcaError};
use crate::pictures::{Label, Pictures};

/// Up to so many pictures each is left out alone.
const LEAVE_ONE_OUT: usize = 32;
/// Parts into which more pictures are divided.
const FOLDS: usize = 10;

/// Distances of training pictures that were left out, in grey levels; in the order of the
/// pictures within a part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeldOut {
    /// Distance from face space, one a picture.
    pub from_face_space: Vec<f64>,
    /// Minimum distance to another picture of the same person, where there is one. When no
    /// person has two pictures: to any other picture.
    pub to_same: Vec<f64>,
    /// Minimum distance to a picture of another person; empty when no person has two pictures.
    pub to_others: Vec<f64>,
}

/// Up to where a picture counts as a face, and a face as known; in grey levels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Thresholds {
    /// Of the distance from face space.
    pub from_face_space: f64,
    /// Of the minimum distance to the training pictures.
    pub minimum: f64,
}

impl Thresholds {
    /// What a picture is taken for.
    pub fn verdict(&self, distances: &Distances) -> Verdict {
        if distances.from_face_space > self.from_face_space {
            Verdict::NotAFace
        } else if distances.minimum > self.minimum {
            Verdict::UnknownFace
        } else {
            Verdict::Known
        }
    }
}

impl HeldOut {
    /// Measures pictures that are left out of the fit of `kept` components.
    ///
    /// Pictures whose rest has no eigenfaces (a single one, or all alike) are not measured.
    pub(super) fn measure(pictures: &Pictures, kept: usize) -> Result<Self, PcaError> {
        let n = pictures.rows.nrows();
        let folds = if n <= LEAVE_ONE_OUT { n } else { FOLDS };
        let people = People::of(&pictures.labels);
        let mut held_out = Self::default();
        for fold in 0..folds {
            let (rest, left_out): (Vec<usize>, Vec<usize>) =
                (0..n).partition(|picture| picture % folds != fold);
            let rows = pictures.rows.select(Axis(0), &rest);
            let pca = match Pca::fit(&rows) {
                Ok(pca) => pca.truncated(kept),
                Err(PcaError::TooFewPictures { .. } | PcaError::NoVariance { .. }) => continue,
                Err(error) => return Err(error),
            };
            let training = pca.project(&rows)?;
            for picture in left_out {
                let row = pictures.rows.row(picture);
                let distance = pca.distance_from_face_space(&row)?;
                held_out.from_face_space.push(distance);
                let each = to_each(&pca.project_one(&row)?, &training)?;
                held_out
                    .to_same
                    .extend(people.nearest(picture, &rest, &each, true));
                held_out
                    .to_others
                    .extend(people.nearest(picture, &rest, &each, false));
            }
        }
        Ok(held_out)
    }

    /// The quantile `q` (0 to 1) of the distances: a new picture of a known person is refused
    /// with a chance of about 1 - q by each of the two. `None` when nothing could be left out.
    pub fn thresholds(&self, q: f64) -> Option<Thresholds> {
        let measured = !self.from_face_space.is_empty() && !self.to_same.is_empty();
        measured.then(|| Thresholds {
            from_face_space: quantile(&self.from_face_space, q),
            minimum: quantile(&self.to_same, q),
        })
    }

    /// The share (0 to 1) of pictures that a threshold of the minimum distance would take for
    /// somebody else, were their own person not known. `None` when no person has two pictures.
    pub fn strangers_accepted(&self, minimum: f64) -> Option<f64> {
        let all = self.to_others.len();
        let accepted = self.to_others.iter().filter(|there| **there <= minimum);
        (all > 0).then(|| accepted.count() as f64 / all as f64)
    }
}

/// Who is on which picture.
struct People<'a> {
    labels: &'a [Label],
    /// Whether anybody has two pictures.
    repeat: bool,
}

impl<'a> People<'a> {
    fn of(labels: &'a [Label]) -> Self {
        let mut names: Vec<&str> = labels.iter().map(|label| label.person.as_str()).collect();
        names.sort_unstable();
        Self {
            labels,
            repeat: names.windows(2).any(|pair| pair[0] == pair[1]),
        }
    }

    /// The least of the distances to those of `rest` that show the same person, or not the same.
    fn nearest(
        &self,
        picture: usize,
        rest: &[usize],
        each: &Array1<f64>,
        same: bool,
    ) -> Option<f64> {
        let person = &self.labels[picture].person;
        let wanted = |other: usize| {
            if self.repeat {
                (self.labels[other].person == *person) == same
            } else {
                same
            }
        };
        let distances = rest.iter().zip(each).filter(|(other, _)| wanted(**other));
        distances.map(|(_, distance)| *distance).reduce(f64::min)
    }
}
