//! Whether a run of target pixels comes from within the picture, from beside it, or from both.
//!
//! A homography maps straight lines to straight lines: between the two ends of a run that no
//! horizon parts, all positions lie on the segment between those of the ends. A rectangle that
//! holds both ends holds them all, and a side of the picture that has both ends beyond it has
//! them all beyond it.

use super::positions::Homogeneous;

/// Where a run comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whereabouts {
    /// From where all pixels around a position belong to the picture.
    Inside,
    /// From beside the picture.
    Outside,
    /// Perhaps from both, or from near the edge.
    Edge,
}

/// The rectangles that decide.
pub(super) struct Reach {
    /// Width and height of the picture.
    size: [f64; 2],
    /// The least x and y that are well inside.
    least: f64,
    /// The greatest x and y that are.
    most: [f64; 2],
}

impl Reach {
    /// For a picture of `size` of which pixels from `first` on are read around a position, up to
    /// the column and row `last` (in the place of the first pixel).
    #[inline(always)]
    pub fn new(size: (f64, f64), last: (f64, f64), first: f64) -> Self {
        // Half a pixel less, since positions may be rounded to the nearest.
        let most = |last: f64| last - first - 0.5;
        Self {
            size: [size.0, size.1],
            least: -first,
            most: [most(last.0), most(last.1)],
        }
    }

    /// Where the run from `start` to `end` comes from.
    #[inline(always)]
    pub fn of(&self, start: Homogeneous, end: Homogeneous) -> Whereabouts {
        if start[2] * end[2] <= 0.0 {
            return Whereabouts::Edge;
        }
        let at = |[u, v, w]: Homogeneous| [u / w, v / w];
        let (start, end) = (at(start), at(end));
        let mut inside = true;
        for axis in [0, 1] {
            let (low, high) = (start[axis].min(end[axis]), start[axis].max(end[axis]));
            if high < -0.5 || low >= self.size[axis] - 0.5 {
                return Whereabouts::Outside;
            }
            inside &= low >= self.least && high <= self.most[axis];
        }
        if inside {
            Whereabouts::Inside
        } else {
            Whereabouts::Edge
        }
    }
}
