//! Pictures between a cell and its figures, as arrays of 32-bit numbers from 0 to 255.

use image::{Rgb, RgbImage};
use ndarray::Array3;
use retrace_lab::{Arrays, Cell, Error, Result};

/// The whole mapped picture is kept with this many pixels averaged along each side: it has
/// millions of them.
pub const OVERVIEW: u32 = 3;

/// Names of the pictures that arm `rectification` keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The drawn picture.
    Photo,
    /// The whole picture pushed forward, reduced by [`OVERVIEW`].
    PushedFrame,
    /// The whole picture filled from the inverse, reduced.
    FilledFrame,
    /// The label pushed forward.
    PushedLabel,
    /// The label filled, truncated as in the post.
    FilledLabel,
    /// The label seen from straight above.
    Above,
}

impl Kept {
    /// Name of the array.
    pub fn name(self) -> &'static str {
        match self {
            Self::Photo => "photo",
            Self::PushedFrame => "pushed-frame",
            Self::FilledFrame => "filled-frame",
            Self::PushedLabel => "pushed-label",
            Self::FilledLabel => "filled-label",
            Self::Above => "above",
        }
    }
}

/// Keeps a picture beside the cell's outcome.
///
/// # Shapes
/// rows x columns x 3.
pub fn keep(cell: &mut Cell<'_>, name: &str, picture: &RgbImage) {
    let (width, height) = picture.dimensions();
    let array = Array3::from_shape_fn((height as usize, width as usize, 3), |(y, x, c)| {
        f32::from(picture.get_pixel(x as u32, y as u32).0[c])
    });
    cell.keep_array(name, array.into_dyn());
}

/// A picture that [`keep`] kept.
///
/// # Errors
/// When there is no array of this name, or it is no picture.
pub fn kept(arrays: &Arrays, name: &str) -> Result<RgbImage> {
    let array = arrays.get(name)?;
    let &[height, width, 3] = array.shape() else {
        return Err(Error::Other(
            format!("expected a picture `{name}`, found {:?}", array.shape()).into(),
        ));
    };
    Ok(RgbImage::from_fn(width as u32, height as u32, |x, y| {
        Rgb([0, 1, 2].map(|c| array[[y as usize, x as usize, c]].round() as u8))
    }))
}

/// The picture with `factor` x `factor` pixels averaged to one; a rest at the edges is cut off.
pub fn reduced(picture: &RgbImage, factor: u32) -> RgbImage {
    let (width, height) = (picture.width() / factor, picture.height() / factor);
    RgbImage::from_fn(width.max(1), height.max(1), |x, y| {
        Rgb([0, 1, 2].map(|c| {
            let places =
                (0..factor * factor).map(|k| (x * factor + k % factor, y * factor + k / factor));
            let inside = places.filter(|(x, y)| *x < picture.width() && *y < picture.height());
            let values: Vec<u32> = inside
                .map(|(x, y)| u32::from(picture.get_pixel(x, y).0[c]))
                .collect();
            let count = (values.len() as u32).max(1);
            ((values.iter().sum::<u32>() + count / 2) / count) as u8
        }))
    })
}
