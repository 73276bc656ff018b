//! The matrix A of the direct linear transform and its decompositions, by faer.
//!
//! On one thread: nine columns are too few to share, and the result does not depend on how many
//! threads there are.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{Accum, Mat, Par, Spec};

use super::DltError;
use crate::homography::Matrix;
use crate::point::Pair;

/// Entries of h.
const COLUMNS: usize = 9;

/// The matrix A: two rows a pair, in the order of the pairs.
///
/// # Shapes
/// 2N x 9 for N pairs.
pub fn design_matrix(pairs: &[Pair]) -> Mat<f64> {
    Mat::from_fn(2 * pairs.len(), COLUMNS, |row, column| {
        equations(&pairs[row / 2])[row % 2][column]
    })
}

/// The two equations of a pair; see the [module](super).
fn equations(pair: &Pair) -> [[f64; COLUMNS]; 2] {
    let (x, y) = (pair.from.x, pair.from.y);
    let (u, v) = (pair.to.x, pair.to.y);
    [
        [-x, -y, -1.0, 0.0, 0.0, 0.0, x * u, y * u, u],
        [0.0, 0.0, 0.0, -x, -y, -1.0, x * v, y * v, v],
    ]
}

/// The nine singular values of A, largest first. Fewer than five pairs leave less than nine rows;
/// the missing values are zero.
///
/// # Errors
/// [`DltError::NoConvergence`] when a coordinate is not finite or its products overflow.
pub fn singular_values(pairs: &[Pair]) -> Result<Vec<f64>, DltError> {
    let (values, _) = right_singular(pairs)?;
    Ok((0..COLUMNS).map(|k| values[k]).collect())
}

/// How many independent vectors h solve A h = 0: nine less the rank of A. A homography needs
/// exactly one; three pairs leave three.
///
/// A singular value counts as zero when it is at most 9 or 2N (whichever is more) times the
/// machine's precision times the largest one, the rule of NumPy's `matrix_rank`.
///
/// # Errors
/// As [`singular_values`].
pub fn null_space_dimension(pairs: &[Pair]) -> Result<usize, DltError> {
    Ok(zeros(&singular_values(pairs)?, padded_rows(pairs)))
}

fn zeros(values: &[f64], rows: usize) -> usize {
    let largest = values.first().copied().unwrap_or(0.0);
    let zero = largest * rows as f64 * f64::EPSILON;
    values.iter().filter(|value| **value <= zero).count()
}

/// The right singular vector of A for its smallest singular value, as a matrix, and the dimension
/// of the null space.
pub(super) fn last_singular_vector(pairs: &[Pair]) -> Result<(Matrix, usize), DltError> {
    let (values, vectors) = right_singular(pairs)?;
    let values: Vec<f64> = (0..COLUMNS).map(|k| values[k]).collect();
    let dimension = zeros(&values, padded_rows(pairs));
    Ok((matrix_from_column(&vectors, COLUMNS - 1), dimension))
}

/// Singular values, the largest first, and right singular vectors, a column each.
fn right_singular(pairs: &[Pair]) -> Result<(Diag<f64>, Mat<f64>), DltError> {
    let a = padded(pairs);
    let (mut values, mut vectors) = (Diag::zeros(COLUMNS), Mat::zeros(COLUMNS, COLUMNS));
    let (left, right) = (ComputeSvdVectors::No, ComputeSvdVectors::Thin);
    let (rows, setting) = (a.nrows(), Spec::default());
    let scratch = svd_scratch::<f64>(rows, COLUMNS, left, right, Par::Seq, setting);
    svd(
        a.as_ref(),
        values.as_mut(),
        None,
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        setting,
    )
    .map_err(|_| DltError::NoConvergence)?;
    Ok((values, vectors))
}

/// The eigenvector of A'A for its smallest eigenvalue, as a matrix.
pub(super) fn smallest_eigenvector(pairs: &[Pair]) -> Result<Matrix, DltError> {
    let a = design_matrix(pairs);
    let mut squares = Mat::zeros(COLUMNS, COLUMNS);
    let transposed = a.transpose();
    matmul(&mut squares, Accum::Replace, transposed, &a, 1.0, Par::Seq);
    let (mut values, mut vectors) = (Diag::zeros(COLUMNS), Mat::zeros(COLUMNS, COLUMNS));
    let (wanted, setting) = (ComputeEigenvectors::Yes, Spec::default());
    let scratch = self_adjoint_evd_scratch::<f64>(COLUMNS, wanted, Par::Seq, setting);
    self_adjoint_evd(
        squares.as_ref(),
        values.as_mut(),
        Some(vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut MemBuffer::new(scratch)),
        setting,
    )
    .map_err(|_| DltError::NoConvergence)?;
    // faer sorts the eigenvalues upwards.
    Ok(matrix_from_column(&vectors, 0))
}

/// A with rows of zeros below, so that the thin decomposition of four pairs (eight rows) has all
/// nine right singular vectors. Zeros change no singular value.
fn padded(pairs: &[Pair]) -> Mat<f64> {
    let mut a = design_matrix(pairs);
    a.resize_with(padded_rows(pairs), COLUMNS, |_, _| 0.0);
    a
}

fn padded_rows(pairs: &[Pair]) -> usize {
    (2 * pairs.len()).max(COLUMNS)
}

fn matrix_from_column(columns: &Mat<f64>, column: usize) -> Matrix {
    [0, 1, 2].map(|row| [0, 1, 2].map(|k| columns[(3 * row + k, column)]))
}
