//! A line, which is all that a network without activation functions can be.

use serde::{Deserialize, Serialize};

/// Points in the plane.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Abscissae.
    pub x: Vec<f64>,
    /// Ordinates, as many.
    pub y: Vec<f64>,
}

/// y = slope x + intercept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Rise of y for one unit of x.
    pub slope: f64,
    /// y at x = 0.
    pub intercept: f64,
}

impl Points {
    /// Number of points.
    pub fn len(&self) -> usize {
        self.x.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.x.is_empty()
    }

    /// The points at the places for which `chosen` holds.
    pub fn filtered(&self, chosen: impl Fn(usize) -> bool) -> Self {
        let of = |values: &[f64]| {
            let kept = values
                .iter()
                .enumerate()
                .filter(|(place, _)| chosen(*place));
            kept.map(|(_, value)| *value).collect()
        };
        Self {
            x: of(&self.x),
            y: of(&self.y),
        }
    }

    /// Pairs (x, y).
    pub fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().copied().zip(self.y.iter().copied())
    }

    /// The least and the largest x.
    pub fn range(&self) -> (f64, f64) {
        let (first, last) = (f64::INFINITY, f64::NEG_INFINITY);
        let widen = |(low, high): (f64, f64), x: &f64| (low.min(*x), high.max(*x));
        self.x.iter().fold((first, last), widen)
    }
}

impl Line {
    /// y at `x`.
    pub fn at(&self, x: f64) -> f64 {
        self.slope * x + self.intercept
    }

    /// Whether both numbers are finite.
    pub fn is_finite(&self) -> bool {
        self.slope.is_finite() && self.intercept.is_finite()
    }

    /// The author's measure: the sum of |error| over the points, in units of y.
    pub fn total_error(&self, points: &Points) -> f64 {
        points.pairs().map(|(x, y)| (y - self.at(x)).abs()).sum()
    }

    /// Mean vertical distance to another line for x in `range`, in units of y.
    pub fn distance(&self, other: &Self, (low, high): (f64, f64)) -> f64 {
        // The integral of a linear function's size, over the trapezia on both sides of its root.
        let difference = |x: f64| self.at(x) - other.at(x);
        let (a, b) = (difference(low), difference(high));
        if a * b >= 0.0 {
            (a + b).abs() / 2.0
        } else {
            (a * a + b * b) / (2.0 * (a.abs() + b.abs()))
        }
    }
}

/// The mean of many lines, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MeanLine {
    slopes: f64,
    intercepts: f64,
    count: u32,
}

impl MeanLine {
    /// Takes in one more line; one that is not finite is left out.
    pub fn add(&mut self, line: Line) {
        if line.is_finite() {
            self.slopes += line.slope;
            self.intercepts += line.intercept;
            self.count += 1;
        }
    }

    /// The mean; none of nothing.
    pub fn line(&self) -> Option<Line> {
        let n = f64::from(self.count);
        let mean = Line {
            slope: self.slopes / n,
            intercept: self.intercepts / n,
        };
        mean.is_finite().then_some(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(slope: f64, intercept: f64) -> Line {
        Line { slope, intercept }
    }

    #[test]
    fn the_distance_of_crossing_lines_is_that_of_a_fine_sum() {
        let (a, b) = (line(2.0, 1.0), line(-1.0, 5.0));
        let (low, high) = (0.5, 9.5);
        let x = |i: u32| low + (high - low) * (f64::from(i) + 0.5) / 10_000.0;
        let sum: f64 = (0..10_000).map(|i| (a.at(x(i)) - b.at(x(i))).abs()).sum();
        assert!((a.distance(&b, (low, high)) - sum / 10_000.0).abs() < 1e-6);
        assert!((a.distance(&line(2.0, 3.0), (low, high)) - 2.0).abs() < 1e-12);
        assert!(a.distance(&a, (low, high)).abs() < 1e-12);
    }

    #[test]
    fn the_total_error_adds_up_sizes() {
        let points = Points {
            x: vec![0.0, 1.0],
            y: vec![2.0, 0.0],
        };
        assert!((line(2.0, 1.0).total_error(&points) - 4.0).abs() < 1e-12);
    }

    #[test]
    fn the_mean_is_that_of_the_finite_lines() {
        let mut mean = MeanLine::default();
        assert_eq!(mean.line(), None);
        for next in [line(1.0, 5.0), line(f64::NAN, 0.0), line(2.0, 2.0)] {
            mean.add(next);
        }
        assert_eq!(mean.line(), Some(line(1.5, 3.5)));
    }
}
