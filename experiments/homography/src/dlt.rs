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

mod check;
mod normalization;
mod residual;
mod solve;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

pub use check::{Side, check_pairs};
pub use normalization::Similarity;
pub use residual::{backward_error, forward_error, symmetric_error};
pub use solve::{design_matrix, null_space_dimension, singular_values};

use crate::homography::{Homography, HomographyError};
use crate::point::Pair;

/// The fewest pairs that determine a homography: each gives two of its eight degrees of freedom.
pub const FEWEST_PAIRS: usize = 4;

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
    /// All points, or all but one, lie on one line.
    #[error(
        "the {side} points{} lie on one line: expected at least four of which no three do",
        exception(*but)
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

fn exception(but: Option<usize>) -> String {
    but.map(|number| format!(" except number {number}"))
        .unwrap_or_default()
}

/// The homography of four or more pairs by the `method` of one's choice.
///
/// # Errors
/// [`DltError`] names the points that determine no homography.
pub fn estimate(pairs: &[Pair], method: Method) -> Result<Homography, DltError> {
    match method {
        Method::Plain => plain(pairs),
        Method::Normalized => normalized(pairs),
        Method::Eigenvector => eigenvector(pairs),
    }
}

/// The post's way: the last right singular vector of A, from the coordinates as they are.
///
/// # Errors
/// As [`estimate`].
pub fn plain(pairs: &[Pair]) -> Result<Homography, DltError> {
    check_pairs(pairs)?;
    let (matrix, _) = solve::last_singular_vector(pairs)?;
    Ok(Homography::new(matrix)?)
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
    let (from, to, normal) = normalization::normalize(pairs);
    // From points of one size, so that it makes sense to say which singular values are zeros.
    let (matrix, dimension) = solve::last_singular_vector(&normal)?;
    if dimension > 1 {
        return Err(DltError::Undetermined { dimension });
    }
    let back = to.homography()?.inverse()?;
    Ok(back.after(&Homography::new(matrix)?.after(&from.homography()?)?)?)
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
    Ok(Homography::new(solve::smallest_eigenvector(pairs)?)?)
}
