//! What the page of a run lets its reader try: the post's pictures, made smaller, taken apart and put
//! together again in the page, and the four criteria with a threshold of his own.

use ndarray::{Array2, ArrayD, Axis};
use retrace_lab::{Explorable, Result};
use serde::Serialize;

use crate::All;
use crate::data::{Shows, TESTS};
use crate::decomposition::{Decomposition, name};
use crate::distances::{Criterion, Distances};
use crate::pca::Pca;

/// Pixels of all pictures together that a page carries at most, a byte each.
const MOST_PIXELS: usize = 190_000;
/// Page and program compute in 64 bits, with other rounding.
const ROUNDING: f64 = 1e-6;

/// What the page works on.
#[derive(Serialize)]
struct Data {
    rows: usize,
    columns: usize,
    /// How many of the pictures are training pictures; they come first.
    training: usize,
    names: Vec<String>,
    shows: Vec<Kind>,
    /// Eigenfaces that the run keeps.
    kept: usize,
    /// Grey levels, picture after picture, row after row, in base 64.
    pictures: String,
}

/// What a picture shows.
#[derive(Serialize)]
#[serde(untagged)]
enum Kind {
    Training(&'static str),
    Test(Shows),
}

/// The page's data and what it must show; nothing without the post's pictures.
pub(crate) fn explorable(results: &All) -> Result<Option<Explorable>> {
    let Some(cell) = results.of::<Decomposition>().first() else {
        return Ok(None);
    };
    let (training, tests) = (cell.arrays.get("training")?, cell.arrays.get("tests")?);
    let count = training.len_of(Axis(0)) + tests.len_of(Axis(0));
    let side = shrinking(training, count);
    let (training, size) = reduced(training, side);
    let (tests, _) = reduced(tests, side);
    let kept = results.config().components;
    let names = (0..training.nrows()).map(name);
    let shows = (0..training.nrows()).map(|_| Kind::Training("training"));
    let bytes: Vec<u8> = training
        .iter()
        .chain(&tests)
        .map(|level| *level as u8)
        .collect();
    let explorable = Explorable::of(Data {
        rows: size.0,
        columns: size.1,
        training: training.nrows(),
        names: names
            .chain(TESTS.map(|(name, _)| name.to_owned()))
            .collect(),
        shows: shows
            .chain(TESTS.map(|(_, shows)| Kind::Test(shows)))
            .collect(),
        kept,
        pictures: Explorable::bytes(bytes),
    })?;
    let pca = Pca::fit(&training)?.truncated(kept);
    let weights = pca.project(&training)?;
    let mut all = training.clone();
    all.append(Axis(0), tests.view())
        .map_err(retrace_lab::Error::data)?;
    let distances = Distances::measure(&pca, &weights, &all)?;
    let rebuilt = pca.reconstruct(&pca.project(&all)?)?;
    // A training picture, the man unseen, another man, something else.
    let places = [0, training.nrows(), training.nrows() + 2, all.nrows() - 1];
    let chosen = places.into_iter().filter(|place| *place < all.nrows());
    Ok(Some(chosen.fold(explorable, |explorable, place| {
        let lost = &rebuilt.row(place) - &all.row(place);
        let error = (lost.dot(&lost) / lost.len() as f64).sqrt();
        let by = |criterion| distances[place].by(criterion);
        let readings = [
            ("error", error),
            ("sum", by(Criterion::Sum)),
            ("mean", by(Criterion::Mean)),
            ("minimum", by(Criterion::Minimum)),
            ("from_face_space", by(Criterion::FromFaceSpace)),
        ];
        explorable.shows(&[("p", &place.to_string())], &readings, ROUNDING)
    })))
}

/// Pixels of a side that become one, so that all pictures together are light enough.
fn shrinking(pictures: &ArrayD<f32>, count: usize) -> usize {
    let (rows, columns) = (pictures.len_of(Axis(1)), pictures.len_of(Axis(2)));
    let fits = |side: &usize| count * (rows / side) * (columns / side) <= MOST_PIXELS;
    (1..=rows.min(columns)).find(fits).unwrap_or(1)
}

/// Means of squares of pixels, rounded to grey levels: one picture per row, and their size.
fn reduced(pictures: &ArrayD<f32>, side: usize) -> (Array2<f64>, (usize, usize)) {
    let (rows, columns) = (
        pictures.len_of(Axis(1)) / side,
        pictures.len_of(Axis(2)) / side,
    );
    let mean = |picture: usize, row: usize, column: usize| {
        let square = (0..side * side).map(|k| {
            let place = [picture, row * side + k / side, column * side + k % side];
            f64::from(pictures[&place[..]])
        });
        let sum: f64 = square.sum();
        (sum / (side * side) as f64).round().clamp(0.0, 255.0)
    };
    let count = pictures.len_of(Axis(0));
    let levels = Array2::from_shape_fn((count, rows * columns), |(picture, pixel)| {
        mean(picture, pixel / columns, pixel % columns)
    });
    (levels, (rows, columns))
}
