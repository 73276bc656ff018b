//! The homography of the post: a 3x3 matrix that maps the points of one plane to those of another,
//! and the points themselves.
//!
//! H and any multiple of it give the same map, so nine numbers hold eight degrees of freedom.

use serde::{Deserialize, Serialize};

/// A point of a picture: `x` to the right, `y` down, in pixels, with the origin at the **centre** of
/// the top-left pixel.
///
/// That pixel covers the square from -0.5 to 0.5, and a picture of width w reaches from -0.5 to
/// w - 0.5. The whole crate counts this way, as do the post, OpenCV and the Oxford pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// To the right, in pixels; 0 is the centre of the leftmost column.
    pub x: f64,
    /// Down, in pixels; 0 is the centre of the top row.
    pub y: f64,
}

/// A spot in one picture and the same spot in another; the homography maps `from` to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Where the spot lies in the source picture.
    pub from: Point,
    /// Where it lies, or is to lie, in the target picture.
    pub to: Point,
}

impl Point {
    /// The point (x, y).
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The distance to another point, in pixels.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Whether both coordinates are numbers, and neither is infinite.
    pub fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

impl Pair {
    /// The pair of a source and a target point.
    pub const fn new(from: Point, to: Point) -> Self {
        Self { from, to }
    }

    /// The pair of the inverse map: source and target exchanged.
    pub const fn reversed(self) -> Self {
        Self::new(self.to, self.from)
    }
}

/// Twice the area of the triangle a b c, in square pixels: positive when the corners follow each
/// other clockwise as seen on the screen (y points down), 0 when they lie on one line.
pub(crate) fn doubled_area(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}

/// A 3x3 matrix, row by row.
pub type Matrix = [[f64; 3]; 3];

/// An invertible map between two planes; [`Point`] says how points are counted.
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
        let mut entries = (0..9).map(|k| (k / 3, k % 3));
        if let Some((i, j)) = entries.find(|(i, j)| !matrix[*i][*j].is_finite()) {
            let (row, column, value) = (i + 1, j + 1, matrix[i][j]);
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

    /// The homography without the entries that are rounding noise, when h33 is among them: an entry
    /// is noise when it is at most 1e-12 of the largest, in coordinates in which the `pairs` that
    /// the matrix was computed from have a size of 1. A matrix divided by such an h33 would have
    /// entries of 1e14.
    ///
    /// # Errors
    /// As [`Homography::new`].
    pub(crate) fn without_noise(self, pairs: &[Pair]) -> Result<Self, HomographyError> {
        let reach = |point: fn(&Pair) -> Point| {
            let sizes = pairs.iter().map(point).map(|p| p.x.abs().max(p.y.abs()));
            sizes.fold(0.0, f64::max)
        };
        let (from, to) = (reach(|pair| pair.from), reach(|pair| pair.to));
        let (columns, rows) = ([from, from, 1.0], [to, to, 1.0]);
        let near = |i: usize, j: usize| self.matrix[i][j] * columns[j] / rows[i];
        let noise = NOTHING * largest(&[0, 1, 2].map(|i| [0, 1, 2].map(|j| near(i, j)))).abs();
        if !noise.is_finite() || near(2, 2).abs() > noise {
            return Ok(self);
        }
        let clean = |i: usize, j: usize| {
            let is_noise = near(i, j).abs() <= noise;
            if is_noise { 0.0 } else { self.matrix[i][j] }
        };
        Self::new([0, 1, 2].map(|i| [0, 1, 2].map(|j| clean(i, j))))
    }

    /// Whether the horizon passes between `points`: some of them lie beyond it, where no camera that
    /// sees the others could see them.
    pub fn parts(&self, points: impl Iterator<Item = Point> + Clone) -> bool {
        let thirds = points.map(|point| self.homogeneous(point)[2]);
        let has = |sign: f64| thirds.clone().any(|w| w * sign > 0.0);
        has(1.0) && has(-1.0)
    }

    /// Whether the neighbourhood of a point is turned over, as in a mirror.
    pub(crate) fn mirrors(&self, point: Point) -> bool {
        // The determinant of the map's derivative is det H / w^3.
        let [cofactors, ..] = adjugate(&self.matrix);
        let [a, b, c] = cofactors;
        let [first, second, third] = [0, 1, 2].map(|row| self.matrix[row][0]);
        (a * first + b * second + c * third) * self.homogeneous(point)[2] < 0.0
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
        // Once per pixel of a picture: `map` would be a call.
        let [first, second, third] = &self.matrix;
        let along = |row: &[f64; 3]| row[0] * x + row[1] * y + row[2];
        [along(first), along(second), along(third)]
    }

    /// The map back.
    ///
    /// # Errors
    /// [`HomographyError::Singular`] when rounding makes the inverse useless, which no map between
    /// pictures comes near.
    pub fn inverse(&self) -> Result<Self, HomographyError> {
        Self::new(adjugate(&divided(&self.matrix, size(&self.matrix))))
    }

    /// This map after `first`: the matrix product of the two.
    ///
    /// # Errors
    /// [`HomographyError::Singular`] when the product loses its inverse to rounding.
    pub fn after(&self, first: &Self) -> Result<Self, HomographyError> {
        Self::new(product(&self.matrix, &first.matrix))
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

/// The transposed cofactors: the inverse times the determinant, a scale that means nothing here.
pub(crate) fn adjugate(m: &Matrix) -> Matrix {
    let cofactor = |row: usize, column: usize| {
        let (r, s) = ((row + 1) % 3, (row + 2) % 3);
        let (c, d) = ((column + 1) % 3, (column + 2) % 3);
        m[r][c] * m[s][d] - m[r][d] * m[s][c]
    };
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| cofactor(column, row)))
}

/// The matrix product.
pub(crate) fn product(left: &Matrix, right: &Matrix) -> Matrix {
    let entry = |row: [f64; 3], column: usize| -> f64 {
        let terms = row.iter().zip(right);
        terms.map(|(a, b)| a * b[column]).sum()
    };
    left.map(|row| [0, 1, 2].map(|column| entry(row, column)))
}

/// An entry smaller than the largest by this factor is rounding noise, and no scale to divide by.
const NOISE: f64 = 4.0 * f64::EPSILON;
/// The same in coordinates of size 1, after a decomposition.
const NOTHING: f64 = 1e-12;
/// A determinant smaller than its terms by this factor is that of a singular matrix: the terms
/// cancel, and what is left is what their rounding leaves, or the least squares behind them.
const CANCELLED: f64 = 1e-13;

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
fn size(matrix: &Matrix) -> f64 {
    largest(matrix).abs().log2().floor().exp2()
}

fn divided(matrix: &Matrix, divisor: f64) -> Matrix {
    matrix.map(|row| row.map(|entry| entry / divisor))
}

/// Whether the determinant is nothing beside its six terms. The ratio does not change when a row
/// or a column is scaled, so it says how near to singular a matrix is whatever the units of the
/// pictures.
fn is_singular(m: &Matrix) -> bool {
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
fn scaled(matrix: &Matrix) -> Matrix {
    let (last, largest) = (matrix[2][2], largest(matrix));
    if last.abs() > NOISE * largest.abs() {
        return divided(matrix, last);
    }
    let entries = matrix.as_flattened().iter();
    let squares: f64 = entries.map(|entry| entry * entry).sum();
    // Adding zero takes the sign off zeros.
    divided(matrix, squares.sqrt().copysign(largest)).map(|row| row.map(|entry| entry + 0.0))
}
