//! Pictures that a cell keeps for the figures, and how a figure shows them.

use image::RgbImage;
use image::imageops::{FilterType, resize};
use ndarray::{Array2, Array3, Array4, ArrayView3, Axis, Ix4, stack};
use retrace_data::colour::lab_from_picture;
use retrace_figure::Picture;
use retrace_lab::{Arrays, Cell, Results};

use crate::Colorization;
use crate::arm::{Photographs, Variant};
use crate::colouring::painted;
use crate::colours::Colours;
use crate::data::Photo;

/// Largest side of a picture in a figure.
const SIDE: u32 = 128;

/// L, a and b of a photograph, `[3, height, width]`.
pub fn lab(photo: &Photo) -> Array3<f32> {
    lab_from_picture(&photo.image.clone().into())
}

/// Places of the pictures that figures show, evenly spread, as many as have the size of the first.
pub fn examples(photos: &[&Photo], count: usize) -> Vec<usize> {
    let all = photos.len();
    let count = count.min(all);
    let places = (0..count).map(|i| (2 * i + 1) * all / (2 * count));
    let first = photos.first().map(|photo| photo.size());
    places
        .filter(|place| Some(photos[*place].size()) == first)
        .collect()
}

/// Keeps pictures of one size as one array, `[picture, planes, height, width]`.
pub fn keep(cell: &mut Cell<'_>, name: &str, pictures: &[Array3<f32>]) {
    let views: Vec<ArrayView3<f32>> = pictures.iter().map(|picture| picture.view()).collect();
    // None, or of unequal sizes: nothing to show.
    if let Ok(array) = stack(Axis(0), &views) {
        cell.keep_array(name, Array4::into_dyn(array));
    }
}

/// Pictures that a cell kept, `[planes, height, width]` each.
pub fn kept(arrays: &Arrays, name: &str) -> Option<Vec<Array3<f32>>> {
    let array = arrays.get(name).ok()?.view();
    let array = array.into_dimensionality::<Ix4>().ok()?;
    let pictures = array.axis_iter(Axis(0));
    Some(pictures.map(|picture| picture.to_owned()).collect())
}

/// True L, a and b of the test pictures that the figures of an arm show.
pub fn truths(results: &Results<Colorization>, arm: Variant) -> Option<Vec<Array3<f32>>> {
    let name = match arm.method().photographs {
        Photographs::All => "all",
        Photographs::Forests => "forests",
    };
    kept(&results.of::<Colours>().first()?.arrays, name)
}

/// A picture in its true colours.
pub fn in_truth(label: impl Into<String>, lab: &Array3<f32>) -> Picture {
    let colours = lab.select(Axis(0), &[1, 2]);
    in_colours(label, lab, &colours)
}

/// A picture in other colours.
pub fn in_colours(label: impl Into<String>, lab: &Array3<f32>, colours: &Array3<f32>) -> Picture {
    let lightness = lab.index_axis(Axis(0), 0).to_owned();
    on_page(label, &painted(&lightness, colours).image)
}

/// A picture without its colours: what the network gets.
pub fn in_grey(label: impl Into<String>, lab: &Array3<f32>) -> Picture {
    let grey = Array3::zeros((2, lab.dim().1, lab.dim().2));
    in_colours(label, lab, &grey)
}

/// Colours alone, at L = 100 as the post shows them.
pub fn colours_alone(label: impl Into<String>, colours: &Array3<f32>) -> Picture {
    let white = Array2::from_elem((colours.dim().1, colours.dim().2), 100.0);
    on_page(label, &painted(&white, colours).image)
}

/// Brought to the size of the page.
fn on_page(label: impl Into<String>, image: &RgbImage) -> Picture {
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
    Picture::rgb(label, width, height, image.into_raw())
}
