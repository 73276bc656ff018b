//! The direct linear transform against values by hand and against what must hold for any points.

mod by_hand;
mod laws;
mod matrix;
mod refused;

use homography::dlt::{Method, forward_error};
use homography::{Homography, Pair, Point};

const METHODS: [Method; 3] = [Method::Plain, Method::Normalized, Method::Eigenvector];

/// The post's four pairs.
fn notebook() -> Vec<Pair> {
    pairs(
        &[
            (448.0, 67.0),
            (602.0, 129.0),
            (362.0, 392.0),
            (483.0, 494.0),
        ],
        &[(386.0, 78.0), (552.0, 78.0), (386.0, 453.0), (552.0, 453.0)],
    )
}

fn pairs(from: &[(f64, f64)], to: &[(f64, f64)]) -> Vec<Pair> {
    let point = |&(x, y): &(f64, f64)| Point::new(x, y);
    from.iter()
        .zip(to)
        .map(|(from, to)| Pair::new(point(from), point(to)))
        .collect()
}

fn largest_error(homography: &Homography, pairs: &[Pair]) -> f64 {
    pairs
        .iter()
        .map(|pair| forward_error(homography, pair))
        .fold(0.0, f64::max)
}

/// The largest distance between where two maps send the points.
fn largest_gap(a: &Homography, b: &Homography, pairs: &[Pair]) -> f64 {
    let gap = |pair: &Pair| {
        a.apply(pair.from)
            .unwrap()
            .distance(b.apply(pair.from).unwrap())
    };
    pairs.iter().map(gap).fold(0.0, f64::max)
}
