//! What the post's own example yields.

use serde::{Deserialize, Serialize};

use crate::dlt::Method;
use crate::point::Point;
use crate::warp::Sampling;

/// The post's example.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rectified {
    /// What each way to compute H makes of the author's points.
    pub fits: Vec<Fit>,
    /// The matrix A of the first few exact pairs.
    pub equations: Vec<Equations>,
    /// Largest singular value of A over the eighth, for the author's corners as they are: the
    /// digits that the direction of h loses.
    pub condition: f64,
    /// Largest |entry| of H H^-1 - I, both matrices with h33 = 1.
    pub inverse_deviation: f64,
    /// Where each of the eight points goes by the H of its corners alone, the even ones.
    pub eight_by_corners: Vec<Option<Point>>,
    /// Where each of them goes by the H of all eight (the post's way).
    pub eight_by_all: Vec<Option<Point>>,
    /// The whole mapped picture.
    pub frame: Filled,
    /// The label alone.
    pub label: Filled,
    /// How well each way to read between pixels restores the label.
    pub samplings: Vec<Restored>,
}

/// One way to compute H, on the author's points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The way.
    pub method: Method,
    /// Largest error at the four corners, through which a homography passes exactly.
    pub corners: Option<f64>,
    /// Largest error at the eight points.
    pub eight: Option<f64>,
}

/// A of the first `pairs` exact pairs of points, in coordinates of size 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Equations {
    /// Number of pairs.
    pub pairs: usize,
    /// Dimension of its null space: how many independent H fit the pairs.
    pub null_space: usize,
    /// Its nine singular values, largest first.
    pub singular_values: Vec<f64>,
}

/// Pixels of a part of the target that the source picture covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// All of them.
    pub covered: u64,
    /// Those that no pushed pixel reached.
    pub forward_holes: u64,
    /// Those that stayed empty when each looked up its own colour by the inverse.
    pub inverse_holes: u64,
}

/// The label rectified by the true H.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Restored {
    /// How the picture was read between its pixels.
    pub sampling: Sampling,
    /// Root mean square difference to the label seen from straight above, grey values 0 to 255.
    pub difference: f64,
}
