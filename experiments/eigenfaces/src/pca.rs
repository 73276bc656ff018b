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

/// Components read from elsewhere may be this far from orthonormal; [`Pca::fit`] keeps to 1e-9.
const ORTHONORMAL: f64 = 1e-6;

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

    /// Components that were computed before, such as those of a file.
    ///
    /// # Shapes
    /// `mean` p, `components` k x p, `eigenvalues` k.
    ///
    /// # Errors
    /// Shapes that do not fit together, values that are not finite, rows that are not
    /// orthonormal to 1e-6, eigenvalues that are negative, rise, or exceed `total_variance`.
    pub fn from_parts(
        pictures: usize,
        mean: Array1<f64>,
        components: Array2<f64>,
        eigenvalues: Array1<f64>,
        total_variance: f64,
    ) -> Result<Self, PcaError> {
        let parts = Self {
            pictures,
            mean,
            components,
            eigenvalues,
            total_variance,
        };
        match parts.flaw() {
            None => Ok(parts),
            Some(flaw) => Err(PcaError::Parts(flaw)),
        }
    }

    fn flaw(&self) -> Option<&'static str> {
        let (k, p) = self.components.dim();
        let values = [self.total_variance];
        let numbers = self.mean.iter().chain(&self.components);
        let mut numbers = numbers.chain(&self.eigenvalues).chain(&values);
        let sum = self.eigenvalues.sum();
        if self.pictures < 2 || p == 0 {
            Some("there are fewer than two pictures or no pixels")
        } else if self.mean.len() != p || self.eigenvalues.len() != k {
            Some("mean, components and eigenvalues have sizes that do not fit together")
        } else if k >= self.pictures || k > p {
            Some("there are more components than pictures or pixels allow")
        } else if !numbers.all(|value| value.is_finite()) {
            Some("a number is not finite")
        } else if self.eigenvalues.iter().any(|value| *value < 0.0) || self.rises() {
            Some("the eigenvalues are negative or rise")
        } else if sum > self.total_variance * (1.0 + ORTHONORMAL) {
            Some("the eigenvalues add up to more than the total variance")
        } else if !self.is_orthonormal() {
            Some("the components are not orthonormal")
        } else {
            None
        }
    }

    fn rises(&self) -> bool {
        let pairs = self.eigenvalues.windows(2);
        pairs.into_iter().any(|pair| pair[0] < pair[1])
    }

    fn is_orthonormal(&self) -> bool {
        let products = product::gram(&self.components);
        let mut entries = products.indexed_iter();
        entries.all(|((i, j), value)| {
            let expected = if i == j { 1.0 } else { 0.0 };
            (value - expected).abs() <= ORTHONORMAL
        })
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
