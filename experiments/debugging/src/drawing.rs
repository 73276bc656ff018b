//! What figures of several questions share: colours, numbers in words, maps as pictures.

use ndarray::{ArrayD, ArrayViewD, Axis};
use retrace_figure::{Colour, ColourMap, Images, Picture};
use retrace_lab::{Input, Results};

use crate::Debugging;

/// Colours of two things compared: before and after, testing and training.
pub const PAIR: [Colour; 2] = [Colour::series(0), Colour::series(1)];

/// The data set, for titles: `a digit of mnist (synthetic)`.
pub fn digit(results: &Results<Debugging>) -> String {
    format!("a digit of {}", Input::list(results.inputs()))
}

/// A number with few digits, or a power of ten.
pub fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        1e-3..1e5 => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

/// A whole number with its thousands apart: `1,199,882`.
pub fn grouped(number: u64) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

/// Maps or kernels as pictures, on one scale, which stands in the title.
///
/// # Shapes
/// - maps: `[maps, height, width]`
pub fn pictures(title: &str, maps: &ArrayD<f32>, map: ColourMap, columns: usize) -> Images {
    let mut range = map.range_of(numbers(maps));
    if map == ColourMap::Grey {
        range.0 = range.0.min(0.0);
    }
    let [height, width] = [1, 2].map(|axis| maps.shape()[axis] as u32);
    let picture = |values: ArrayViewD<'_, f32>| {
        let pixels = values.iter().flat_map(|value| {
            let colour = map.colour(f64::from(*value), range).unwrap_or(Colour::GREY);
            [colour.r, colour.g, colour.b]
        });
        Picture::rgb("", width, height, pixels.collect())
    };
    let title = format!("{title}: {} to {}", short(range.0), short(range.1));
    let images = maps.axis_iter(Axis(0)).map(picture);
    images.fold(Images::new(title, columns), Images::with)
}

/// All numbers of an array.
pub fn numbers(array: &ArrayD<f32>) -> impl Iterator<Item = f64> + '_ {
    array.iter().copied().map(f64::from)
}
