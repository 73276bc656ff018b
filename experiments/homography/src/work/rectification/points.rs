//! What the author's points say without any picture: errors, degrees of freedom, the inverse.

use retrace_lab::Result;
use retrace_lab::random::stream;

use crate::author::{EIGHT, corners};
use crate::dlt::{self, Similarity};
use crate::homography::Homography;
use crate::label::Label;
use crate::outcome::{Equations, Fit};
use crate::point::{Pair, Point};
use crate::work::far_points::largest_error;
use crate::work::numerics;

/// The errors of one way at the author's points.
pub fn fit(method: dlt::Method) -> Fit {
    Fit {
        method,
        corners: largest_error(&corners(), method),
        eight: largest_error(&EIGHT, method),
    }
}

/// Where the eight points go by the H of every second one, the corners, and by that of all.
pub fn eight_points() -> Result<[Vec<Option<Point>>; 2]> {
    let corners = [0, 2, 4, 6].map(|place| EIGHT[place]);
    let both = [dlt::plain(&corners), dlt::plain(&EIGHT)];
    let [by_corners, by_all] = both.map(|homography| homography.map_err(numerics));
    let mapped = |map: Homography| EIGHT.map(|pair| map.apply(pair.from)).to_vec();
    Ok([mapped(by_corners?), mapped(by_all?)])
}

/// A of one, two, three, ... exact pairs. The points are moved to the origin and scaled first:
/// that changes no rank, and makes zero and not zero easy to tell.
pub fn equations() -> Result<Vec<Equations>> {
    let label = Label::of_author();
    let pairs = label.pairs(8, &mut stream(0, "equations", 0));
    let normalizing = |point: fn(&Pair) -> Point| {
        let points: Vec<Point> = pairs.iter().map(point).collect();
        Similarity::normalizing(&points)
    };
    let (from, to) = (normalizing(|pair| pair.from), normalizing(|pair| pair.to));
    let near: Vec<Pair> = pairs
        .iter()
        .map(|pair| Pair::new(from.apply(pair.from), to.apply(pair.to)))
        .collect();
    let of = |count: usize| {
        let first = &near[..count];
        Ok(Equations {
            pairs: count,
            null_space: dlt::null_space_dimension(first).map_err(numerics)?,
            singular_values: dlt::singular_values(first).map_err(numerics)?,
        })
    };
    (1..=near.len()).map(of).collect()
}

/// How much larger the first singular value of A is than the last one that is not zero.
pub fn condition() -> Result<f64> {
    let values = dlt::singular_values(&corners()).map_err(numerics)?;
    Ok(values[0] / values[7])
}

/// Largest |entry| of H H^-1 - I; the product has h33 = 1 as both of its factors.
pub fn inverse_deviation(homography: &Homography) -> Result<f64> {
    let inverse = homography.inverse().map_err(numerics)?;
    let product = homography.after(&inverse).map_err(numerics)?;
    let identity = Homography::IDENTITY;
    let entries = product.matrix().iter().flatten();
    let deviations = entries.zip(identity.matrix().iter().flatten());
    Ok(deviations.fold(0.0, |most, (a, b)| (a - b).abs().max(most)))
}
