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
//!
//! Matrices are ndarray's. Eigenvectors, singular values and products, which ndarray leaves to
//! others, are faer's, on the same memory.

use std::f64::consts::FRAC_1_SQRT_2;

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Mat, MatMut, MatRef, Par, Spec, get_global_parallelism};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, Axis, s};

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

/// What the eigenvalues of A A^T are divided by.
///
/// It moves no direction and no share of the variance. It decides what "eigenvalues above 1"
/// means, as does the scale of the grey values: dividing pixels by 255 divides eigenvalues by
/// 65,025.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Divisor {
    /// Nothing: A A^T as it is, as in the post.
    None,
    /// The number of pictures n, as Turk & Pentland 1991.
    Pictures,
    /// n - 1, as scikit-learn and everything here that names no divisor.
    PicturesMinusOne,
}

impl Divisor {
    /// The number itself for `pictures` pictures.
    pub fn number(self, pictures: usize) -> f64 {
        match self {
            Self::None => 1.0,
            Self::Pictures => pictures as f64,
            Self::PicturesMinusOne => pictures as f64 - 1.0,
        }
    }
}

/// Components read from elsewhere may be this far from orthonormal; [`Pca::fit`] keeps to 1e-9.
const ORTHONORMAL: f64 = 1e-6;

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
        let centred = Centred::new(pictures)?;
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
        let centred = Centred::new(pictures)?;
        let directions = Directions::by_svd(&centred.rows)?;
        Ok(Self::new(centred, directions))
    }

    fn new(centred: Centred, directions: Directions) -> Self {
        let pictures = centred.rows.nrows();
        let divisor = Divisor::PicturesMinusOne.number(pictures);
        Self {
            pictures,
            mean: centred.mean,
            components: directions.components,
            eigenvalues: directions.squares / divisor,
            total_variance: centred.squares / divisor,
        }
    }

    /// Components that were computed before, such as those of a file, which may be anything.
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
            components: if components.is_standard_layout() {
                components
            } else {
                components.as_standard_layout().into_owned()
            },
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
        let products = gram(view(&self.components));
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

    /// The eigenvalues with another divisor.
    pub fn eigenvalues_by(&self, divisor: Divisor) -> Array1<f64> {
        let squares = Divisor::PicturesMinusOne.number(self.pictures);
        &self.eigenvalues * (squares / divisor.number(self.pictures))
    }

    /// Variance of the pictures summed over all pixels (divisor n - 1), in squared grey levels:
    /// the sum of all n - 1 eigenvalues, also of those that were cut off.
    pub fn total_variance(&self) -> f64 {
        self.total_variance
    }

    /// Each eigenvalue over the total variance, whatever the divisor. The shares of all
    /// components add up to 1.
    pub fn explained_variance_ratio(&self) -> Array1<f64> {
        &self.eigenvalues / self.total_variance
    }

    /// The least number of components whose shares of the variance add up to at least `share`
    /// (0 to 1): the second heuristic of the post, with 0.95. All when they never do.
    pub fn components_for_share(&self, share: f64) -> usize {
        let wanted = share * self.total_variance;
        let mut sum = 0.0;
        let mut enough = self.eigenvalues.iter().map(|value| {
            sum += value;
            sum >= wanted
        });
        let place = enough.position(|reached| reached);
        place.map_or(self.eigenvalues.len(), |place| place + 1)
    }

    /// How many eigenvalues are above `value`, with this divisor: the first heuristic of the
    /// post, with 1.
    pub fn components_above(&self, value: f64, divisor: Divisor) -> usize {
        let eigenvalues = self.eigenvalues_by(divisor);
        eigenvalues.iter().filter(|there| **there > value).count()
    }

    /// The first `k` components, or all when there are fewer. Total variance and number of
    /// pictures stay those of the fit.
    pub fn truncated(&self, k: usize) -> Self {
        let k = k.min(self.eigenvalues.len());
        Self {
            pictures: self.pictures,
            mean: self.mean.clone(),
            components: self.components.slice(s![..k, ..]).to_owned(),
            eigenvalues: self.eigenvalues.slice(s![..k]).to_owned(),
            total_variance: self.total_variance,
        }
    }

    /// Weights of pictures, (x - m) U^T.
    ///
    /// # Shapes
    /// `pictures` any number x p; the weights that number x k.
    ///
    /// # Errors
    /// Pictures of another size.
    pub fn project(&self, pictures: &ArrayRef2<f64>) -> Result<Array2<f64>, PcaError> {
        let (expected, found) = (self.pixels(), pictures.ncols());
        if found != expected {
            return Err(PcaError::PixelCount { expected, found });
        }
        let centred = without(pictures, &self.mean);
        Ok(product(view(&centred), view(&self.components).transpose()))
    }

    /// Pictures from weights, m + w U. Values may lie outside 0 to 255.
    ///
    /// # Shapes
    /// `weights` any number x k; the pictures that number x p.
    ///
    /// # Errors
    /// Weights of another number of components.
    pub fn reconstruct(&self, weights: &ArrayRef2<f64>) -> Result<Array2<f64>, PcaError> {
        let (expected, found) = (self.components.nrows(), weights.ncols());
        if found != expected {
            return Err(PcaError::WeightCount { expected, found });
        }
        let weights = weights.as_standard_layout();
        let mut pictures = product(view(&weights), view(&self.components));
        pictures += &self.mean;
        Ok(pictures)
    }

    /// Distance from face space of each row of `pictures`, any number x p, in grey levels:
    /// |(x - m) - U^T U (x - m)|, what the eigenfaces cannot say of a picture (Turk & Pentland
    /// 1991, "Using eigenfaces to detect faces").
    ///
    /// # Errors
    /// Pictures of another size.
    pub fn distances_from_face_space(
        &self,
        pictures: &ArrayRef2<f64>,
    ) -> Result<Array1<f64>, PcaError> {
        // The difference of the pictures themselves: |x - m|^2 - |w|^2 would lose half of the
        // digits of a picture that lies almost in face space.
        let lost = self.reconstruct(&self.project(pictures)?)? - pictures;
        Ok(lost.map_axis(Axis(1), |row| row.dot(&row).sqrt()))
    }
}

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
    let (a, b) = (a.as_standard_layout(), b.as_standard_layout());
    let shared = product(view(&b), view(&a).transpose());
    let cosines = singular_values(&shared)?;
    let outside = b.to_owned() - product(view(&shared), view(&a));
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
    let values = view(matrix).singular_values();
    values.map_err(|_| PcaError::NotConverged)
}

/// Pictures with their mean taken off: steps 2 and 3 of the post.
pub(crate) struct Centred {
    /// The mean face, p.
    pub mean: Array1<f64>,
    /// What is left of each picture, n x p.
    pub rows: Array2<f64>,
    /// Sum of the squares of all entries of `rows`: the trace of A A^T.
    squares: f64,
}

impl Centred {
    /// Checks the pictures, n x p, and takes their mean off.
    pub fn new(pictures: &ArrayRef2<f64>) -> Result<Self, PcaError> {
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
fn without(pictures: &ArrayRef2<f64>, mean: &ArrayRef1<f64>) -> Array2<f64> {
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

/// Eigenvalues and eigenvectors of a symmetric matrix, the largest first.
pub(crate) struct Eigen {
    /// The eigenvalues, falling.
    pub values: Array1<f64>,
    /// The eigenvectors, one per row.
    pub vectors: Array2<f64>,
}

impl Eigen {
    /// By faer's self-adjoint solver, of a matrix that is exactly symmetric.
    ///
    /// On one thread: the threads of a parallel one wait for each other at every column, and on a
    /// busy machine that takes a hundred times as long.
    pub fn new(symmetric: &Array2<f64>) -> Result<Self, PcaError> {
        let size = symmetric.nrows();
        let (mut values, mut vectors) = (Diag::zeros(size), Mat::zeros(size, size));
        let wanted = ComputeEigenvectors::Yes;
        let scratch = self_adjoint_evd_scratch::<f64>(size, wanted, Par::Seq, Spec::default());
        self_adjoint_evd(
            view(symmetric),
            values.as_mut(),
            Some(vectors.as_mut()),
            Par::Seq,
            MemStack::new(&mut MemBuffer::new(scratch)),
            Spec::default(),
        )
        .map_err(|_| PcaError::NotConverged)?;
        // faer sorts them the other way round.
        let last = size.saturating_sub(1);
        let eigen = Self {
            values: Array1::from_shape_fn(size, |i| values[last - i]),
            vectors: Array2::from_shape_fn(symmetric.dim(), |(i, j)| vectors[(j, last - i)]),
        };
        let finite = eigen.values.iter().all(|value| value.is_finite());
        finite.then_some(eigen).ok_or(PcaError::NotConverged)
    }
}

/// Below this share of the largest eigenvalue, rounding in the covariance can leave eigenfaces
/// less than orthogonal (by about 2e-16 over the share), and they are made so again.
const SMALL_SHARE: f64 = 1e-6;

/// The directions in which centred rows vary, those of most variance first.
struct Directions {
    /// Orthonormal rows, k x p.
    components: Array2<f64>,
    /// Sum of the squares of the rows along each: (n - 1) times the variance, falling.
    squares: Array1<f64>,
}

impl Directions {
    /// From A A^T, n x n: eigenfaces are A^T v, brought to length 1.
    fn by_small_covariance(rows: &Array2<f64>) -> Result<Self, PcaError> {
        let eigen = Eigen::new(&small_covariance(rows))?;
        let kept = rank(&eigen.values, rows);
        let squares = eigen.values.slice(s![..kept]).to_owned();
        let mut components = eigenfaces(&eigen.vectors.slice(s![..kept, ..]), rows);
        let narrow = squares
            .last()
            .is_some_and(|last| *last < SMALL_SHARE * squares[0]);
        if narrow {
            components = orthonormalised(&components);
        }
        Ok(Self::with_signs(components, squares))
    }

    /// From A^T A, p x p: its eigenvectors are the eigenfaces.
    fn by_pixel_covariance(rows: &Array2<f64>) -> Result<Self, PcaError> {
        let eigen = Eigen::new(&gram(view(rows).transpose()))?;
        let kept = rank(&eigen.values, rows);
        let components = eigen.vectors.slice(s![..kept, ..]).to_owned();
        let squares = eigen.values.slice(s![..kept]).to_owned();
        Ok(Self::with_signs(components, squares))
    }

    /// From A = V S U^T without any covariance: S^2 and the rows of U^T.
    fn by_svd(rows: &Array2<f64>) -> Result<Self, PcaError> {
        let svd = view(rows).thin_svd().map_err(|_| PcaError::NotConverged)?;
        let singular_values: Array1<f64> = svd.S().column_vector().iter().copied().collect();
        let kept = rank(&singular_values, rows);
        let components = copied(svd.V().subcols(0, kept).transpose());
        let squares = singular_values
            .slice(s![..kept])
            .mapv(|value| value * value);
        Ok(Self::with_signs(components, squares))
    }

    fn with_signs(mut components: Array2<f64>, squares: Array1<f64>) -> Self {
        for mut row in components.rows_mut() {
            if largest_entry(&row) < 0.0 {
                row.mapv_inplace(|value| -value);
            }
        }
        Self {
            components,
            squares,
        }
    }
}

/// The small covariance A A^T of centred pictures, n x p: n x n, divided by nothing.
pub(crate) fn small_covariance(centred: &Array2<f64>) -> Array2<f64> {
    gram(view(centred))
}

/// A^T v of each eigenvector v, one per row, brought to length 1; one of zeros stays as it is.
pub(crate) fn eigenfaces(eigenvectors: &ArrayRef2<f64>, centred: &Array2<f64>) -> Array2<f64> {
    let mut faces = product(view(eigenvectors), view(centred));
    for mut face in faces.rows_mut() {
        let length = face.dot(&face).sqrt();
        if length > 0.0 {
            face.mapv_inplace(|value| value / length);
        }
    }
    faces
}

/// How many falling values are above rounding; n centred rows have rank n - 1 at most.
fn rank(falling: &ArrayRef1<f64>, rows: &ArrayRef2<f64>) -> usize {
    let (n, p) = rows.dim();
    let tolerance = n.max(p) as f64 * f64::EPSILON;
    let most = falling.iter().take(n - 1);
    most.take_while(|value| **value > tolerance * falling[0])
        .count()
}

/// The entry of greatest size, the first of equals.
fn largest_entry(values: &ArrayRef1<f64>) -> f64 {
    values.iter().fold(0.0, |most: f64, value| {
        if value.abs() > most.abs() {
            *value
        } else {
            most
        }
    })
}

/// Householder QR: earlier rows stay as they are, later ones lose what they share with them.
fn orthonormalised(components: &Array2<f64>) -> Array2<f64> {
    let qr = view(components).transpose().qr();
    copied(qr.compute_thin_Q().transpose())
}

/// `left` (a x b) times `right` (b x c), on all threads: a x c.
fn product(left: MatRef<'_, f64>, right: MatRef<'_, f64>) -> Array2<f64> {
    let mut result = Array2::zeros((left.nrows(), right.ncols()));
    let (all, threads) = (view_mut(&mut result), get_global_parallelism());
    matmul(all, Accum::Replace, left, right, 1.0, threads);
    result
}

/// `rows` (a x b) times its transpose: a x a, exactly symmetric; half of it is computed.
fn gram(rows: MatRef<'_, f64>) -> Array2<f64> {
    let size = rows.nrows();
    let mut result = Array2::zeros((size, size));
    triangular::matmul(
        view_mut(&mut result),
        BlockStructure::TriangularLower,
        Accum::Replace,
        rows,
        BlockStructure::Rectangular,
        rows.transpose(),
        BlockStructure::Rectangular,
        1.0,
        get_global_parallelism(),
    );
    for row in 0..size {
        for column in row + 1..size {
            result[[row, column]] = result[[column, row]];
        }
    }
    result
}

/// A matrix whose rows lie one after the other, as faer sees it.
fn view(matrix: &ArrayRef2<f64>) -> MatRef<'_, f64> {
    let (rows, columns) = matrix.dim();
    let values = matrix
        .as_slice()
        .expect("arrays of other layouts are copied when they come in");
    MatRef::from_row_major_slice(values, rows, columns)
}

fn view_mut(matrix: &mut Array2<f64>) -> MatMut<'_, f64> {
    let (rows, columns) = matrix.dim();
    let values = matrix
        .as_slice_mut()
        .expect("a new array has its rows one after the other");
    MatMut::from_row_major_slice_mut(values, rows, columns)
}

/// A matrix of faer's as rows one after the other.
fn copied(matrix: MatRef<'_, f64>) -> Array2<f64> {
    Array2::from_shape_fn((matrix.nrows(), matrix.ncols()), |(i, j)| matrix[(i, j)])
}

/// Why there are no components, or why a picture does not fit them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PcaError {
    /// One picture, or none.
    #[error(
        "eigenfaces need at least two pictures, found {found}: a single picture is its own mean, \
         and nothing varies"
    )]
    TooFewPictures {
        /// How many there are.
        found: usize,
    },
    /// Rows of length zero.
    #[error("the pictures have no pixels")]
    NoPixels,
    /// NaN or an infinity.
    #[error("pixel {pixel} of picture {picture} (both counted from 0) is not a finite number")]
    NotFinite {
        /// The row.
        picture: usize,
        /// The column.
        pixel: usize,
    },
    /// Squares beyond the range of `f64`.
    #[error("the grey values are so large that their squares overflow; expected about 0 to 255")]
    Overflow,
    /// All pictures are the same.
    #[error("all {pictures} pictures are the same, so there is no direction in which they differ")]
    NoVariance {
        /// How many there are.
        pictures: usize,
    },
    /// A picture with another number of pixels than those fitted.
    #[error("the components are of pictures with {expected} pixels, found {found} pixels")]
    PixelCount {
        /// Pixels of the fitted pictures.
        expected: usize,
        /// Pixels of this one.
        found: usize,
    },
    /// Weights of another number of components.
    #[error("there are {expected} components, found {found} weights")]
    WeightCount {
        /// Components.
        expected: usize,
        /// Weights of a picture.
        found: usize,
    },
    /// The solver gave up.
    #[error("the eigenvalues did not converge")]
    NotConverged,
    /// Parts that are not those of a fit.
    #[error("these are not the parts of a principal component analysis: {0}")]
    Parts(&'static str),
}
