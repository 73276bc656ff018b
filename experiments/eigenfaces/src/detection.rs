//! **Is it a face?** Eigenfaces of some persons, and how far faces of these and of other persons and
//! pictures without a face are by the four criteria.
//!
//! Each seed chooses anew whom the eigenfaces know and which of their pictures train. What the
//! distances separate is the subject of [`roc`], what a threshold does that of
//! [`thresholds`](crate::thresholds); here is how many eigenfaces it takes.

use ndarray::{Array1, Array2, Axis as Side, s};
use rand::seq::SliceRandom;
use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Marker, Rule};
use retrace_lab::{Cell, Drawing, Result, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::data::{Faces, PERSONS_SET, THINGS_SET};
use crate::distances::{Criterion, Distances, to_each};
use crate::pca::{Pca, PcaError};
use crate::recognition::Split;
use crate::roc::{self, Roc, Task};
use crate::thresholds::{Refusable, ThresholdResult};
use crate::{All, Eigenfaces, mean_and_interval, origin};

/// The question.
pub struct Detection;

/// How well each criterion tells faces from other pictures. Lists of criteria have the order of
/// [`Criterion::ALL`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detected {
    /// Eigenfaces used: those that reach the config's share of the variance.
    pub components: usize,
    /// The tasks, in the order of [`Task::ALL`].
    #[serde(rename = "told")]
    pub tasks: Vec<Roc>,
    /// Area under the curve of faces from things against the number of eigenfaces.
    pub by_components: Vec<AreaAt>,
    /// Of each criterion: what a threshold does that accepts the config's share of the unseen
    /// pictures of known persons.
    pub thresholds: Vec<ThresholdResult>,
}

/// Areas at one number of eigenfaces.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaAt {
    /// Number of eigenfaces.
    pub components: usize,
    /// Area under the curve of each criterion.
    pub areas: Vec<f64>,
}

/// The only arm.
pub const ARM: Single = Single::new("detection", "detection of faces");

/// The data sets of all detection.
pub const SETS: [&str; 2] = [PERSONS_SET, THINGS_SET];

/// Pictures that criteria are compared on, or something measured of each.
pub struct Probes<T> {
    /// Those that the eigenfaces were trained with.
    pub training: T,
    /// Others of the same persons.
    pub known: T,
    /// Of persons whom the eigenfaces have never seen.
    pub unknown: T,
    /// Without a face.
    pub things: T,
}

impl Study<Eigenfaces> for Detection {
    type Arm = Single;
    type Outcome = Detected;

    fn arms(_: &Config) -> Vec<Single> {
        vec![ARM]
    }

    fn run(_: &Single, config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Detected> {
        let pictures = Probes::draw(config, faces, cell);
        let whole = Pca::fit(&pictures.training)?;
        let pca = whole.truncated(whole.components_for_share(config.share));
        let training = pca.project(&pictures.training)?;
        let measure = |pictures: &Array2<f64>| Distances::measure(&pca, &training, pictures);
        let distances = Probes {
            training: measure(&pictures.training)?,
            known: measure(&pictures.known)?,
            unknown: measure(&pictures.unknown)?,
            things: measure(&pictures.things)?,
        };
        let brightness = pca.mean().sum() / pca.pixels() as f64;
        let flat = Array2::from_elem((1, pca.pixels()), brightness);
        let refusable = Refusable::new(&pictures.things, measure(&flat)?[0]);
        let threshold =
            |criterion| ThresholdResult::new(config.accepted, criterion, &distances, &refusable);
        Ok(Detected {
            components: pca.eigenvalues().len(),
            tasks: Task::ALL.map(|task| Roc::new(task, &distances)).to_vec(),
            by_components: areas(&whole, &pictures)?,
            thresholds: Criterion::ALL.map(threshold).to_vec(),
        })
    }

    fn figures(results: &All) -> Result<Vec<Drawing>> {
        Ok(by_components(results)
            .map(Drawing::from)
            .into_iter()
            .collect())
    }
}

impl Probes<Array2<f64>> {
    /// Draws whom the eigenfaces know, and which of their pictures train.
    fn draw(config: &Config, faces: &Faces, cell: &Cell) -> Self {
        let mut known: Vec<usize> = (0..faces.persons()).collect();
        known.shuffle(&mut cell.stream("known persons", 0));
        let unknown = known.split_off(config.known_persons());
        let pictures_of = |person: &usize| person * faces.each..(person + 1) * faces.each;
        let unknown: Vec<usize> = unknown.iter().flat_map(pictures_of).collect();
        let split = Split::draw(config, faces, cell, &known);
        Self {
            training: faces.persons.select(&split.training),
            known: faces.persons.select(&split.tests),
            unknown: faces.persons.select(&unknown),
            things: faces.things.pictures.clone(),
        }
    }
}

/// The values of one criterion.
pub fn by(distances: &[Distances], criterion: Criterion) -> Vec<f64> {
    let values = distances.iter().map(|distances| distances.by(criterion));
    values.collect()
}

/// Areas of faces from things with 1, 2, 4, 8, ... eigenfaces, and with all.
fn areas(whole: &Pca, pictures: &Probes<Array2<f64>>) -> Result<Vec<AreaAt>, PcaError> {
    let training = whole.project(&pictures.training)?;
    let known = Projected::new(whole, &pictures.known)?;
    let unknown = Projected::new(whole, &pictures.unknown)?;
    let things = Projected::new(whole, &pictures.things)?;
    let all = whole.eigenvalues().len();
    let doubled = std::iter::successors(Some(1), |k| Some(2 * k));
    let counts = doubled.take_while(|k| *k < all).chain([all]);
    let area_at = |components: usize| {
        let mut faces = known.distances(&training, components)?;
        faces.extend(unknown.distances(&training, components)?);
        let things = things.distances(&training, components)?;
        let area = |criterion| roc::area(&by(&faces, criterion), &by(&things, criterion));
        Ok(AreaAt {
            components,
            areas: Criterion::ALL.map(area).to_vec(),
        })
    };
    counts.map(area_at).collect()
}

/// Pictures as all eigenfaces see them.
struct Projected {
    /// Weights, m x k.
    weights: Array2<f64>,
    /// Squared distances from the mean face, m.
    squares: Array1<f64>,
}

impl Projected {
    fn new(whole: &Pca, pictures: &Array2<f64>) -> Result<Self, PcaError> {
        let centred = pictures - whole.mean();
        Ok(Self {
            weights: whole.project(pictures)?,
            squares: centred.map_axis(Side(1), |row| row.dot(&row)),
        })
    }

    /// The four criteria with the first k eigenfaces; `training` holds the weights of all.
    fn distances(&self, training: &Array2<f64>, k: usize) -> Result<Vec<Distances>, PcaError> {
        let training = training.slice(s![.., ..k]);
        let weights = self.weights.slice(s![.., ..k]);
        let rows = weights.rows().into_iter().zip(&self.squares);
        rows.map(|(row, square)| {
            // What eigenfaces leave of an unseen picture is never so little that the difference
            // of squares would lose it.
            let left = (square - row.dot(&row)).max(0.0).sqrt();
            Ok(Distances::new(&to_each(&row, &training)?, left))
        })
        .collect()
    }
}

/// Area under the curve against the number of eigenfaces.
fn by_components(results: &All) -> Option<Figure> {
    let cells = results.of::<Detection>();
    let first = &cells.first()?.outcome.by_components;
    let numbers: Vec<f64> = first.iter().map(|at| at.components as f64).collect();
    let used = cells.mean(&ARM, |detected| Some(detected.components as f64));
    let share = format!("{} %", 100.0 * results.config().share);
    let rule = Rule::at_x(share.clone(), used).dash(Dash::Dotted);
    let axis = Axis::new("area under the ROC curve (0-1)");
    let chart = Chart::new("", Axis::new("number of eigenfaces").log(), axis);
    // The sum ranks as the mean.
    let criteria = Criterion::ALL.into_iter().skip(1);
    let chart = criteria.fold(chart, |chart, criterion| {
        let rows = cells.cells().iter().map(|cell| {
            let areas = cell.outcome.by_components.iter();
            areas.map(|at| at.areas[criterion.place()]).collect()
        });
        let rows: Vec<Vec<f64>> = rows.collect();
        let (label, colour) = (criterion.label(), criterion.colour());
        let (band, line) = mean_and_interval(label, &numbers, &rows, colour);
        chart.with(band).with(line.marker(Marker::Circle))
    });
    let title = "Faces from other pictures, by the number of eigenfaces";
    let caption = format!(
        "Area under the ROC curve of unseen faces, of known and unknown persons, against other \
         pictures; mean over {} choices, the band its 95 % interval. Dotted: the eigenfaces that \
         reach {share} of the variance.{}",
        cells.cells().len(),
        origin(results, &SETS)
    );
    let figure = Figure::new("roc-by-components", title).caption(caption);
    Some(figure.panel_sized(chart.with(rule.colour(Colour::DARK_GREY)), 760, 400))
}
