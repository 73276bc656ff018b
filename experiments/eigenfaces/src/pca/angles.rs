//! Angles between two face spaces.

use std::f64::consts::FRAC_1_SQRT_2;

use ndarray::{Array1, ArrayRef2};

use super::error::PcaError;
use super::product::{contiguous, faer_view, product};

/// The principal angles between the row spaces of `a` and `b`, in radians, 0 to pi/2, rising;
/// as many as the smaller of the two has rows.
///
/// ```text
/// cosines   singular values of A B^T
/// sines     singular values of B - (B A^T) A          where B has no more rows than A
/// ```
///
/// A cosine near 1 says nothing of angles below 1e-8, so small angles come from their sines and
/// large ones from their cosines (Bjoerck & Golub 1973, "Numerical methods for computing angles
/// between linear subspaces", algorithm for both). SciPy: `scipy.linalg.subspace_angles`.
///
/// # Shapes
/// `a` and `b` k x p and l x p with orthonormal rows.
///
/// # Errors
/// Spaces of different p; numbers for which the singular values do not converge.
pub fn principal_angles(a: &ArrayRef2<f64>, b: &ArrayRef2<f64>) -> Result<Array1<f64>, PcaError> {
    let (a, b) = if a.nrows() < b.nrows() {
        (b, a)
    } else {
        (a, b)
    };
    let (expected, found) = (a.ncols(), b.ncols());
    if expected != found {
        return Err(PcaError::PixelCount { expected, found });
    }
    let shared = product(b, &a.t());
    let cosines = singular_values(&shared)?;
    let outside = b.to_owned() - product(&shared, a);
    let sines = singular_values(&outside)?;
    // Cosines fall as the angles rise; sines must be turned round.
    let angles = cosines.iter().zip(sines.iter().rev());
    Ok(angles.map(|(cosine, sine)| angle(*cosine, *sine)).collect())
}

fn angle(cosine: f64, sine: f64) -> f64 {
    if sine < FRAC_1_SQRT_2 {
        sine.asin()
    } else {
        cosine.clamp(0.0, 1.0).acos()
    }
}

/// Falling singular values.
fn singular_values(matrix: &ArrayRef2<f64>) -> Result<Vec<f64>, PcaError> {
    let matrix = contiguous(matrix);
    let values = faer_view(&matrix).singular_values();
    values.map_err(|_| PcaError::NotConverged)
}
