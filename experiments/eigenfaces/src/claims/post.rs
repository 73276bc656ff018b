//! What the post says of its own pictures: no chance, so every answer is exact.

mod distances;

use retrace_lab::Claim;

use super::{OURS, POST, SQUARES};
use crate::outcome::PostSet;

/// Angles below this many radians, and errors below this many grey levels, are rounding: squaring
/// the pictures into a covariance leaves about eight of sixteen digits of the smallest eigenface.
const ROUNDING: f64 = 1e-6;

/// The answers.
pub fn claims(post: &PostSet) -> Vec<Claim> {
    let mut claims = method(post);
    claims.extend(distances::claims(post));
    claims
}

fn method(post: &PostSet) -> Vec<Claim> {
    let n = post.eigenvalues.len();
    let scale = |above: &crate::AboveOne| above.of_255.abs_diff(above.of_1) as f64;
    let moved = post.above_one.iter().map(scale).fold(0.0, f64::max);
    vec![
        Claim::says(
            "small-covariance-gives-the-eigenfaces",
            POST,
            "The eigenvectors of the 16 x 16 covariance, times the pictures, are the eigenfaces of \
             the full covariance of 55,225 x 55,225.",
        )
        .measured_by(
            "largest angle to the eigenfaces by singular value decomposition, of each eigenface \
             and of the space of all",
            "rad",
        )
        .largest_is_at_most(ROUNDING, post.space_angle.max(post.eigenface_angle), n - 1),
        Claim::says(
            "weights-and-eigenfaces-give-the-pictures",
            POST,
            "Each training picture is the mean face plus weights times eigenfaces.",
        )
        .measured_by("largest error of a pixel", "grey levels")
        .largest_is_at_most(ROUNDING, post.largest_error, n)
        .shown_in("rebuilt"),
        Claim::says(
            "all-sixteen-are-important",
            POST,
            "In so small a training set all 16 eigenfaces represent important features.",
        )
        .measured_by("eigenfaces along which the pictures do not vary", "")
        .largest_is_at_most(0.0, post.without_variance() as f64, n)
        .shown_in("spectrum")
        .if_contradicted(
            "Pictures minus their mean add up to nothing, so n of them vary in n - 1 directions at \
             most: the last eigenvalue is 0, and its eigenface is rounding noise of length 1.",
        ),
        Claim::says(
            "above-one-ignores-the-scale",
            OURS,
            "The heuristic \"eigenvalues above 1\" keeps as many eigenfaces when white is 1 as when \
             it is 255.",
        )
        .measured_by("largest difference between the two numbers, over four divisors", "")
        .largest_is_at_most(0.0, moved, post.above_one.len())
        .shown_in("above-one")
        .if_contradicted(SQUARES),
    ]
}
