//! What several figures share.

use ndarray::{ArrayD, Axis};
use retrace_figure::{Colour, ColourMap, Images, Picture};
use retrace_lab::Outcomes;

use crate::Debugging;
use crate::outcome::Outcome;

/// Colours of two things compared: before and after, testing and training.
pub(super) const PAIR: [Colour; 2] = [Colour::series(0), Colour::series(1)];

/// What an arm found at the first seed.
pub(super) fn found<'a>(outcomes: &'a Outcomes<Debugging>, arm: &str) -> Option<&'a Outcome> {
    Some(&outcomes.get(arm, 0)?.outcome)
}

/// An array of an arm's first seed.
pub(super) fn array<'a>(
    outcomes: &'a Outcomes<Debugging>,
    arm: &str,
    name: &str,
) -> Option<&'a ArrayD<f32>> {
    outcomes.get(arm, 0)?.arrays.get(name).ok()
}

/// The data set, for titles: `a digit of mnist (synthetic)`.
pub(super) fn digit(outcomes: &Outcomes<Debugging>) -> String {
    let sets: Vec<String> = outcomes.inputs().iter().map(ToString::to_string).collect();
    format!("a digit of {}", sets.join(", "))
}

/// A number with few digits, or a power of ten.
pub(super) fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        1e-3..1e5 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

/// `1,199,882`.
pub(crate) fn grouped(number: u64) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

/// `32 x 26 x 26`.
pub(crate) fn sides(shape: &[usize]) -> String {
    let sides: Vec<String> = shape.iter().map(usize::to_string).collect();
    sides.join(" x ")
}

/// Maps or kernels `[maps, height, width]` as pictures, on one scale.
pub(super) fn pictures(title: &str, maps: &ArrayD<f32>, map: ColourMap, columns: usize) -> Images {
    let numbers = maps.iter().map(|value| f64::from(*value));
    let mut range = map.range_of(numbers);
    if map == ColourMap::Grey {
        range.0 = range.0.min(0.0);
    }
    let [height, width] = [1, 2].map(|axis| maps.shape()[axis] as u32);
    let picture = |map_values: ndarray::ArrayViewD<'_, f32>| {
        let pixels = map_values.iter().flat_map(|value| {
            let colour = map.colour(f64::from(*value), range).unwrap_or(Colour::GREY);
            [colour.r, colour.g, colour.b]
        });
        Picture::rgb("", width, height, pixels.collect())
    };
    let title = format!("{title}: {} to {}", short(range.0), short(range.1));
    let images = maps.axis_iter(Axis(0)).map(picture);
    images.fold(Images::new(title, columns), Images::with)
}

/// Rows of an array `[height, width]`.
pub(super) fn rows(values: &ArrayD<f32>) -> Vec<Vec<f64>> {
    let rows = values.outer_iter();
    rows.map(|row| row.iter().copied().map(f64::from).collect())
        .collect()
}
