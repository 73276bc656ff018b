//! Thresholds from the training pictures, none of which is measured by what it was trained into.
//!
//! A training picture is at distance 0 from itself, and nearer to a face space that was fitted to
//! it than a new picture is. So the pictures are left out in turn: one at a time when there are
//! at most 32 of them, else in ten parts (every tenth picture). Eigenfaces and weights come from
//! the rest, and the pictures left out are measured against these.
//!
//! For strangers all pictures of a person are left out together, in at most ten parts of the
//! persons: a face space that has seen other pictures of somebody holds more of that face, and
//! puts it further from everybody else.

use std::collections::HashMap;

use ndarray::{Array1, ArrayRef2, Axis};
use retrace_lab::statistics::quantile;
use serde::Serialize;

use super::Verdict;
use crate::distances::{Distances, to_each};
use crate::pca::{Pca, PcaError};
use crate::pictures::{Label, Pictures};

/// Up to so many pictures each is left out alone.
const LEAVE_ONE_OUT: usize = 32;
/// Parts into which more pictures are divided, and persons.
const PARTS: usize = 10;

/// Distances of training pictures that were left out, in grey levels; in the order of the
/// pictures within a part.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeldOut {
    /// Distance from face space, one a picture.
    pub from_face_space: Vec<f64>,
    /// Minimum distance to another picture of the same person, where there is one. When no
    /// person has two pictures: to any other picture.
    pub to_same: Vec<f64>,
    /// Minimum distance to the pictures of other persons, with their own person left out; empty
    /// when no person has two pictures or there is only one.
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
        let people = numbered(&pictures.labels);
        let n = people.len();
        let repeat = people.iter().max().is_some_and(|last| last + 1 < n);
        let mut held_out = Self::default();
        let parts = if n <= LEAVE_ONE_OUT { n } else { PARTS };
        leave_out(
            &pictures.rows,
            kept,
            parts,
            |picture| picture,
            |seen| {
                held_out.from_face_space.push(seen.from_face_space);
                let same = |other: usize| !repeat || people[other] == people[seen.picture];
                held_out.to_same.extend(seen.nearest(same));
            },
        )?;
        if repeat {
            let person = |picture: usize| people[picture];
            leave_out(&pictures.rows, kept, PARTS, person, |seen| {
                held_out.to_others.extend(seen.nearest(|_| true));
            })?;
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

    /// The share (0 to 1) of strangers whom a threshold of the minimum distance takes for somebody
    /// known. `None` when no person has two pictures, or there is only one.
    pub fn strangers_accepted(&self, minimum: f64) -> Option<f64> {
        let all = self.to_others.len();
        let accepted = self.to_others.iter().filter(|there| **there <= minimum);
        (all > 0).then(|| accepted.count() as f64 / all as f64)
    }
}

/// A picture that was left out.
struct LeftOut<'a> {
    picture: usize,
    from_face_space: f64,
    /// Distances to the pictures of `rest`.
    to_rest: Array1<f64>,
    rest: &'a [usize],
}

impl LeftOut<'_> {
    /// The least distance to one of the wanted pictures, if there is any.
    fn nearest(&self, wanted: impl Fn(usize) -> bool) -> Option<f64> {
        let pairs = self.rest.iter().zip(&self.to_rest);
        let distances = pairs.filter(|(other, _)| wanted(**other));
        distances.map(|(_, distance)| *distance).reduce(f64::min)
    }
}

/// Leaves out the pictures of one part after the other: those whose `key` is its number modulo
/// the number of parts.
fn leave_out(
    rows: &ArrayRef2<f64>,
    kept: usize,
    parts: usize,
    key: impl Fn(usize) -> usize,
    mut look: impl FnMut(&LeftOut<'_>),
) -> Result<(), PcaError> {
    for part in 0..parts {
        let all = 0..rows.nrows();
        let (rest, left_out): (Vec<usize>, Vec<usize>) =
            all.partition(|picture| key(*picture) % parts != part);
        if left_out.is_empty() {
            continue; // There are more parts than persons.
        }
        let known = rows.select(Axis(0), &rest);
        let pca = match Pca::fit(&known) {
            Ok(pca) => pca.truncated(kept),
            Err(PcaError::TooFewPictures { .. } | PcaError::NoVariance { .. }) => continue,
            Err(error) => return Err(error),
        };
        let training = pca.project(&known)?;
        for picture in left_out {
            let row = rows.row(picture);
            look(&LeftOut {
                picture,
                from_face_space: pca.distance_from_face_space(&row)?,
                to_rest: to_each(&pca.project_one(&row)?, &training)?,
                rest: &rest,
            });
        }
    }
    Ok(())
}

/// The number of the person on each picture, from 0 in the order in which they appear.
fn numbered(labels: &[Label]) -> Vec<usize> {
    let mut numbers = HashMap::new();
    let number = |label| {
        let next = numbers.len();
        *numbers.entry(label).or_insert(next)
    };
    let people = labels.iter().map(|label| label.person.as_str());
    people.map(number).collect()
}
