//! Which pairs determine a homography.
//!
//! Four points do when no three lie on one line (Hartley & Zisserman, section 4.1.3). More points
//! do when four such are among them, which fails exactly when one line holds all different points
//! or all but one of them.

use std::fmt;

use super::{DltError, FEWEST_PAIRS};
use crate::point::{Pair, Point, doubled_area};

/// Points nearer to a line, or to each other, than this share of the extent of all points lie on
/// it: a millionth of a pixel in a picture of 1000.
const NEAR: f64 = 1e-9;

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

/// Whether the pairs determine a homography, as far as their points alone can tell.
///
/// # Errors
/// [`DltError`] names the points that stand in the way, counted from 1.
pub fn check_pairs(pairs: &[Pair]) -> Result<(), DltError> {
    if pairs.len() < FEWEST_PAIRS {
        return Err(DltError::TooFew { found: pairs.len() });
    }
    let from: Vec<Point> = pairs.iter().map(|pair| pair.from).collect();
    let to: Vec<Point> = pairs.iter().map(|pair| pair.to).collect();
    for (side, points) in [(Side::From, &from), (Side::To, &to)] {
        check_finite(side, points)?;
    }
    for (side, points) in [(Side::From, &from), (Side::To, &to)] {
        if points.len() == FEWEST_PAIRS {
            check_four(side, points)?;
        } else {
            check_many(side, points)?;
        }
    }
    Ok(())
}

fn check_finite(side: Side, points: &[Point]) -> Result<(), DltError> {
    match points.iter().position(|point| !point.is_finite()) {
        None => Ok(()),
        Some(index) => Err(DltError::NotFinite {
            side,
            number: index + 1,
            x: points[index].x,
            y: points[index].y,
        }),
    }
}

fn check_four(side: Side, points: &[Point]) -> Result<(), DltError> {
    let near = NEAR * extent(points);
    for (first, second) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        if points[first].distance(points[second]) <= near {
            let (first, second) = (first + 1, second + 1);
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
    let near = NEAR * extent(points);
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

/// The longer side of the rectangle around the points, in pixels.
fn extent(points: &[Point]) -> f64 {
    let range = |value: fn(&Point) -> f64| {
        let least = points.iter().map(value).fold(f64::INFINITY, f64::min);
        points.iter().map(value).fold(f64::NEG_INFINITY, f64::max) - least
    };
    range(|p| p.x).max(range(|p| p.y))
}
