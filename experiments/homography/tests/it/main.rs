//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use homography::{Homography, Pair, Point};

mod bad_input;
mod claims;
mod data;
mod dlt;
mod explorable;
mod foreign;
mod matching;
mod notebook;
mod oracle;
mod ransac;
mod tools;
mod warp;

/// Pairs from rows of x, y, x', y'.
fn pairs(rows: &[[f64; 4]]) -> Vec<Pair> {
    let pair = |&[x, y, u, v]: &[f64; 4]| Pair::new(Point::new(x, y), Point::new(u, v));
    rows.iter().map(pair).collect()
}

/// The largest distance, in pixels, between where two maps send the sources.
fn gap(a: &Homography, b: &Homography, pairs: &[Pair]) -> f64 {
    let gap = |pair: &Pair| {
        let at = a.apply(pair.from).unwrap();
        at.distance(b.apply(pair.from).unwrap())
    };
    pairs.iter().map(gap).fold(0.0, f64::max)
}

/// Pearson's correlation.
fn correlation(values: &[(f64, f64)]) -> f64 {
    let n = values.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| values.iter().map(of).sum::<f64>() / n;
    let (a, b) = (mean(|v| v.0), mean(|v| v.1));
    let sum = |of: fn(f64, f64) -> f64| values.iter().map(|(x, y)| of(x - a, y - b)).sum::<f64>();
    sum(|x, y| x * y) / (sum(|x, _| x * x) * sum(|_, y| y * y)).sqrt()
}
