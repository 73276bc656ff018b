//! Steps 2 and 3 of the post: the mean face, and the pictures without it.

use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis};

use super::error::PcaError;

/// Pictures with their mean taken off.
pub struct Centred {
    /// The mean face, p.
    pub mean: Array1<f64>,
    /// What is left of each picture, n x p.
    pub rows: Array2<f64>,
    /// Sum of the squares of all entries of `rows`: the trace of A A^T.
    pub squares: f64,
}

impl Centred {
    /// Checks the pictures, n x p, and takes their mean off.
    pub fn of(pictures: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let mean = mean_of(pictures)?;
        let rows = without(pictures, &mean);
        let squares = rows.iter().map(|value| value * value).sum::<f64>();
        if !squares.is_finite() {
            return Err(PcaError::Overflow);
        }
        if largest(&rows) <= rounding_of_mean(pictures) {
            let pictures = pictures.nrows();
            return Err(PcaError::NoVariance { pictures });
        }
        Ok(Self {
            mean,
            rows,
            squares,
        })
    }
}

fn mean_of(pictures: &ArrayRef2<f64>) -> Result<Array1<f64>, PcaError> {
    let found = pictures.nrows();
    if found < 2 {
        return Err(PcaError::TooFewPictures { found });
    }
    if pictures.ncols() == 0 {
        return Err(PcaError::NoPixels);
    }
    let mut entries = pictures.indexed_iter();
    if let Some(((picture, pixel), _)) = entries.find(|(_, value)| !value.is_finite()) {
        return Err(PcaError::NotFinite { picture, pixel });
    }
    pictures.mean_axis(Axis(0)).ok_or(PcaError::NoPixels)
}

/// Each row of `pictures` minus `mean`, in rows that lie one after the other.
pub fn without(pictures: &ArrayRef2<f64>, mean: &ArrayRef1<f64>) -> Array2<f64> {
    let mut rows = Array2::zeros(pictures.dim());
    ndarray::azip!((mut row in rows.rows_mut(), picture in pictures.rows()) {
        ndarray::azip!((left in &mut row, value in picture, mean in mean) *left = value - mean);
    });
    rows
}

/// The mean of n equal numbers can differ from them by about n roundings.
fn rounding_of_mean(pictures: &ArrayRef2<f64>) -> f64 {
    pictures.nrows() as f64 * f64::EPSILON * largest(pictures)
}

fn largest(values: &ArrayRef2<f64>) -> f64 {
    values.iter().fold(0.0, |most, value| most.max(value.abs()))
}
