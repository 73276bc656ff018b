//! The direct linear transform: the homography of four or more pairs of points, as the post
//! computes it, and two variants of it.
//!
//! A pair (x, y) to (x', y') says that (x', y', 1) is parallel to H (x, y, 1). Written out and
//! cleared of fractions these are two equations, linear in the nine entries h of H:
//!
//! ```text
//! ( -x  -y  -1   0   0   0   x x'   y x'   x' ) h = 0
//! (  0   0   0  -x  -y  -1   x y'   y y'   y' ) h = 0
//! ```
//!
//! N pairs make the 2N x 9 matrix A. With four pairs A has one direction of zeros; with more and
//! noise the best h of length 1 makes `|A h|` least. Both are the right singular vector of A for
//! its smallest singular value.
//!
//! Decompositions are faer's, on one thread: nine columns are too few to share, and the result does
//! not depend on how many threads there are.

use std::f64::consts::SQRT_2;
use std::fmt;

use clap::ValueEnum;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{Accum, Mat, Par, Spec};
use serde::{Deserialize, Serialize};

use crate::homography::{Homography, HomographyError, Matrix, Pair, Point, doubled_area};

/// The fewest pairs that determine a homography: each gives two of its eight degrees of freedom.
pub const FEWEST_PAIRS: usize = 4;

/// Entries of h.
const COLUMNS: usize = 9;

/// How the homography is computed from A.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Last right singular vector of A, as in the post.
    Plain,
    /// The same on points moved to the origin and scaled (Hartley 1997).
    Normalized,
    /// Eigenvector of A'A for its smallest eigenvalue, which the post calls worse.
    Eigenvector,
}

impl Method {
    /// All of them, in the order of figures.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Normalized, Self::Eigenvector];
}

/// One of the two pictures of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The source picture.
    From,
    /// The target picture.
    To,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::From => "\"from\"",
            Self::To => "\"to\"",
        })
    }
}

/// Why pairs give no homography. Points are counted from 1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DltError {
    /// Fewer than four pairs.
    #[error(
        "expected at least {FEWEST_PAIRS} pairs of points, found {found}: a homography has eight \
         degrees of freedom and a pair fixes two"
    )]
    TooFew {
        /// Number of pairs.
        found: usize,
    },
    /// A coordinate is infinite or not a number.
    #[error("{side} point {number} is ({x}, {y}): expected two finite numbers")]
    NotFinite {
        /// Which of the two pictures.
        side: Side,
        /// Which point.
        number: usize,
        /// Its first coordinate.
        x: f64,
        /// Its second coordinate.
        y: f64,
    },
    /// Two of four points are the same.
    #[error("{side} points {first} and {second} are the same: expected four different points")]
    Equal {
        /// Which of the two pictures.
        side: Side,
        /// One of the points.
        first: usize,
        /// The other.
        second: usize,
    },
    /// Three of four points lie on one line.
    #[error(
        "{side} points {}, {} and {} lie on one line: expected four points of which no three do",
        points[0], points[1], points[2]
    )]
    Collinear {
        /// Which of the two pictures.
        side: Side,
        /// The three points.
        points: [usize; 3],
    },
    /// All points are the same.
    #[error(
        "the {side} points are all the same: expected at least four of which no three lie on one line"
    )]
    AllEqual {
        /// Which of the two pictures.
        side: Side,
    },
    /// All points, or all but one, lie on one line.
    #[error(
        "the {side} points{} lie on one line: expected at least four of which no three do",
        but.map(|number| format!(" except number {number}")).unwrap_or_default()
    )]
    AllCollinear {
        /// Which of the two pictures.
        side: Side,
        /// The one point beside the line, if there is one.
        but: Option<usize>,
    },
    /// The equations leave more than one homography.
    #[error(
        "the pairs do not determine a homography: their equations have {dimension} independent \
         solutions, expected one"
    )]
    Undetermined {
        /// Dimension of the null space of A.
        dimension: usize,
    },
    /// The best matrix has no inverse.
    #[error("no homography fits the pairs")]
    NotAMap(#[from] HomographyError),
    /// The decomposition did not converge, which finite numbers of the size of a picture do not
    /// cause.
    #[error("the singular value decomposition did not converge: are the coordinates in pixels?")]
    NoConvergence,
}

/// The homography of four or more pairs by the `method` of one's choice.
///
/// # Errors
/// [`DltError`] names the points that determine no homography.
pub fn estimate(pairs: &[Pair], method: Method) -> Result<Homography, DltError> {
    let homography = match method {
        Method::Plain => plain(pairs),
        Method::Normalized => normalized(pairs),
        Method::Eigenvector => eigenvector(pairs),
    }?;
    Ok(homography.without_noise(pairs)?)
}

/// The post's way: the last right singular vector of A, from the coordinates as they are.
///
/// # Errors
/// As [`estimate`].
pub fn plain(pairs: &[Pair]) -> Result<Homography, DltError> {
    check_pairs(pairs)?;
    let (_, vectors) = right_singular(pairs)?;
    Ok(Homography::new(matrix_from_column(&vectors, COLUMNS - 1))?)
}

/// Hartley's normalised DLT (In defense of the eight-point algorithm, PAMI 1997; Hartley &
/// Zisserman, Multiple View Geometry, algorithm 4.2): in both pictures the points are moved to a
/// mean of zero and scaled to a mean distance of sqrt 2 from it, and the result is moved back.
///
/// The columns of A then have one size. On pixels as they are, some columns are a million times
/// as large as others, and `|A h|` weighs the noise of the points by where they lie.
///
/// # Errors
/// As [`estimate`].
pub fn normalized(pairs: &[Pair]) -> Result<Homography, DltError> {
    check_pairs(pairs)?;
    let (from, to, normal) = normalize(pairs);
    let (values, vectors) = right_singular(&normal)?;
    // The points have one size here, so that it makes sense to say which singular values are zeros.
    let dimension = zeros(&values, pairs.len());
    if dimension > 1 {
        return Err(DltError::Undetermined { dimension });
    }
    let homography = Homography::new(matrix_from_column(&vectors, COLUMNS - 1))?;
    let back = to.homography()?.inverse()?;
    Ok(back.after(&homography.after(&from.homography()?)?)?)
}

/// The eigenvector of A'A for its smallest eigenvalue, from the coordinates as they are.
///
/// In exact arithmetic this is [`plain`]. In floating point the squares lose half the digits: A'A
/// has the square of A's condition number.
///
/// # Errors
/// As [`estimate`].
pub fn eigenvector(pairs: &[Pair]) -> Result<Homography, DltError> {
    check_pairs(pairs)?;
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
    Ok(Homography::new(matrix_from_column(&vectors, 0))?)
}

/// The nine singular values of A, largest first. Fewer than five pairs leave less than nine rows;
/// the missing values are zero.
///
/// # Errors
/// [`DltError::NoConvergence`] when a coordinate is not finite or its products overflow.
pub fn singular_values(pairs: &[Pair]) -> Result<Vec<f64>, DltError> {
    Ok(right_singular(pairs)?.0)
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
    Ok(zeros(&singular_values(pairs)?, pairs.len()))
}

/// How many of the singular values of A count as zero.
fn zeros(values: &[f64], pairs: usize) -> usize {
    let largest = values.first().copied().unwrap_or(0.0);
    let zero = largest * padded_rows(pairs) as f64 * f64::EPSILON;
    values.iter().filter(|value| **value <= zero).count()
}

/// The matrix A: two rows per pair, in the order of the pairs.
///
/// # Shapes
/// 2N x 9 for N pairs.
fn design_matrix(pairs: &[Pair]) -> Mat<f64> {
    Mat::from_fn(2 * pairs.len(), COLUMNS, |row, column| {
        equations(&pairs[row / 2])[row % 2][column]
    })
}

/// The two equations of a pair; see the [module](self).
fn equations(pair: &Pair) -> [[f64; COLUMNS]; 2] {
    let (x, y) = (pair.from.x, pair.from.y);
    let (u, v) = (pair.to.x, pair.to.y);
    [
        [-x, -y, -1.0, 0.0, 0.0, 0.0, x * u, y * u, u],
        [0.0, 0.0, 0.0, -x, -y, -1.0, x * v, y * v, v],
    ]
}

/// Singular values of A, the largest first, and right singular vectors, a column each.
///
/// Rows of zeros below A let the thin decomposition of four pairs (eight rows) have all nine right
/// singular vectors. They change no singular value.
fn right_singular(pairs: &[Pair]) -> Result<(Vec<f64>, Mat<f64>), DltError> {
    let rows = padded_rows(pairs.len());
    let mut a = design_matrix(pairs);
    a.resize_with(rows, COLUMNS, |_, _| 0.0);
    let (mut values, mut vectors) = (Diag::zeros(COLUMNS), Mat::zeros(COLUMNS, COLUMNS));
    let (left, right) = (ComputeSvdVectors::No, ComputeSvdVectors::Thin);
    let setting = Spec::default();
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
    Ok(((0..COLUMNS).map(|k| values[k]).collect(), vectors))
}

fn padded_rows(pairs: usize) -> usize {
    (2 * pairs).max(COLUMNS)
}

fn matrix_from_column(columns: &Mat<f64>, column: usize) -> Matrix {
    [0, 1, 2].map(|row| [0, 1, 2].map(|k| columns[(3 * row + k, column)]))
}

/// A scaling after a move: p becomes (p - centre) * scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similarity {
    /// The point that becomes the origin.
    pub centre: Point,
    /// What distances are multiplied by.
    pub scale: f64,
}

impl Similarity {
    /// The one that brings `points` to a mean of zero and a mean distance of sqrt 2 from it.
    /// The points must not all be the same.
    pub fn normalizing(points: &[Point]) -> Self {
        let mean = |value: &dyn Fn(&Point) -> f64| {
            points.iter().map(value).sum::<f64>() / points.len() as f64
        };
        let centre = Point::new(mean(&|p| p.x), mean(&|p| p.y));
        let scale = SQRT_2 / mean(&|p| p.distance(centre));
        Self { centre, scale }
    }

    /// The one that brings the median of finite `points` to zero and the median distance from it,
    /// or the extent when that is nothing, to 1: some points that are far off do not move it.
    pub(crate) fn of_most(points: &[Point]) -> Self {
        let median = |value: &dyn Fn(&Point) -> f64| {
            let mut values: Vec<f64> = points.iter().map(value).collect();
            let middle = values.len() / 2;
            *values.select_nth_unstable_by(middle, f64::total_cmp).1
        };
        let centre = Point::new(median(&|p| p.x), median(&|p| p.y));
        let distance = median(&|p| p.distance(centre));
        let size = if distance > 0.0 {
            distance
        } else {
            extent(points)
        };
        Self {
            centre,
            scale: 1.0 / size,
        }
    }

    /// Where `point` goes.
    pub fn apply(&self, point: Point) -> Point {
        let Self { centre, scale } = self;
        Point::new((point.x - centre.x) * scale, (point.y - centre.y) * scale)
    }

    /// The same as a matrix.
    ///
    /// # Errors
    /// When the points that it came from were all the same.
    pub fn homography(&self) -> Result<Homography, HomographyError> {
        let Self { centre, scale } = *self;
        Homography::new([
            [scale, 0.0, -scale * centre.x],
            [0.0, scale, -scale * centre.y],
            [0.0, 0.0, 1.0],
        ])
    }
}

/// The [normalising similarities](Similarity::normalizing) of both pictures, and the pairs after
/// them.
pub fn normalize(pairs: &[Pair]) -> (Similarity, Similarity, Vec<Pair>) {
    let side = |point: fn(&Pair) -> Point| {
        Similarity::normalizing(&pairs.iter().map(point).collect::<Vec<_>>())
    };
    let (from, to) = (side(|pair| pair.from), side(|pair| pair.to));
    let normal = pairs.iter();
    let normal = normal.map(|pair| Pair::new(from.apply(pair.from), to.apply(pair.to)));
    (from, to, normal.collect())
}

/// Points nearer to a line, or to each other, than this share of the extent of all points lie on
/// it: a millionth of a pixel in a picture of 1000.
const NEAR: f64 = 1e-9;

/// Whether the pairs determine a homography, as far as their points alone can tell.
///
/// Four points do when no three lie on one line (Hartley & Zisserman, section 4.1.3). More points
/// do when four such are among them, which fails exactly when one line holds all different points
/// or all but one of them.
///
/// # Errors
/// [`DltError`] names the points that stand in the way, counted from 1.
pub fn check_pairs(pairs: &[Pair]) -> Result<(), DltError> {
    if pairs.len() < FEWEST_PAIRS {
        return Err(DltError::TooFew { found: pairs.len() });
    }
    let from: Vec<Point> = pairs.iter().map(|pair| pair.from).collect();
    let to: Vec<Point> = pairs.iter().map(|pair| pair.to).collect();
    let sides = [(Side::From, from), (Side::To, to)];
    for (side, points) in &sides {
        check_finite(*side, points)?;
    }
    for (side, points) in &sides {
        if points.len() == FEWEST_PAIRS {
            check_four(*side, points)?;
        } else {
            check_many(*side, points)?;
        }
    }
    Ok(())
}

fn check_finite(side: Side, points: &[Point]) -> Result<(), DltError> {
    match (1..).zip(points).find(|(_, point)| !point.is_finite()) {
        None => Ok(()),
        Some((number, &Point { x, y })) => Err(DltError::NotFinite { side, number, x, y }),
    }
}

fn check_four(side: Side, points: &[Point]) -> Result<(), DltError> {
    let near = NEAR * extent(points);
    for (a, b) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        if points[a].distance(points[b]) <= near {
            let (first, second) = (a + 1, b + 1);
            return Err(DltError::Equal {
                side,
                first,
                second,
            });
        }
    }
    for triple in [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]] {
        if on_one_line(triple.map(|index| points[index]), near) {
            let points = triple.map(|index| index + 1);
            return Err(DltError::Collinear { side, points });
        }
    }
    Ok(())
}

fn check_many(side: Side, points: &[Point]) -> Result<(), DltError> {
    if extent(points) == 0.0 {
        return Err(DltError::AllEqual { side });
    }
    // Of most of them: beside a point that is far off all others would be near to each other.
    let near = NEAR / Similarity::of_most(points).scale;
    let a = points[0];
    let b = farthest(points, |p| p.distance(a));
    let c = farthest(points, |p| height(p, a, b));
    if height(c, a, b) <= near {
        return Err(DltError::AllCollinear { side, but: None });
    }
    // A line with all points but one holds two of these three, which are on no line together.
    for (p, q) in [(a, b), (a, c), (b, c)] {
        if let Some(index) = only_point_beside(points, (p, q), near) {
            let but = Some(index + 1);
            return Err(DltError::AllCollinear { side, but });
        }
    }
    Ok(())
}

/// The index of a point beside the line when all others beside it are the same point.
fn only_point_beside(points: &[Point], (p, q): (Point, Point), near: f64) -> Option<usize> {
    let mut beside = (0..points.len()).filter(|&index| height(points[index], p, q) > near);
    let first = beside.next()?;
    let same = |index: usize| points[index].distance(points[first]) <= near;
    beside.all(same).then_some(first)
}

fn farthest(points: &[Point], measure: impl Fn(Point) -> f64) -> Point {
    let farther = |best: Point, p: &Point| {
        if measure(*p) > measure(best) {
            *p
        } else {
            best
        }
    };
    points.iter().fold(points[0], farther)
}

/// Distance of `p` from the line through `a` and `b`, in pixels; from `a` when they are the same.
fn height(p: Point, a: Point, b: Point) -> f64 {
    let base = a.distance(b);
    if base == 0.0 {
        return p.distance(a);
    }
    doubled_area(a, b, p).abs() / base
}

/// Whether the least height of the triangle is nothing.
fn on_one_line([a, b, c]: [Point; 3], near: f64) -> bool {
    let longest = a.distance(b).max(b.distance(c)).max(c.distance(a));
    doubled_area(a, b, c).abs() <= near * longest
}

/// Width and height of the rectangle around the points, in pixels.
pub(crate) fn extents(points: &[Point]) -> [f64; 2] {
    [|p: &Point| p.x, |p: &Point| p.y].map(|value| {
        let least = points.iter().map(value).fold(f64::INFINITY, f64::min);
        points.iter().map(value).fold(f64::NEG_INFINITY, f64::max) - least
    })
}

/// The longer side of that rectangle.
pub(crate) fn extent(points: &[Point]) -> f64 {
    let [width, height] = extents(points);
    width.max(height)
}

/// Distance between where the pair says `from` goes and where `homography` sends it: d(to, H from),
/// in pixels of the target picture. A point that goes to infinity has an infinite error.
pub fn forward_error(homography: &Homography, pair: &Pair) -> f64 {
    let mapped = homography.apply(pair.from);
    mapped.map_or(f64::INFINITY, |mapped| mapped.distance(pair.to))
}

/// The [forward error](forward_error) of the map back: d(from, H^-1 to), in pixels of the source
/// picture.
pub fn backward_error(inverse: &Homography, pair: &Pair) -> f64 {
    forward_error(inverse, &pair.reversed())
}
