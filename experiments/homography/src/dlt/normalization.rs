//! Hartley's normalisation: points moved to a mean of zero and scaled to a mean distance of
//! sqrt 2 from it.

use std::f64::consts::SQRT_2;

use crate::homography::{Homography, HomographyError};
use crate::point::{Pair, Point};

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

/// The similarities of both pictures, and the pairs after them.
pub(super) fn normalize(pairs: &[Pair]) -> (Similarity, Similarity, Vec<Pair>) {
    let side = |point: fn(&Pair) -> Point| {
        Similarity::normalizing(&pairs.iter().map(point).collect::<Vec<_>>())
    };
    let (from, to) = (side(|pair| pair.from), side(|pair| pair.to));
    let normal = pairs.iter();
    let normal = normal.map(|pair| Pair::new(from.apply(pair.from), to.apply(pair.to)));
    (from, to, normal.collect())
}
