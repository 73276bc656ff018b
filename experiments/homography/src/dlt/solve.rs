//! The matrix A of the direct linear transform and its decompositions, by faer.

use faer::{Mat, Side};

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
    let values = padded(pairs).singular_values();
    values.map_err(|_| DltError::NoConvergence)
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
    let decomposition = padded(pairs).thin_svd();
    let decomposition = decomposition.map_err(|_| DltError::NoConvergence)?;
    let values = decomposition.S().column_vector();
    let values: Vec<f64> = (0..COLUMNS).map(|k| values[k]).collect();
    let dimension = zeros(&values, padded_rows(pairs));
    Ok((
        matrix_from_column(decomposition.V(), COLUMNS - 1),
        dimension,
    ))
}

/// The eigenvector of A'A for its smallest eigenvalue, as a matrix.
pub(super) fn smallest_eigenvector(pairs: &[Pair]) -> Result<Matrix, DltError> {
    let a = design_matrix(pairs);
    let squares = a.transpose() * &a;
    let decomposition = squares.self_adjoint_eigen(Side::Lower);
    let decomposition = decomposition.map_err(|_| DltError::NoConvergence)?;
    // faer sorts the eigenvalues upwards.
    Ok(matrix_from_column(decomposition.U(), 0))
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

fn matrix_from_column(columns: faer::MatRef<'_, f64>, column: usize) -> Matrix {
    [0, 1, 2].map(|row| [0, 1, 2].map(|k| columns[(3 * row + k, column)]))
}
