//! All figures, from outcomes alone. One criterion has one colour in all of them.

mod distances;
mod faces;
mod recognition;
mod roc;
mod spectrum;
mod thresholds;
mod tile;
mod weights;

use retrace_figure::{Band, Colour, Layer, Line};
use retrace_lab::statistics::{mean, mean_interval};
use retrace_lab::{Drawing, Outcomes, Result};

use crate::Eigenfaces;
use crate::distances::Criterion;

type All = Outcomes<Eigenfaces>;

/// All figures of a run.
///
/// # Errors
/// Outcomes without the arrays that they were written with.
pub fn all(outcomes: &All) -> Result<Vec<Drawing>> {
    let mut figures = Vec::new();
    let cell = outcomes.get("post", 0);
    if let Some((cell, post)) = cell.and_then(|cell| Some((cell, cell.outcome.post()?))) {
        figures.push(faces::training(outcomes, &cell.arrays)?);
        figures.push(faces::centred(outcomes, &cell.arrays)?);
        figures.push(faces::eigenfaces(outcomes, &cell.arrays, post)?);
        figures.push(faces::rebuilt(outcomes, &cell.arrays, post)?);
        figures.push(spectrum::spectrum(outcomes, post));
        figures.push(spectrum::above_one(outcomes, post));
        figures.push(weights::weights(outcomes, post));
        figures.push(faces::tests(outcomes, &cell.arrays, post)?);
        figures.push(distances::distances(outcomes, post));
    }
    if let Some(cell) = outcomes.get("recognition", 0) {
        figures.push(faces::of_many_persons(outcomes, &cell.arrays)?);
    }
    figures.extend(recognition::rates(outcomes));
    figures.extend(roc::curves(outcomes));
    figures.extend(roc::by_components(outcomes));
    figures.extend(thresholds::thresholds(outcomes));
    Ok(figures.into_iter().map(Drawing::from).collect())
}

/// Says at the end of a caption where the pictures of these data sets come from.
fn origin(outcomes: &All, names: &[&str]) -> String {
    let of = |name: &&str| {
        let input = outcomes.inputs().iter().find(|input| input.name == *name);
        input.map_or_else(
            || format!("{name} (origin not recorded)"),
            ToString::to_string,
        )
    };
    let origins: Vec<String> = names.iter().map(of).collect();
    format!(" Pictures: {}.", origins.join(", "))
}

/// The colour of a criterion. Sum and mean differ by a factor only.
fn colour(criterion: Criterion) -> Colour {
    match criterion {
        Criterion::Sum => Colour::series(4),
        Criterion::Mean => Colour::series(1),
        Criterion::Minimum => Colour::series(0),
        Criterion::FromFaceSpace => Colour::series(2),
    }
}

/// Mean over seeds as a curve, and the band of its 95 % interval; `rows` holds one curve a seed.
fn mean_and_interval(label: &str, x: &[f64], rows: &[Vec<f64>], colour: Colour) -> [Layer; 2] {
    let columns: Vec<Vec<f64>> = (0..x.len())
        .map(|place| {
            rows.iter()
                .filter_map(|row| row.get(place).copied())
                .collect()
        })
        .collect();
    let means: Vec<f64> = columns.iter().map(|column| mean(column)).collect();
    let ends = |end: fn((f64, f64)) -> f64| -> Vec<f64> {
        let interval = |column: &Vec<f64>| {
            mean_interval(column).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high))
        };
        columns.iter().map(|column| end(interval(column))).collect()
    };
    [
        Band::new(label, x, ends(|e| e.0), ends(|e| e.1))
            .colour(colour)
            .into(),
        Line::new(label, x, means).colour(colour).into(),
    ]
}
