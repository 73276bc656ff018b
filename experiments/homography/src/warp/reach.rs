//! Whether a run of target pixels comes from within the picture, from beside it, or from both.
//!
//! A homography maps straight lines to straight lines: between the two ends of a run that no
//! horizon parts, all positions lie on the segment between those of the ends. A rectangle that
//! holds both ends holds them all, and a side of the picture that has both ends beyond it has
//! them all beyond it.

use super::positions::{Homogeneous, Limits};

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
    /// The least x and y around which all pixels belong to the picture.
    least: f64,
    /// The greatest whole x and y around which they do.
    most: [f64; 2],
}

impl Reach {
    /// For a picture of `size` of which pixels from `first` on are read around a position, from
    /// the column and row `last` on at the most.
    pub fn new(size: [f64; 2], last: [f64; 2], first: f64) -> Self {
        Self {
            size,
            least: -first,
            most: last.map(|last| last - first),
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
            // Half a pixel less, since positions may be rounded to the nearest.
            inside &= low >= self.least && high <= self.most[axis] - 0.5;
        }
        if inside {
            Whereabouts::Inside
        } else {
            Whereabouts::Edge
        }
    }

    /// The limits within which the positions of a run must lie for what follows. Rounding can
    /// carry them a little beyond, far from the origin of the target even more than a little.
    #[inline(always)]
    pub fn limits(&self, whereabouts: Whereabouts) -> Limits {
        let (least, most) = match whereabouts {
            Whereabouts::Inside => (self.least, self.most),
            _ => (-1.0, self.size),
        };
        Limits {
            size: self.size,
            least,
            most,
        }
    }
}
