//! Points of a picture, and pairs of points that show the same spot.
//!
//! Coordinates everywhere in this crate: `x` to the right, `y` down, in pixels, with the origin
//! at the **centre** of the top-left pixel. That pixel covers the square from -0.5 to 0.5, and a
//! picture of width w reaches from -0.5 to w - 0.5. The post, OpenCV and the Oxford pictures
//! count the same way.

use serde::{Deserialize, Serialize};

/// A point of a picture; see the [module](self) for the coordinates.
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
        Self {
            from: self.to,
            to: self.from,
        }
    }
}

/// Twice the area of the triangle a b c, in square pixels: positive when the corners follow each
/// other clockwise as seen on the screen (y points down), 0 when they lie on one line.
pub(crate) fn doubled_area(a: Point, b: Point, c: Point) -> f64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
}
