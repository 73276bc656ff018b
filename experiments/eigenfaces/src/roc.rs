//! **What does each distance tell apart?** Faces from other pictures, and known persons from unknown
//! ones: the ROC curve and the area under it.
//!
//! A picture counts as a face when its distance is at most the threshold. The post has it the other
//! way round in one sentence ("over a threshold ... a face"), against its own step 11; that is a
//! slip of the pen.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Line};
use retrace_lab::statistics::mean;
use retrace_lab::{Claim, Drawing, Result};
use serde::{Deserialize, Serialize};

use crate::detection::{ARM, Detected, Detection, Probes, SETS, by};
use crate::distances::{Criterion, Distances};
use crate::{All, OURS, POST, mean_and_interval, origin};

/// What is separated from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Unseen pictures of known persons, from things.
    KnownFromThings,
    /// Pictures of unknown persons, from things.
    UnknownFromThings,
    /// Unseen pictures of known and of unknown persons, from things: faces from what is none.
    FacesFromThings,
    /// Unseen pictures of known persons, from pictures of unknown ones.
    KnownFromUnknown,
}

impl Task {
    /// All of them, in the order of figures and outcomes.
    pub const ALL: [Self; 4] = [
        Self::FacesFromThings,
        Self::KnownFromThings,
        Self::UnknownFromThings,
        Self::KnownFromUnknown,
    ];

    /// Its name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::FacesFromThings => "Faces from other pictures",
            Self::KnownFromThings => "Known persons from other pictures",
            Self::UnknownFromThings => "Unknown persons from other pictures",
            Self::KnownFromUnknown => "Known persons from unknown ones",
        }
    }

    /// The names of what is to be accepted and of what is not.
    fn sides(self) -> [&'static str; 2] {
        let (known, unknown, things) = ("known persons", "unknown persons", "other pictures");
        match self {
            Self::FacesFromThings => ["faces", things],
            Self::KnownFromThings => [known, things],
            Self::UnknownFromThings => [unknown, things],
            Self::KnownFromUnknown => [known, unknown],
        }
    }
}

/// How well each criterion does a task. Lists have the order of [`Criterion::ALL`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Roc {
    /// What is separated from what.
    pub task: Task,
    /// Area under the curve of each criterion.
    pub areas: Vec<f64>,
    /// Share of faces accepted at each of [`curve_shares`], of each criterion.
    pub curves: Vec<Vec<f64>>,
}

impl Roc {
    /// Compares the distances of the pictures that the task is about.
    pub fn new(task: Task, probes: &Probes<Vec<Distances>>) -> Self {
        let (known, unknown, things) = (&probes.known, &probes.unknown, &probes.things);
        let (accept, refuse) = match task {
            Task::FacesFromThings => ([known.as_slice(), unknown].concat(), things),
            Task::KnownFromThings => (known.clone(), things),
            Task::UnknownFromThings => (unknown.clone(), things),
            Task::KnownFromUnknown => (known.clone(), unknown),
        };
        let area = |c| area(&by(&accept, c), &by(refuse, c));
        let curve = |c| curve(&by(&accept, c), &by(refuse, c), &curve_shares());
        Self {
            task,
            areas: Criterion::ALL.map(area).to_vec(),
            curves: Criterion::ALL.map(curve).to_vec(),
        }
    }
}

impl Detected {
    fn task(&self, task: Task) -> Option<&Roc> {
        self.tasks.iter().find(|roc| roc.task == task)
    }

    /// The area under a task's curve for a criterion.
    fn area(&self, task: Task, criterion: Criterion) -> Option<f64> {
        let areas = &self.task(task)?.areas;
        areas.get(criterion.place()).copied()
    }
}

/// Points of a stored curve, ends included.
const CURVE_POINTS: usize = 101;

/// Shares of the others at which a curve is stored: 0, 0.01, ..., 1.
pub fn curve_shares() -> Vec<f64> {
    let last = CURVE_POINTS as f64 - 1.0;
    (0..CURVE_POINTS).map(|index| index as f64 / last).collect()
}

/// The area under the curve: the share of pairs of a face and another picture in which the face
/// has the smaller distance; equal distances count half (Mann & Whitney 1947).
///
/// 1 is a perfect separation, 0.5 none, 0 a perfect one the wrong way. NaN without pairs.
pub fn area(faces: &[f64], others: &[f64]) -> f64 {
    let points = points(faces, others);
    let steps = points.windows(2);
    steps
        .map(|pair| 0.5 * (pair[0].1 + pair[1].1) * (pair[1].0 - pair[0].0))
        .sum()
}

/// The share of faces that is accepted when `share` of the others is, for each of `shares`
/// (0 to 1): the curve, straight between its points.
pub fn curve(faces: &[f64], others: &[f64], shares: &[f64]) -> Vec<f64> {
    let points = points(faces, others);
    let height = |share: f64| {
        // Upright pieces of the curve have many heights; the highest is reached at this share.
        let after = points.partition_point(|point| point.0 <= share);
        match (points.get(after.wrapping_sub(1)), points.get(after)) {
            (Some(before), Some(next)) => {
                let along = (share - before.0) / (next.0 - before.0);
                before.1 + along * (next.1 - before.1)
            }
            (Some(last), None) => last.1,
            (None, _) => f64::NAN,
        }
    };
    shares.iter().map(|share| height(*share)).collect()
}

/// Shares of the others and of the faces accepted, from no picture to all: one point for each
/// distance that occurs.
fn points(faces: &[f64], others: &[f64]) -> Vec<(f64, f64)> {
    let (faces, others) = (sorted(faces), sorted(others));
    let mut thresholds = sorted(&[faces.as_slice(), others.as_slice()].concat());
    thresholds.dedup();
    let below = |sorted: &[f64], threshold: f64| {
        let count = sorted.partition_point(|distance| *distance <= threshold);
        count as f64 / sorted.len() as f64
    };
    let point = |threshold: f64| (below(&others, threshold), below(&faces, threshold));
    let first = std::iter::once((0.0, 0.0));
    first.chain(thresholds.into_iter().map(point)).collect()
}

/// Rising.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
}

/// One panel per task, one curve per criterion.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    Ok(figure(results).map(Drawing::from).into_iter().collect())
}

fn figure(results: &All) -> Option<Figure> {
    let cells = results.of::<Detection>();
    let config = results.config();
    let figure = Figure::new("roc", "What each distance tells apart")
        .caption(format!(
            "ROC curves, mean over {} random choices of {} known persons ({} pictures each) and {} \
             unknown ones, with {} other pictures; about {} eigenfaces ({} % of the variance); the \
             band is the 95 % interval of the mean. The numbers are areas under the curves: 1 is a \
             perfect separation, 0.5 none. Sum and mean rank all pictures alike, so their curves \
             are the same.{}",
            cells.cells().len(),
            config.known_persons(),
            config.training_pictures,
            config.unknown_persons,
            config.things,
            cells.first()?.outcome.components,
            100.0 * config.share,
            origin(results, &SETS)
        ))
        .columns(2);
    Some(Task::ALL.iter().fold(figure, |figure, task| {
        figure.panel_sized(panel(results, *task), 400, 430)
    }))
}

fn panel(results: &All, task: Task) -> Chart {
    let [accepted, refused] = task.sides();
    let axis = |side| Axis::new(format!("{side} accepted (0-1)")).range(0.0, 1.0);
    let chance = Line::new("", [0.0, 1.0], [0.0, 1.0]).colour(Colour::LIGHT_GREY);
    let chart = Chart::new(task.label(), axis(refused), axis(accepted)).with(chance);
    let cells = results.of::<Detection>().cells().iter();
    let tasks: Vec<&Roc> = cells.filter_map(|cell| cell.outcome.task(task)).collect();
    let shares = curve_shares();
    Criterion::ALL.into_iter().fold(chart, |chart, criterion| {
        let place = criterion.place();
        let (areas, rows): (Vec<f64>, Vec<Vec<f64>>) = tasks
            .iter()
            .map(|roc| (roc.areas[place], roc.curves[place].clone()))
            .unzip();
        let label = format!("{}: {:.3}", criterion.label(), mean(&areas));
        let (band, line) = mean_and_interval(&label, &shares, &rows, criterion.colour());
        if criterion == Criterion::Mean {
            // Sum and mean coincide: both are seen when one is dashed.
            return chart.with(line.dash(Dash::Dashed));
        }
        chart.with(band).with(line)
    })
}

/// An area under the curve from which on a criterion separates well.
const GOOD_AREA: f64 = 0.9;

/// Why the distance from face space misses things.
const SMOOTH_PICTURES: &str = "The distance from face space counts only what a picture has too much: a \
                      smooth picture has little that eigenfaces cannot express, so it passes for \
                      a face.";

/// Which criterion separates well, and which one better.
pub fn claims(results: &All) -> Vec<Claim> {
    let mut claims = separation(results);
    claims.extend(comparison(results));
    claims
}

fn separation(results: &All) -> Vec<Claim> {
    let separates = |id, source, statement: &str, criterion| {
        let areas = results.of::<Detection>().values(&ARM, |detected| {
            detected.area(Task::FacesFromThings, criterion)
        });
        Claim::says(id, source, statement)
            .measured_by("area under the ROC curve, unseen faces from things", "0-1")
            .mean_is_above(GOOD_AREA, &areas)
            .shown_in("roc")
    };
    vec![
        separates(
            "mean-separates-faces",
            POST,
            "The mean distance to the training pictures separates faces from other pictures well.",
            Criterion::Mean,
        )
        .if_contradicted(
            "The mean distance asks how unusual a picture's weights are: a thing of which the \
             eigenfaces express little has ordinary weights, and an unusual face has not.",
        ),
        separates(
            "minimum-separates-faces",
            OURS,
            "The minimum distance separates faces from other pictures well.",
            Criterion::Minimum,
        ),
        separates(
            "face-space-separates-faces",
            OURS,
            "The distance from face space separates faces from other pictures well.",
            Criterion::FromFaceSpace,
        ),
    ]
}

fn comparison(results: &All) -> Vec<Claim> {
    let between = |task, a, b| {
        let cells = results.of::<Detection>();
        cells.values(&ARM, |detected| {
            Some(detected.area(task, a)? - detected.area(task, b)?)
        })
    };
    let (faces, persons) = (Task::FacesFromThings, Task::KnownFromUnknown);
    let (mean, minimum, space) = (
        Criterion::Mean,
        Criterion::Minimum,
        Criterion::FromFaceSpace,
    );
    let turk = "Turk & Pentland 1991";
    [
        Claim::says(
            "minimum-beats-mean",
            OURS,
            "The minimum distance separates faces from other pictures better than the mean.",
        )
        .measured_by("area under the ROC curve, minimum minus mean", "0-1")
        .mean_is_above(0.0, &between(faces, minimum, mean)),
        Claim::says(
            "face-space-beats-mean",
            turk,
            "The distance from face space separates faces from other pictures better than the mean \
             of the distances within it.",
        )
        .measured_by("area under the ROC curve, face space minus mean", "0-1")
        .mean_is_above(0.0, &between(faces, space, mean))
        .if_contradicted(SMOOTH_PICTURES),
        Claim::says(
            "face-space-beats-minimum",
            turk,
            "The distance from face space separates faces from other pictures better than the \
             minimum distance.",
        )
        .measured_by("area under the ROC curve, face space minus minimum", "0-1")
        .mean_is_above(0.0, &between(faces, space, minimum))
        .if_contradicted(SMOOTH_PICTURES),
        Claim::says(
            "minimum-knows-persons-better",
            turk,
            "Whether a person is known, the minimum distance tells better than the distance from \
             face space.",
        )
        .measured_by(
            "area under the ROC curve, known from unknown persons, minimum minus face space",
            "0-1",
        )
        .mean_is_above(0.0, &between(persons, minimum, space)),
    ]
    .map(|claim| claim.shown_in("roc"))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACES: [f64; 5] = [0.1, 0.4, 0.35, 0.8, 0.4];
    const OTHERS: [f64; 4] = [0.4, 0.9, 0.5, 0.3];

    #[test]
    fn the_area_is_that_of_scikit_learn() {
        // sklearn.metrics.roc_auc_score([1]*5 + [0]*4, [-d for d in FACES + OTHERS])
        assert!((area(&FACES, &OTHERS) - 0.65).abs() < 1e-12);
        assert!((area(&OTHERS, &FACES) - 0.35).abs() < 1e-12);
    }

    #[test]
    fn a_perfect_separation_has_area_one_and_equal_distances_a_half() {
        assert_eq!(area(&[1.0, 2.0], &[3.0, 4.0]), 1.0);
        assert_eq!(area(&[3.0, 4.0], &[1.0, 2.0]), 0.0);
        assert_eq!(area(&[1.0; 3], &[1.0; 7]), 0.5);
    }

    #[test]
    fn the_curve_rises_from_its_first_step_to_one() {
        let shares = [0.0, 0.25, 0.5, 0.75, 1.0];
        // By hand: others sorted 0.3 0.4 0.5 0.9; faces at most 0.3: 1, 0.4: 4, 0.5: 4, 0.9: 5.
        let expected = [0.2, 0.4, 0.8, 1.0, 1.0];
        let found = curve(&FACES, &OTHERS, &shares);
        for (expected, found) in expected.iter().zip(&found) {
            assert!((expected - found).abs() < 1e-12, "{found}");
        }
    }
}
