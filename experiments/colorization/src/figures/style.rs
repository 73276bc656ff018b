//! What all figures share: pictures from arrays, and numbers over seeds.

use image::imageops::{FilterType, resize};
use image::{DynamicImage, RgbImage};
use ndarray::{Array2, Array3, ArrayD, Axis, Ix4};
use retrace_data::colour::rgb_from_lab;
use retrace_figure::Picture;
use retrace_lab::{Finished, Outcomes, statistics};

use crate::Colorization;
use crate::arm::{COLOURS, Setup, Which};
use crate::evaluation::painted;
use crate::outcome::{Colours, Outcome};

/// Largest side of a picture on the page.
const SIDE: u32 = 128;

pub(super) type Cell = Finished<Outcome>;

/// The cell that counted colours, with what it counted.
pub(super) fn colours(outcomes: &Outcomes<Colorization>) -> Option<(&Cell, &Colours)> {
    let cell = outcomes.get(COLOURS, 0)?;
    Some((cell, cell.outcome.colours()?))
}

/// Pictures that a cell kept, `[planes, height, width]` each.
pub(super) fn kept(cell: &Cell, name: &str) -> Option<Vec<Array3<f32>>> {
    let array: &ArrayD<f32> = cell.arrays.get(name).ok()?;
    let array = array.view().into_dimensionality::<Ix4>().ok()?;
    Some(
        array
            .axis_iter(Axis(0))
            .map(|picture| picture.to_owned())
            .collect(),
    )
}

/// True L, a and b of the test pictures that a setup shows.
pub(super) fn truths(outcomes: &Outcomes<Colorization>, setup: Setup) -> Option<Vec<Array3<f32>>> {
    let name = match setup.which {
        Which::All => "all",
        Which::Forests => "forests",
    };
    kept(colours(outcomes)?.0, name)
}

/// The lightness of a picture.
pub(super) fn lightness(lab: &Array3<f32>) -> Array2<f32> {
    lab.index_axis(Axis(0), 0).to_owned()
}

/// A picture in its true colours.
pub(super) fn of_truth(label: impl Into<String>, lab: &Array3<f32>) -> Picture {
    let colours = lab.select(Axis(0), &[1, 2]);
    of_colours(label, lab, &colours)
}

/// A picture in other colours.
pub(super) fn of_colours(
    label: impl Into<String>,
    lab: &Array3<f32>,
    colours: &Array3<f32>,
) -> Picture {
    page(label, &painted(&lightness(lab), colours))
}

/// What the network gets.
pub(super) fn of_lightness(label: impl Into<String>, lab: &Array3<f32>) -> Picture {
    let grey = Array3::zeros((2, lab.dim().1, lab.dim().2));
    of_colours(label, lab, &grey)
}

/// Colours alone, at L = 100 as the post shows them.
pub(super) fn of_colours_alone(label: impl Into<String>, colours: &Array3<f32>) -> Picture {
    let white = Array2::from_elem((colours.dim().1, colours.dim().2), 100.0);
    page(label, &painted(&white, colours))
}

/// Brought to the size of the page.
fn page(label: impl Into<String>, image: &RgbImage) -> Picture {
    let (width, height) = image.dimensions();
    let largest = width.max(height);
    let image = if largest > SIDE {
        let to = |side: u32| (side * SIDE / largest).max(1);
        resize(image, to(width), to(height), FilterType::Triangle)
    } else {
        // Small ones are enlarged without smoothing.
        let by = SIDE / largest;
        resize(image, width * by, height * by, FilterType::Nearest)
    };
    let (width, height) = image.dimensions();
    Picture::rgb(
        label,
        width,
        height,
        DynamicImage::from(image).into_rgb8().into_raw(),
    )
}

/// A colour of the plane of a and b at a lightness; none where sRGB does not have it.
pub(super) fn shown_colour(lightness: f32, [a, b]: [f32; 2]) -> [u8; 3] {
    rgb_from_lab([lightness, a, b])
}

/// The 95 % interval of the mean; nothing to draw for fewer than two seeds.
pub(super) fn interval(values: &[f64]) -> (f64, f64) {
    statistics::mean_interval(values).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high))
}
