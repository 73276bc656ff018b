//! Principal components of pictures: steps 2 to 8 of the post, and what they are measured by.
//!
//! Pictures are the rows of an n x p matrix X, flattened row by row, grey values 0 to 255.
//!
//! ```text
//! m   = mean of the rows                          the mean face, p
//! A   = X - m                                     centred, n x p
//! C   = A^T A / (n - 1)                           covariance of the pixels, p x p: too large
//! L   = A A^T / (n - 1)                           the small covariance, n x n
//! L v = lambda v    =>    C (A^T v) = lambda (A^T v)
//! u   = A^T v / |A^T v|                           an eigenface, p
//! W   = A U^T                                     weights, n x k
//! ```
//!
//! The small covariance has the non-zero eigenvalues of the large one (Turk & Pentland 1991,
//! "Eigenfaces for recognition", section "Calculating eigenfaces"; Sirovich & Kirby 1987).

mod angles;
mod centred;
mod choice;
mod decomposition;
mod error;
mod parts;
mod posted;
mod product;
mod projection;

use ndarray::{Array1, Array2, ArrayRef2};

pub use angles::principal_angles;
pub use choice::Divisor;
pub use error::PcaError;
pub use posted::{Posted, eigenfaces_as_posted, small_covariance};

use centred::Centred;
use decomposition::Directions;

/// A mean face and eigenfaces, those that explain most first.
///
/// **Eigenvalues** are variances with divisor n - 1, in squared grey levels, as scikit-learn's
/// `explained_variance_`. The post multiplies A A^T and does not divide, Turk & Pentland divide
/// by n: [`eigenvalues_by`](Self::eigenvalues_by) converts.
///
/// **Signs.** An eigenface and its negative are the same direction. Here the entry of greatest
/// size (the first of equals) is positive, as in scikit-learn since 1.5.
///
/// **Null directions.** Centred rows have rank n - 1 at most, so there are never more than
/// n - 1 eigenfaces. Fewer when an eigenvalue is not above `max(n, p) * 2.2e-16` times the
/// largest: rounding alone makes such values.
#[derive(Debug, Clone, PartialEq)]
pub struct Pca {
    pictures: usize,
    mean: Array1<f64>,
    components: Array2<f64>,
    eigenvalues: Array1<f64>,
    total_variance: f64,
}

impl Pca {
    /// Eigenfaces of pictures, n x p, by the smaller of the two covariances: n x n when there
    /// are fewer pictures than pixels, as in the post, else p x p.
    ///
    /// A covariance squares the singular values, so an eigenvalue carries an absolute error of
    /// about 1e-15 of the largest one; [`fit_svd`](Self::fit_svd) does not lose that and takes
    /// longer. Scalar products of the components are within 1e-9 of 0 and 1 either way.
    ///
    /// # Errors
    /// Fewer than two pictures, no pixels, a value that is not finite, pictures that are all
    /// the same, values so large that their squares overflow.
    pub fn fit(pictures: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let centred = Centred::of(pictures)?;
        let directions = if centred.rows.nrows() < centred.rows.ncols() {
            Directions::by_small_covariance(&centred.rows)?
        } else {
            Directions::by_pixel_covariance(&centred.rows)?
        };
        Ok(Self::new(centred, directions))
    }

    /// The same by a thin singular value decomposition A = V S U^T, eigenvalues S^2 / (n - 1):
    /// slower, and accurate for the smallest components too. The check of [`fit`](Self::fit).
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_svd(pictures: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let centred = Centred::of(pictures)?;
        let directions = Directions::by_svd(&centred.rows)?;
        Ok(Self::new(centred, directions))
    }

    fn new(centred: Centred, directions: Directions) -> Self {
        let pictures = centred.rows.nrows();
        let divisor = Divisor::PicturesMinusOne.of(pictures);
        Self {
            pictures,
            mean: centred.mean,
            components: directions.components,
            eigenvalues: directions.squares / divisor,
            total_variance: centred.squares / divisor,
        }
    }

    /// Number n of the pictures that the components were fitted to.
    pub fn pictures(&self) -> usize {
        self.pictures
    }

    /// Number p of pixels of a picture.
    pub fn pixels(&self) -> usize {
        self.mean.len()
    }

    /// The mean face m, p grey levels.
    pub fn mean(&self) -> &Array1<f64> {
        &self.mean
    }

    /// The eigenfaces, k x p, orthonormal rows; the eigenvalues fall.
    pub fn components(&self) -> &Array2<f64> {
        &self.components
    }

    /// The k eigenvalues with divisor n - 1, falling, in squared grey levels.
    pub fn eigenvalues(&self) -> &Array1<f64> {
        &self.eigenvalues
    }

    /// Variance of the pictures summed over all pixels (divisor n - 1), in squared grey levels:
    /// the sum of all n - 1 eigenvalues, also of those that were cut off.
    pub fn total_variance(&self) -> f64 {
        self.total_variance
    }
}
