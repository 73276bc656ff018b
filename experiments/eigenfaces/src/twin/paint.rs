//! Painting with distances: a shape is a function that says how far a place is from its edge.
//!
//! A shape covers a pixel by how deep the pixel's centre lies inside, over the width of one pixel:
//! edges are smooth at every size of the picture, without drawing it larger first.

use ndarray::Array2;
use rayon::prelude::*;

/// A place in a picture or on a face; x to the right, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A place at (x, y).
pub fn at(x: f64, y: f64) -> Place {
    Place { x, y }
}

/// What a shape does to a pixel: its grey (0 black, 1 white) and the share that it covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint {
    /// 0 black, 1 white.
    pub grey: f64,
    /// 0 nothing, 1 all of the pixel.
    pub cover: f64,
}

impl Paint {
    /// Leaves everything as it is.
    pub const NONE: Self = Self {
        grey: 0.0,
        cover: 0.0,
    };

    /// Lays this paint over what is there.
    pub fn over(self, below: f64) -> f64 {
        mix(below, self.grey, self.cover)
    }
}

/// Draws a picture of `rows` x `columns` whole grey levels, 0 to 255.
///
/// `grey` gets a place, its origin in the picture's centre and half the picture's height its unit,
/// and the width of a pixel in that unit; it gives 0 black to 1 white.
pub fn draw(
    (rows, columns): (usize, usize),
    grey: impl Fn(Place, f64) -> f64 + Sync,
) -> Array2<f64> {
    let pixel = 2.0 / rows as f64;
    let level = |index: usize| {
        let x = ((index % columns) as f64 + 0.5 - columns as f64 / 2.0) * pixel;
        let y = ((index / columns) as f64 + 0.5 - rows as f64 / 2.0) * pixel;
        (255.0 * grey(at(x, y), pixel)).round().clamp(0.0, 255.0)
    };
    let levels: Vec<f64> = (0..rows * columns).into_par_iter().map(level).collect();
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        levels[row * columns + column]
    })
}

/// The share of a pixel that a shape covers whose edge is `distance` away, negative inside.
pub fn cover(distance: f64, pixel: f64) -> f64 {
    step(0.5, -0.5, distance / pixel.max(1e-9))
}

/// Smooth step: 0 at `from`, 1 at `to`, with level ends (also downwards, `to` below `from`).
pub fn step(from: f64, to: f64, x: f64) -> f64 {
    let t = ((x - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// A bell curve of height 1 and standard deviation `width`.
pub fn bell(x: f64, width: f64) -> f64 {
    (-0.5 * (x / width).powi(2)).exp()
}

/// `a` at share 0, `b` at share 1.
pub fn mix(a: f64, b: f64, share: f64) -> f64 {
    a + (b - a) * share
}

/// Distance to an ellipse with these half axes: exact for a circle, near the edge for the others.
pub fn ellipse(p: Place, centre: Place, (width, height): (f64, f64)) -> f64 {
    let (x, y) = ((p.x - centre.x) / width, (p.y - centre.y) / height);
    let (slope_x, slope_y) = (x / width, y / height);
    let size = x.hypot(y);
    size * (size - 1.0) / slope_x.hypot(slope_y).max(1e-9)
}

/// Distance to a rectangle with these half sides and rounded corners.
pub fn block(p: Place, centre: Place, (width, height): (f64, f64), corner: f64) -> f64 {
    let x = (p.x - centre.x).abs() - width + corner;
    let y = (p.y - centre.y).abs() - height + corner;
    x.max(0.0).hypot(y.max(0.0)) + x.max(y).min(0.0) - corner
}

/// Distance to the line from `a` to `b`.
pub fn segment(p: Place, a: Place, b: Place) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let share = ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy).max(1e-12);
    let share = share.clamp(0.0, 1.0);
    (p.x - a.x - share * dx).hypot(p.y - a.y - share * dy)
}

/// Distance to the area between corners, given in either sense around it.
pub fn polygon(p: Place, corners: &[Place]) -> f64 {
    let mut nearest = f64::INFINITY;
    let mut inside = false;
    let mut before = corners.len().wrapping_sub(1);
    for (index, &b) in corners.iter().enumerate() {
        let a = corners[before];
        nearest = nearest.min(segment(p, a, b));
        let crosses = (a.y > p.y) != (b.y > p.y);
        if crosses && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            inside = !inside;
        }
        before = index;
    }
    if inside { -nearest } else { nearest }
}
