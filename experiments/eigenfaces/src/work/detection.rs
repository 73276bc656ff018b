//! Is it a face? The four criteria on faces of known and unknown persons and on other pictures.

use ndarray::{Array2, Axis, s};
use retrace_lab::Cell;

use super::{measure, split, summary};
use crate::config::Config;
use crate::data::Faces;
use crate::distances::{Criterion, Distances, to_each};
use crate::outcome::{AreaAt, Detection, Task, Threshold, Told, curve_shares};
use crate::pca::{Pca, PcaError};
use crate::roc;

/// The pictures that a detector is tried on, with something measured of each.
struct Tried<T> {
    /// Those that it was trained with.
    training: T,
    /// Others of the same persons.
    known: T,
    /// Of persons that it has never seen.
    unknown: T,
    /// Without a face.
    things: T,
}

/// Trains a detector on some persons and tries it.
pub fn run(config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Detection, PcaError> {
    let mut persons = split::shuffled_persons(faces, cell);
    let unknown = persons.split_off(config.known_persons());
    let of_unknown = unknown
        .iter()
        .flat_map(|p| p * faces.each..(p + 1) * faces.each);
    let split = split::pictures(config, faces, cell, &persons);
    let pictures = Tried {
        training: faces.persons.select(&split.training),
        known: faces.persons.select(&split.tests),
        unknown: faces.persons.select(&of_unknown.collect::<Vec<_>>()),
        things: faces.things.pictures.clone(),
    };
    let whole = Pca::fit(&pictures.training)?;
    let pca = whole.truncated(whole.components_for_share(config.share));
    let training = pca.project(&pictures.training)?;
    let of = |pictures: &Array2<f64>| measure(&pca, &training, pictures);
    let distances = Tried {
        training: of(&pictures.training)?,
        known: of(&pictures.known)?,
        unknown: of(&pictures.unknown)?,
        things: of(&pictures.things)?,
    };
    let flat = Array2::from_elem((1, pca.pixels()), pca.mean().sum() / pca.pixels() as f64);
    let flat = of(&flat)?;
    Ok(Detection {
        components: pca.eigenvalues().len(),
        told: Task::ALL.map(|task| told(task, &distances)).to_vec(),
        by_components: by_components(&whole, &pictures)?,
        thresholds: Criterion::ALL
            .map(|criterion| threshold(config.accepted, criterion, &distances, &flat[0]))
            .to_vec(),
    })
}

fn told(task: Task, tried: &Tried<Vec<Distances>>) -> Told {
    let (known, unknown, things) = (&tried.known, &tried.unknown, &tried.things);
    let (accept, refuse) = match task {
        Task::FacesFromThings => ([known.as_slice(), unknown].concat(), things),
        Task::KnownFromThings => (known.clone(), things),
        Task::UnknownFromThings => (unknown.clone(), things),
        Task::KnownFromUnknown => (known.clone(), unknown),
    };
    let sides = |c: Criterion| (by(&accept, c), by(refuse, c));
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

fn by(distances: &[Distances], criterion: Criterion) -> Vec<f64> {
    distances.iter().map(|d| d.by(criterion)).collect()
}

fn threshold(
    share: f64,
    c: Criterion,
    tried: &Tried<Vec<Distances>>,
    flat: &Distances,
) -> Threshold {
    let threshold = roc::threshold(&by(&tried.known, c), share);
    let accepted = |distances: &[Distances]| roc::accepted(&by(distances, c), threshold);
    Threshold {
        training_rejected: 1.0 - accepted(&tried.training),
        things_accepted: accepted(&tried.things),
        unknown_accepted: accepted(&tried.unknown),
        flat_accepted: flat.by(c) <= threshold,
    }
}

/// Areas of faces from things with 1, 2, 4, 8, ... eigenfaces, and with all.
fn by_components(whole: &Pca, pictures: &Tried<Array2<f64>>) -> Result<Vec<AreaAt>, PcaError> {
    let all = whole.eigenvalues().len();
    let doubled = std::iter::successors(Some(1), |k| Some(2 * k));
    let counts = doubled.take_while(|k| *k < all).chain([all]);
    let projected = |pictures: &Array2<f64>| {
        let weights = whole.project(pictures)?;
        let centred = pictures - whole.mean();
        let squares = centred.map_axis(Axis(1), |row| row.dot(&row));
        Ok::<_, PcaError>((weights, squares))
    };
    let training = whole.project(&pictures.training)?;
    let sides = [&pictures.known, &pictures.unknown, &pictures.things].map(projected);
    let [known, unknown, things] = sides;
    let (known, unknown, things) = (known?, unknown?, things?);
    let at = |k: usize| {
        let training = training.slice(s![.., ..k]);
        let of = |(weights, squares): &(Array2<f64>, ndarray::Array1<f64>)| {
            let rows = weights.slice(s![.., ..k]);
            let rows = rows.rows().into_iter().zip(squares);
            rows.map(|(row, square)| {
                // What k eigenfaces leave of an unseen picture is never so little that the
                // difference of squares would lose it.
                let left = (square - row.dot(&row)).max(0.0).sqrt();
                Ok(summary(&to_each(&row, &training)?, left))
            })
            .collect::<Result<Vec<_>, PcaError>>()
        };
        let (faces, things) = ([of(&known)?, of(&unknown)?].concat(), of(&things)?);
        let area = |c| roc::area(&by(&faces, c), &by(&things, c));
        Ok(AreaAt {
            components: k,
            areas: Criterion::ALL.map(area).to_vec(),
        })
    };
    counts.map(at).collect()
}
