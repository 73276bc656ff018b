//! The two equations of a pair and what they are worth: its Sampson error.

use super::Threshold;
use crate::homography::{Matrix, Pair};

/// The equations of a pair (x, y) -> (x', y') for a homography with (u, v, w) = H (x, y, 1):
///
/// ```text
/// g = (u - x' w, v - y' w) = 0
/// ```
///
/// If the points of the two pictures are off by one and the other threshold, g is off by the
/// square root of the 2x2 matrix
///
/// ```text
/// S = to^2 w^2 1 + from^2 J J',   J = dg / d(x, y)
/// ```
///
/// so that g' S^-1 g is the squared error of the pair as a share of the squared threshold (Hartley &
/// Zisserman, section 4.2.6).
pub(super) struct Equations {
    /// (u, v, w).
    pub mapped: [f64; 3],
    /// g.
    pub error: [f64; 2],
    /// The entries of S in the first row, and the last one.
    spread: [f64; 3],
}

impl Equations {
    #[inline(always)]
    pub fn new(matrix: &Matrix, pair: &Pair, threshold: Threshold) -> Self {
        let (from, to) = (pair.from, pair.to);
        // Millions of times, hence written out.
        let [first, second, third] = matrix;
        let along = |row: &[f64; 3]| row[0] * from.x + row[1] * from.y + row[2];
        let (u, v, w) = (along(first), along(second), along(third));
        let (a, b) = (first[0] - to.x * third[0], first[1] - to.x * third[1]);
        let (c, d) = (second[0] - to.y * third[0], second[1] - to.y * third[1]);
        let source = threshold.from * threshold.from;
        let target = threshold.to * threshold.to * w * w;
        Self {
            mapped: [u, v, w],
            error: [u - to.x * w, v - to.y * w],
            spread: [
                target + source * (a * a + b * b),
                source * (a * c + b * d),
                target + source * (c * c + d * d),
            ],
        }
    }

    /// Whether the pair lies before the horizon, and may have an error of at most `net` thresholds:
    /// no vector is longer by S than by the sum of its eigenvalues.
    #[inline(always)]
    pub fn is_within(&self, net: f64) -> bool {
        let [x, y] = self.error;
        let [xx, _, yy] = self.spread;
        self.mapped[2] > 0.0 && x * x + y * y <= net * net * (xx + yy)
    }

    /// g' S^-1 g.
    #[inline(always)]
    pub fn deviation(&self) -> f64 {
        let [x, y] = self.error;
        let [xx, xy, yy] = self.spread;
        (yy * x * x - 2.0 * xy * x * y + xx * y * y) / (xx * yy - xy * xy)
    }

    /// S^-1.
    pub fn precision(&self) -> [[f64; 2]; 2] {
        let [xx, xy, yy] = self.spread;
        let determinant = xx * yy - xy * xy;
        [[yy, -xy], [-xy, xx]].map(|row| row.map(|entry| entry / determinant))
    }
}
