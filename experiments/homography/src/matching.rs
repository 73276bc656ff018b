//! Pairs of points from two pictures: corners whose surroundings look alike.
//!
//! The surroundings of a corner are a square patch, turned into the direction in which they are
//! brighter (as in ORB: E. Rublee et al., ICCV 2011), so that a turned picture changes nothing.
//! Two patches are compared by their correlation, which ignores brightness and contrast. A match
//! is the best one seen from both sides, clearly better than the second best (D. Lowe, IJCV 2004).
//! This is a modest detector: it knows nothing of scale and of foreshortening.

use std::f64::consts::TAU;

use ndarray::Array2;

use crate::corners::{blurred, corners};
use crate::point::{Pair, Point};

/// Samples along each side of a patch, and pixels from one to the next.
const SIDE: usize = 15;
const STEP: f64 = 1.7;
/// Radius of the disc that decides the direction, in pixels.
const DISC: i32 = 9;
/// Blur before patches are read, in pixels.
const BLUR: f64 = 1.2;
/// Patches that correlate less are no match.
const LEAST: f32 = 0.7;
/// Squared ratio of the distances to the best and to the second best patch, at most.
const RATIO: f32 = 0.72;

/// Matches between two grey pictures, rows x columns, of at most `most` corners each.
pub fn matches(first: &Array2<f64>, second: &Array2<f64>, most: usize) -> Vec<Pair> {
    let (from, to) = (corners(first, most), corners(second, most));
    let alike = patches(first, &from).dot(&patches(second, &to).t());
    let mut pairs = Vec::new();
    for (row, correlations) in alike.rows().into_iter().enumerate() {
        let Some((column, best, next)) = two_best(correlations.iter()) else {
            continue;
        };
        let back = two_best(alike.column(column).iter()).map(|(row, ..)| row);
        // Distances of patches of length 1: the square is 2 (1 - correlation).
        let clear = 1.0 - best < RATIO * (1.0 - next);
        if back == Some(row) && best >= LEAST && clear {
            pairs.push(Pair::new(from[row], to[column]));
        }
    }
    pairs
}

/// The place of the largest value, that value, and the second largest.
fn two_best<'a>(values: impl Iterator<Item = &'a f32>) -> Option<(usize, f32, f32)> {
    let mut best: Option<(usize, f32, f32)> = None;
    for (place, &value) in values.enumerate() {
        best = Some(match best {
            None => (place, value, -1.0),
            Some((_, first, _)) if value > first => (place, value, first),
            Some((at, first, second)) => (at, first, second.max(value)),
        });
    }
    best
}

/// One row a corner: its patch, of mean 0 and length 1.
fn patches(grey: &Array2<f64>, corners: &[Point]) -> Array2<f32> {
    let smooth = blurred(grey, BLUR);
    let mut patches = Array2::zeros((corners.len(), SIDE * SIDE));
    for (mut row, corner) in patches.rows_mut().into_iter().zip(corners) {
        let (sin, cos) = direction(&smooth, *corner).sin_cos();
        for (place, value) in row.iter_mut().enumerate() {
            let offset = |step: usize| STEP * (step as f64 - (SIDE / 2) as f64);
            let (along, across) = (offset(place % SIDE), offset(place / SIDE));
            let at = Point::new(
                corner.x + cos * along - sin * across,
                corner.y + sin * along + cos * across,
            );
            *value = read(&smooth, at) as f32;
        }
        let mean = row.mean().unwrap_or(0.0);
        row -= mean;
        let length = row.dot(&row).sqrt().max(f32::MIN_POSITIVE);
        row /= length;
    }
    patches
}

/// The angle towards the centroid of the grey values around a corner.
fn direction(grey: &Array2<f64>, corner: Point) -> f64 {
    let mut centroid = [0.0; 2];
    for dy in -DISC..=DISC {
        for dx in -DISC..=DISC {
            if dx * dx + dy * dy <= DISC * DISC {
                let (dx, dy) = (f64::from(dx), f64::from(dy));
                let value = read(grey, Point::new(corner.x + dx, corner.y + dy));
                centroid = [centroid[0] + dx * value, centroid[1] + dy * value];
            }
        }
    }
    centroid[1].atan2(centroid[0]).rem_euclid(TAU)
}

/// The grey value at a point, linear between the four pixels around it.
fn read(grey: &Array2<f64>, at: Point) -> f64 {
    let (rows, columns) = grey.dim();
    let x = at.x.clamp(0.0, columns as f64 - 1.001);
    let y = at.y.clamp(0.0, rows as f64 - 1.001);
    let (column, row) = (x as usize, y as usize);
    let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
    let line = |row: usize| mix(grey[(row, column)], grey[(row, column + 1)], x.fract());
    mix(line(row), line(row + 1), y.fract())
}
