//! Steps 4 to 6 of the post: eigenvectors of a covariance, and eigenfaces from them.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::{Mat, Par, Spec};
use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, s};

use super::error::PcaError;
use super::product::{array_from_faer, contiguous, faer_view, gram, product};

/// Below this share of the largest eigenvalue, rounding in the covariance can leave eigenfaces
/// less than orthogonal (by about 2e-16 over the share), and they are made so again.
const NARROW: f64 = 1e-6;

/// Eigenvalues and eigenvectors of a symmetric matrix, the largest first.
pub struct Eigen {
    /// The eigenvalues, falling.
    pub values: Array1<f64>,
    /// The eigenvectors, one a row.
    pub vectors: Array2<f64>,
}

impl Eigen {
    /// By faer's self-adjoint solver, of a matrix that is exactly symmetric.
    ///
    /// On one thread: the threads of a parallel one wait for each other at every column, and on a
    /// busy machine that takes a hundred times as long.
    pub fn of(symmetric: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let size = symmetric.nrows();
        let symmetric = contiguous(symmetric);
        let (mut values, mut vectors) = (Diag::zeros(size), Mat::zeros(size, size));
        let wanted = ComputeEigenvectors::Yes;
        let scratch = self_adjoint_evd_scratch::<f64>(size, wanted, Par::Seq, Spec::default());
        self_adjoint_evd(
            faer_view(&symmetric),
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

/// The directions in which centred rows vary, those of most variance first.
pub struct Directions {
    /// Orthonormal rows, k x p.
    pub components: Array2<f64>,
    /// Sum of the squares of the rows along each: (n - 1) times the variance, falling.
    pub squares: Array1<f64>,
}

impl Directions {
    /// From A A^T, n x n: eigenfaces are A^T v, brought to length 1.
    pub fn by_small_covariance(rows: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let eigen = Eigen::of(&gram(rows))?;
        let kept = rank(&eigen.values, rows);
        let squares = eigen.values.slice(s![..kept]).to_owned();
        let mut components = product(&eigen.vectors.slice(s![..kept, ..]), rows);
        components
            .rows_mut()
            .into_iter()
            .for_each(|mut row| normalise(&mut row));
        let narrow = squares
            .last()
            .is_some_and(|last| *last < NARROW * squares[0]);
        if narrow {
            components = orthonormalised(&components);
        }
        Ok(Self::with_signs(components, squares))
    }

    /// From A^T A, p x p: its eigenvectors are the eigenfaces.
    pub fn by_pixel_covariance(rows: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let eigen = Eigen::of(&gram(&rows.t()))?;
        let kept = rank(&eigen.values, rows);
        let components = eigen.vectors.slice(s![..kept, ..]).to_owned();
        let squares = eigen.values.slice(s![..kept]).to_owned();
        Ok(Self::with_signs(components, squares))
    }

    /// From A = V S U^T without any covariance: S^2 and the rows of U^T.
    pub fn by_svd(rows: &ArrayRef2<f64>) -> Result<Self, PcaError> {
        let matrix = contiguous(rows);
        let svd = faer_view(&matrix)
            .thin_svd()
            .map_err(|_| PcaError::NotConverged)?;
        let singular_values: Array1<f64> = svd.S().column_vector().iter().copied().collect();
        let kept = rank(&singular_values, rows);
        let components = array_from_faer(svd.V().subcols(0, kept).transpose());
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

/// How many falling values are above rounding; n centred rows have rank n - 1 at most.
fn rank(falling: &ArrayRef1<f64>, rows: &ArrayRef2<f64>) -> usize {
    let (n, p) = rows.dim();
    let tolerance = n.max(p) as f64 * f64::EPSILON;
    let most = falling.iter().take(n - 1);
    most.take_while(|value| **value > tolerance * falling[0])
        .count()
}

/// Brings a vector to length 1; one of zeros stays as it is.
pub fn normalise(vector: &mut ArrayRef1<f64>) {
    let length = vector.dot(vector).sqrt();
    if length > 0.0 {
        vector.mapv_inplace(|value| value / length);
    }
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
fn orthonormalised(components: &ArrayRef2<f64>) -> Array2<f64> {
    let matrix = contiguous(components);
    let qr = faer_view(&matrix).transpose().qr();
    array_from_faer(qr.compute_thin_Q().transpose())
}
