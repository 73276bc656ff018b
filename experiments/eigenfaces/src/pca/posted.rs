//! Steps 2 to 6 exactly as the post takes them: every eigenvector, also the null one.
//!
//! Centred pictures sum to zero, so A A^T (1, ..., 1) = 0: one of its n eigenvectors has
//! eigenvalue 0 and its eigenface A^T v is rounding noise, brought to length 1 like the others.
//! [`Pca::fit`](super::Pca::fit) leaves it out; the post's 16 pictures have 16 eigenfaces.

use ndarray::{Array1, Array2, ArrayRef2};

use super::centred::Centred;
use super::decomposition::{Eigen, normalise};
use super::error::PcaError;
use super::product::{gram, product};

/// What the steps of the post leave behind.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Step 2: the mean face, p.
    pub mean: Array1<f64>,
    /// Step 3: the pictures without it, A, n x p.
    pub centred: Array2<f64>,
    /// Step 4: A A^T, n x n, divided by nothing.
    pub covariance: Array2<f64>,
    /// Its eigenvalues, n, falling; the last one is 0 but for rounding and may be negative.
    pub eigenvalues: Array1<f64>,
    /// Step 5: its eigenvectors, one a row, n x n.
    pub eigenvectors: Array2<f64>,
    /// Step 6: A^T v of each, brought to length 1, n x p. Signs are as they came. A row of
    /// zeros, which has no direction, stays as it is.
    pub eigenfaces: Array2<f64>,
}

/// Takes the steps of the post on pictures, n x p.
///
/// # Errors
/// As [`Pca::fit`](super::Pca::fit).
pub fn eigenfaces_as_posted(pictures: &ArrayRef2<f64>) -> Result<Posted, PcaError> {
    let Centred { mean, rows, .. } = Centred::of(pictures)?;
    let covariance = small_covariance(&rows);
    let eigen = Eigen::of(&covariance)?;
    let mut eigenfaces = product(&eigen.vectors, &rows);
    let faces = eigenfaces.rows_mut().into_iter();
    faces.for_each(|mut face| normalise(&mut face));
    Ok(Posted {
        mean,
        centred: rows,
        covariance,
        eigenvalues: eigen.values,
        eigenvectors: eigen.vectors,
        eigenfaces,
    })
}

/// The small covariance A A^T of centred pictures, n x p: n x n, divided by nothing.
pub fn small_covariance(centred: &ArrayRef2<f64>) -> Array2<f64> {
    gram(centred)
}
