//! Exact points far from the origin: where the condition number decides.
//!
//! The author's corners and their targets, both moved right and down by the same distance, are
//! whole numbers still, so that no rounding touches them, and a homography through them exists.
//! How near an estimate comes to them is a matter of its arithmetic alone.

use crate::author;
use crate::config::Config;
use crate::dlt::{self, Method};
use crate::outcome::{FarErrors, FarPoints, METHODS};
use crate::point::{Pair, Point};

/// The largest error at the corners for each method and distance.
pub fn move_away(config: &Config) -> FarPoints {
    let errors = |method| FarErrors {
        method,
        errors: config
            .distances
            .iter()
            .map(|distance| largest_error(&moved(*distance), method))
            .collect(),
    };
    FarPoints {
        largest_errors: METHODS.map(errors).to_vec(),
    }
}

fn moved(distance: f64) -> [Pair; 4] {
    let point = |point: Point| Point::new(point.x + distance, point.y + distance);
    author::corners().map(|pair| Pair::new(point(pair.from), point(pair.to)))
}

/// The largest error of the homography of `pairs` at these pairs, in pixels.
pub fn largest_error(pairs: &[Pair], method: Method) -> Option<f64> {
    let homography = dlt::estimate(pairs, method).ok()?;
    let errors = pairs
        .iter()
        .map(|pair| dlt::forward_error(&homography, pair));
    Some(errors.fold(0.0, f64::max)).filter(|error| error.is_finite())
}
