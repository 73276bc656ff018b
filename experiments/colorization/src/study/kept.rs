//! Pictures that a cell keeps for the figures.

use ndarray::{Array3, Array4, ArrayView3, Axis, stack};
use retrace_data::colour::lab_from_picture;
use retrace_lab::Cell;

use crate::data::Photo;

/// L, a and b of a picture.
pub(super) fn lab(photo: &Photo) -> Array3<f32> {
    lab_from_picture(&photo.image.clone().into())
}

/// Keeps pictures of one size.
pub(super) fn keep(cell: &mut Cell<'_>, name: &str, pictures: &[Array3<f32>]) {
    let views: Vec<ArrayView3<f32>> = pictures.iter().map(|picture| picture.view()).collect();
    // None, or of unequal sizes: nothing to show.
    if let Ok(array) = stack(Axis(0), &views) {
        cell.keep_array(name, Array4::into_dyn(array));
    }
}
