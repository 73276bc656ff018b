//! The post's pictures: a white circle on black.
//!
//! The centre may be anywhere in the picture, so that the border cuts circles off, which worried
//! the author. A pixel is white when its centre lies within the circle: nothing is smoothed.

use rand::RngExt;
use retrace_lab::random;

use super::{Example, Examples, Size};
use crate::loss::WHITE;

/// A filled circle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Centre, in pixels from the left edge.
    pub x: f64,
    /// Centre, in pixels from the top edge.
    pub y: f64,
    /// Radius in pixels.
    pub radius: f64,
    /// Its L, 0-100.
    pub level: f64,
}

impl Circle {
    /// Whether a point lies in it.
    pub fn holds(&self, (x, y): (f64, f64)) -> bool {
        (x - self.x).powi(2) + (y - self.y).powi(2) <= self.radius.powi(2)
    }
}

/// Pictures of circles, drawn by their number.
#[derive(Debug, Clone)]
pub struct Circles {
    /// Whose pictures these are.
    pub seed: u64,
    /// Training and validation have streams of their own.
    pub purpose: &'static str,
    /// How many there are.
    pub count: usize,
    /// Width and height.
    pub size: Size,
    /// Radius in pixels.
    pub radius: f64,
    /// L of each circle of a picture; a later one lies on the earlier ones.
    pub levels: &'static [f64],
}

impl Circles {
    /// One white circle.
    pub const ONE: &'static [f64] = &[WHITE];
    /// A grey one, and a white one that may lie on it.
    pub const TWO: &'static [f64] = &[WHITE / 2.0, WHITE];

    /// The circles of a picture, from back to front.
    pub fn circles(&self, number: usize) -> Vec<Circle> {
        let mut random = random::stream(self.seed, self.purpose, number as u64);
        let circle = |level: &f64| Circle {
            x: random.random_range(0.0..self.size.width as f64),
            y: random.random_range(0.0..self.size.height as f64),
            radius: self.radius,
            level: *level,
        };
        self.levels.iter().map(circle).collect()
    }
}

impl Examples for Circles {
    fn size(&self) -> Size {
        self.size
    }

    fn count(&self) -> usize {
        self.count
    }

    fn example(&self, number: usize) -> Example {
        let circles = self.circles(number);
        let level = |point| {
            let front = circles.iter().rev().find(|circle| circle.holds(point));
            front.map_or(0.0, |circle| circle.level as f32)
        };
        let picture: Vec<f32> = self.size.centres().map(level).collect();
        Example {
            input: picture.clone(),
            target: picture,
        }
    }
}
