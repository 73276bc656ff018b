//! The homography of the post: a 3x3 matrix that maps the points of one plane to those of another.
//!
//! H and any multiple of it give the same map, so nine numbers hold eight degrees of freedom.

mod matrix;

use serde::{Deserialize, Serialize};

pub use matrix::Matrix;

use crate::point::Point;
use matrix::{divided, is_singular, not_finite, scaled, size};

/// An invertible map between two planes; [`crate::point`] says how points are counted.
///
/// ```text
/// (u, v, w) = H (x, y, 1)        x' = u / w,  y' = v / w
/// ```
///
/// The matrix is scaled so that its last entry h33 is 1. When h33 is zero (the origin is mapped to
/// infinity) that is not possible: then the nine entries have a sum of squares of 1 and the
/// largest of them is positive.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Matrix", into = "Matrix")]
pub struct Homography {
    matrix: Matrix,
}

/// Why a matrix is no homography.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum HomographyError {
    /// An entry is infinite or not a number.
    #[error(
        "a homography needs nine finite numbers; found {value} in row {row}, column {column} \
         (counted from 1)"
    )]
    NotFinite {
        /// The row, counted from 1.
        row: usize,
        /// The column, counted from 1.
        column: usize,
        /// The entry.
        value: f64,
    },
    /// The determinant vanishes.
    #[error(
        "a homography needs an inverse; this matrix is singular: it maps the whole plane to a \
         line or a point"
    )]
    Singular,
}

impl Homography {
    /// The map that leaves every point where it is.
    pub const IDENTITY: Self = Self {
        matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
    };

    /// The homography of a matrix, row by row, of any scale.
    ///
    /// # Errors
    /// [`HomographyError`] when an entry is not finite or the matrix has no inverse.
    pub fn new(matrix: Matrix) -> Result<Self, HomographyError> {
        if let Some((row, column, value)) = not_finite(&matrix) {
            return Err(HomographyError::NotFinite { row, column, value });
        }
        let size = size(&matrix);
        if size == 0.0 {
            return Err(HomographyError::Singular);
        }
        // First to a size at which no product can overflow or vanish.
        let matrix = divided(&matrix, size);
        if is_singular(&matrix) {
            return Err(HomographyError::Singular);
        }
        Ok(Self {
            matrix: scaled(&matrix),
        })
    }

    /// The map that adds (`right`, `down`) to every point, in pixels.
    ///
    /// # Errors
    /// When a number is not finite.
    pub fn translation(right: f64, down: f64) -> Result<Self, HomographyError> {
        Self::new([[1.0, 0.0, right], [0.0, 1.0, down], [0.0, 0.0, 1.0]])
    }

    /// The matrix, row by row.
    pub const fn matrix(&self) -> &Matrix {
        &self.matrix
    }

    /// Where `point` goes, or `None` when it goes to infinity.
    pub fn apply(&self, point: Point) -> Option<Point> {
        let [u, v, w] = self.homogeneous(point);
        let mapped = Point::new(u / w, v / w);
        (w != 0.0 && mapped.is_finite()).then_some(mapped)
    }

    /// H (x, y, 1): the mapped point before the division by its third number, which changes its
    /// sign at the horizon, the line of the source picture that goes to infinity.
    pub fn homogeneous(&self, Point { x, y }: Point) -> [f64; 3] {
        self.matrix.map(|[a, b, c]| a * x + b * y + c)
    }

    /// The map back.
    ///
    /// # Errors
    /// [`HomographyError::Singular`] when rounding makes the inverse useless, which no map between
    /// pictures comes near.
    pub fn inverse(&self) -> Result<Self, HomographyError> {
        let m = divided(&self.matrix, size(&self.matrix));
        let cofactor = |row: usize, column: usize| {
            let (r, s) = ((row + 1) % 3, (row + 2) % 3);
            let (c, d) = ((column + 1) % 3, (column + 2) % 3);
            m[r][c] * m[s][d] - m[r][d] * m[s][c]
        };
        // The transposed cofactors are the inverse times the determinant, a scale without meaning.
        Self::new([0, 1, 2].map(|row| [0, 1, 2].map(|column| cofactor(column, row))))
    }

    /// This map after `first`: the matrix product of the two.
    ///
    /// # Errors
    /// [`HomographyError::Singular`] when the product loses its inverse to rounding.
    pub fn after(&self, first: &Self) -> Result<Self, HomographyError> {
        let product = |row: [f64; 3], column: usize| -> f64 {
            row.iter()
                .zip(&first.matrix)
                .map(|(a, b)| a * b[column])
                .sum()
        };
        Self::new(
            self.matrix
                .map(|row| [0, 1, 2].map(|column| product(row, column))),
        )
    }
}

impl TryFrom<Matrix> for Homography {
    type Error = HomographyError;

    fn try_from(matrix: Matrix) -> Result<Self, HomographyError> {
        Self::new(matrix)
    }
}

impl From<Homography> for Matrix {
    fn from(homography: Homography) -> Self {
        homography.matrix
    }
}
