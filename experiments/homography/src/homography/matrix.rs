//! Nine numbers as a homography: their scale, and whether they have an inverse.

/// A 3x3 matrix, row by row.
pub type Matrix = [[f64; 3]; 3];

/// An entry smaller than the largest by this factor is rounding noise, and no scale to divide by.
const NOISE: f64 = 4.0 * f64::EPSILON;
/// A determinant smaller than its terms by this factor is that of a singular matrix: the terms
/// cancel, and what is left is what their rounding leaves, or the least squares behind them.
const CANCELLED: f64 = 1e-13;

/// Row and column, counted from 1, of an entry that is infinite or not a number.
pub(super) fn not_finite(matrix: &Matrix) -> Option<(usize, usize, f64)> {
    let rows = (1..).zip(matrix);
    let mut entries =
        rows.flat_map(|(row, entries)| (1..).zip(entries).map(move |(k, value)| (row, k, *value)));
    entries.find(|(_, _, value)| !value.is_finite())
}

/// The entry with the largest absolute value.
fn largest(matrix: &Matrix) -> f64 {
    let larger = |most: f64, entry: &f64| {
        if entry.abs() > most.abs() {
            *entry
        } else {
            most
        }
    };
    matrix.as_flattened().iter().fold(0.0, larger)
}

/// The power of two at or below the largest absolute value, so that a division by it rounds
/// nothing; 0 for a matrix of zeros.
pub(super) fn size(matrix: &Matrix) -> f64 {
    largest(matrix).abs().log2().floor().exp2()
}

pub(super) fn divided(matrix: &Matrix, divisor: f64) -> Matrix {
    matrix.map(|row| row.map(|entry| entry / divisor))
}

/// Whether the determinant is nothing beside its six terms. The ratio does not change when a row
/// or a column is scaled, so it says how near to singular a matrix is whatever the units of the
/// pictures.
pub(super) fn is_singular(m: &Matrix) -> bool {
    let terms = [
        m[0][0] * m[1][1] * m[2][2],
        m[0][1] * m[1][2] * m[2][0],
        m[0][2] * m[1][0] * m[2][1],
        -m[0][0] * m[1][2] * m[2][1],
        -m[0][1] * m[1][0] * m[2][2],
        -m[0][2] * m[1][1] * m[2][0],
    ];
    let determinant: f64 = terms.iter().sum();
    let sizes: f64 = terms.iter().map(|term| term.abs()).sum();
    determinant.abs() <= CANCELLED * sizes
}

/// The matrix with h33 = 1 or, if h33 is nothing, of length 1 with its largest entry positive.
pub(super) fn scaled(matrix: &Matrix) -> Matrix {
    let (last, largest) = (matrix[2][2], largest(matrix));
    if last.abs() > NOISE * largest.abs() {
        return divided(matrix, last);
    }
    let squares: f64 = matrix
        .as_flattened()
        .iter()
        .map(|entry| entry * entry)
        .sum();
    divided(matrix, squares.sqrt().copysign(largest))
}
