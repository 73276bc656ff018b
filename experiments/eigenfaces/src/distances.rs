//! Step 11 of the post: how far a picture is from the pictures that were trained on, and how far is
//! too far.
//!
//! The post measures Euclidean distances between weights and adds them up over the training
//! pictures. A training picture is at distance 0 from itself and far from the others, so sum and
//! mean say "far" of it; the minimum does not. None of the three sees what the eigenfaces cannot
//! express: that is the distance from face space (Turk & Pentland 1991).
//!
//! The post ends where a threshold is needed. Here [`Thresholds`] come from the training pictures
//! themselves, each measured as if it were new: see [`HeldOut`].

use std::collections::HashMap;

use ndarray::{Array1, ArrayRef1, ArrayRef2, Axis};
use retrace_figure::Colour;
use retrace_lab::statistics::quantile;
use serde::{Deserialize, Serialize};

use crate::pca::{Pca, PcaError};
use crate::pictures::{Label, Pictures};

/// A number that says how little a picture resembles the training pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// All four, in the order in which outcomes list them.
    pub const ALL: [Self; 4] = [Self::Sum, Self::Mean, Self::Minimum, Self::FromFaceSpace];

    /// Its place in [`ALL`](Self::ALL), and so in the lists of outcomes.
    pub fn place(self) -> usize {
        self as usize
    }

    /// The name in figures and tables.
    pub fn label(self) -> &'static str {
        match self {
            Self::Sum => "sum of distances",
            Self::Mean => "mean distance",
            Self::Minimum => "minimum distance",
            Self::FromFaceSpace => "distance from face space",
        }
    }

    /// Its colour in all figures. Sum and mean differ by a factor only.
    pub fn colour(self) -> Colour {
        match self {
            Self::Sum => Colour::series(4),
            Self::Mean => Colour::series(1),
            Self::Minimum => Colour::series(0),
            Self::FromFaceSpace => Colour::series(2),
        }
    }
}

/// The four criteria of one picture, all in grey levels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
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
    /// From the distances of a picture to each training picture, n, and from face space.
    pub fn new(to_training: &ArrayRef1<f64>, from_face_space: f64) -> Self {
        let sum = to_training.sum();
        Self {
            sum,
            mean: sum / to_training.len() as f64,
            minimum: to_training.iter().copied().fold(f64::INFINITY, f64::min),
            from_face_space,
        }
    }

    /// Measures each of the `pictures`, m x p, against the weights of the training pictures, n x k.
    ///
    /// A training picture comes out at a minimum of 0 but for rounding (about 1e-11).
    ///
    /// # Errors
    /// Pictures or weights of another size.
    pub fn measure(
        pca: &Pca,
        training: &ArrayRef2<f64>,
        pictures: &ArrayRef2<f64>,
    ) -> Result<Vec<Self>, PcaError> {
        let weights = pca.project(pictures)?;
        let from_face_space = pca.distances_from_face_space(pictures)?;
        let rows = weights.rows().into_iter().zip(from_face_space);
        rows.map(|(row, from_face_space)| Ok(Self::new(&to_each(&row, training)?, from_face_space)))
            .collect()
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

/// Up to where a picture counts as a face, and a face as known; in grey levels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Thresholds {
    /// Of the distance from face space.
    pub from_face_space: f64,
    /// Of the minimum distance to the training pictures.
    pub minimum: f64,
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

/// Up to so many pictures each is left out alone.
const LEAVE_ONE_OUT: usize = 32;
/// Parts into which more pictures are divided, and persons.
const PARTS: usize = 10;

/// Distances of training pictures that were left out, in grey levels; in the order of the
/// pictures within a part.
///
/// A training picture is at distance 0 from itself, and nearer to a face space that was fitted to
/// it than a new picture is. So the pictures are left out in turn: one at a time when there are
/// at most 32 of them, else in ten parts (every tenth picture). Eigenfaces and weights come from
/// the rest, and the pictures left out are measured against these.
///
/// For strangers all pictures of a person are left out together, in at most ten parts of the
/// persons: a face space that has seen other pictures of somebody holds more of that face, and
/// puts it further from everybody else.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeldOut {
    /// Distance from face space, one per picture.
    pub from_face_space: Vec<f64>,
    /// Minimum distance to another picture of the same person, where there is one. When no
    /// person has two pictures: to any other picture.
    pub to_same: Vec<f64>,
    /// Minimum distance to the pictures of other persons, with their own person left out; empty
    /// when no person has two pictures or there is only one.
    pub to_others: Vec<f64>,
}

impl HeldOut {
    /// Measures pictures that are left out of the fit of `kept` components.
    ///
    /// Pictures whose rest has no eigenfaces (a single one, or all alike) are not measured.
    pub(crate) fn measure(pictures: &Pictures, kept: usize) -> Result<Self, PcaError> {
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
            |left_out| {
                held_out.from_face_space.push(left_out.from_face_space);
                let same = |other: usize| !repeat || people[other] == people[left_out.picture];
                held_out.to_same.extend(left_out.nearest(same));
            },
        )?;
        if repeat {
            let person = |picture: usize| people[picture];
            leave_out(&pictures.rows, kept, PARTS, person, |left_out| {
                held_out.to_others.extend(left_out.nearest(|_| true));
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
    mut measured: impl FnMut(&LeftOut<'_>),
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
            let alone = rows.row(picture).insert_axis(Axis(0));
            measured(&LeftOut {
                picture,
                from_face_space: pca.distances_from_face_space(&alone)?[0],
                to_rest: to_each(&pca.project(&alone)?.row(0), &training)?,
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
