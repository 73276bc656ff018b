//! Pictures in figures: from numbers to bytes.

use ndarray::{ArrayView2, Axis, Ix3};
use retrace_figure::Picture;
use retrace_lab::{Arrays, Error, Result};

/// Longest side of a picture in a figure, in pixels; larger ones are averaged down.
const LONGEST: usize = 120;

/// Share of the pixels that the greys of a signed picture must hold; single stronger ones are cut
/// off, or they would leave the rest grey.
const HELD: f64 = 0.995;

/// How numbers become greys.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Levels {
    /// 0 is black and 255 white.
    Natural,
    /// Minus this number is black, 0 middle grey, plus this number white.
    Signed(f64),
    /// As `Signed`, with a number of the picture's own.
    SignedOwn,
}

/// The pictures of a stored array, each with its label.
///
/// # Errors
/// Without an array of this name that holds n x rows x columns numbers.
pub fn tiles(
    arrays: &Arrays,
    name: &str,
    levels: Levels,
    label: impl Fn(usize) -> String,
) -> Result<Vec<Picture>> {
    let array = arrays.get(name)?.view().into_dimensionality::<Ix3>();
    let array = array.map_err(|error| Error::Other(Box::new(error)))?;
    let pictures = array.axis_iter(Axis(0)).enumerate();
    Ok(pictures
        .map(|(index, picture)| tile(&picture, levels, label(index)))
        .collect())
}

/// Half the range that holds nearly all numbers of an array: for [`Levels::Signed`].
///
/// # Errors
/// Without an array of this name.
pub fn reach(arrays: &Arrays, name: &str) -> Result<f64> {
    let sizes: Vec<f64> = arrays
        .get(name)?
        .iter()
        .map(|value| f64::from(value.abs()))
        .collect();
    Ok(held(sizes))
}

fn held(mut sizes: Vec<f64>) -> f64 {
    sizes.sort_by(f64::total_cmp);
    let place = (HELD * sizes.len() as f64) as usize;
    let reach = sizes.get(place.min(sizes.len().saturating_sub(1)));
    reach.copied().filter(|reach| *reach > 0.0).unwrap_or(1.0)
}

fn tile(picture: &ArrayView2<'_, f32>, levels: Levels, label: String) -> Picture {
    let factor = picture
        .nrows()
        .max(picture.ncols())
        .div_ceil(LONGEST)
        .max(1);
    let chunks = picture.exact_chunks((factor, factor));
    let small: Vec<f64> = chunks
        .into_iter()
        .map(|chunk| f64::from(chunk.sum()) / (factor * factor) as f64)
        .collect();
    let byte = |level: f64| level.round().clamp(0.0, 255.0) as u8;
    let signed = |reach: f64| -> Vec<u8> {
        small
            .iter()
            .map(|value| byte(127.5 + 127.5 * value / reach))
            .collect()
    };
    let bytes = match levels {
        Levels::Natural => small.iter().copied().map(byte).collect(),
        Levels::Signed(reach) => signed(reach),
        Levels::SignedOwn => signed(held(small.iter().map(|value| value.abs()).collect())),
    };
    let (rows, columns) = (picture.nrows() / factor, picture.ncols() / factor);
    Picture::grey(label, columns as u32, rows as u32, bytes)
}
