//! Is it a face? The four criteria on faces of known and unknown persons and on other pictures.

use ndarray::Array2;
use retrace_lab::Cell;

use super::thresholds::{Refusable, threshold};
use super::{by_components, measure, split};
use crate::config::Config;
use crate::data::Faces;
use crate::distances::{Criterion, Distances};
use crate::outcome::{Detection, Task, Told, curve_shares};
use crate::pca::{Pca, PcaError};
use crate::roc;

/// The pictures that a detector is tried on, or something measured of each.
pub struct Tried<T> {
    /// Those that it was trained with.
    pub training: T,
    /// Others of the same persons.
    pub known: T,
    /// Of persons that it has never seen.
    pub unknown: T,
    /// Without a face.
    pub things: T,
}

impl<T> Tried<T> {
    fn try_map<U>(&self, of: impl Fn(&T) -> Result<U, PcaError>) -> Result<Tried<U>, PcaError> {
        Ok(Tried {
            training: of(&self.training)?,
            known: of(&self.known)?,
            unknown: of(&self.unknown)?,
            things: of(&self.things)?,
        })
    }
}

/// Trains a detector on some persons and tries it.
pub fn run(config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Detection, PcaError> {
    let pictures = pictures(config, faces, cell);
    let whole = Pca::fit(&pictures.training)?;
    let pca = whole.truncated(whole.components_for_share(config.share));
    let training = pca.project(&pictures.training)?;
    let distances_of = |pictures: &Array2<f64>| measure(&pca, &training, pictures);
    let distances = pictures.try_map(distances_of)?;
    let brightness = pca.mean().sum() / pca.pixels() as f64;
    let flat = Array2::from_elem((1, pca.pixels()), brightness);
    let refusable = Refusable {
        contrasts: contrasts(&pictures.things),
        flat: distances_of(&flat)?[0],
    };
    let threshold = |criterion| threshold(config.accepted, criterion, &distances, &refusable);
    Ok(Detection {
        components: pca.eigenvalues().len(),
        told: Task::ALL.map(|task| told(task, &distances)).to_vec(),
        by_components: by_components::areas(
            &whole,
            &pictures.training,
            &[&pictures.known, &pictures.unknown],
            &pictures.things,
        )?,
        thresholds: Criterion::ALL.map(threshold).to_vec(),
    })
}

/// Chooses whom the detector knows, and which of their pictures train it.
fn pictures(config: &Config, faces: &Faces, cell: &Cell) -> Tried<Array2<f64>> {
    let mut known = split::shuffled_persons(faces, cell);
    let unknown = known.split_off(config.known_persons());
    let pictures_of = |person: &usize| person * faces.each..(person + 1) * faces.each;
    let unknown: Vec<usize> = unknown.iter().flat_map(pictures_of).collect();
    let split = split::pictures(config, faces, cell, &known);
    Tried {
        training: faces.persons.select(&split.training),
        known: faces.persons.select(&split.tests),
        unknown: faces.persons.select(&unknown),
        things: faces.things.pictures.clone(),
    }
}

/// Standard deviation of the grey levels of each picture.
fn contrasts(pictures: &Array2<f64>) -> Vec<f64> {
    let rows = pictures.rows().into_iter();
    rows.map(|picture| picture.std(0.0)).collect()
}

fn told(task: Task, tried: &Tried<Vec<Distances>>) -> Told {
    let (known, unknown, things) = (&tried.known, &tried.unknown, &tried.things);
    let (accept, refuse) = match task {
        Task::FacesFromThings => ([known.as_slice(), unknown].concat(), things),
        Task::KnownFromThings => (known.clone(), things),
        Task::UnknownFromThings => (unknown.clone(), things),
        Task::KnownFromUnknown => (known.clone(), unknown),
    };
    let sides = |c| (by(&accept, c), by(refuse, c));
    let area = |c| {
        let (accept, refuse) = sides(c);
        roc::area(&accept, &refuse)
    };
    let curve = |c| {
        let (accept, refuse) = sides(c);
        roc::curve(&accept, &refuse, &curve_shares())
    };
    Told {
        task,
        areas: Criterion::ALL.map(area).to_vec(),
        curves: Criterion::ALL.map(curve).to_vec(),
    }
}

/// The values of one criterion.
pub fn by(distances: &[Distances], criterion: Criterion) -> Vec<f64> {
    let values = distances.iter().map(|distances| distances.by(criterion));
    values.collect()
}
