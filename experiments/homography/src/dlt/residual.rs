//! How far a homography misses a pair: the transfer errors, in pixels.
//!
//! ```text
//! forward      d(to, H from)                              pixels of the target picture
//! backward     d(from, H^-1 to)                           pixels of the source picture
//! symmetric    sqrt(forward^2 + backward^2)               Hartley & Zisserman, equation 4.7
//! ```
//!
//! d is the Euclidean distance, with the coordinates of [`crate::point`]. A point that goes to
//! infinity has an infinite error. OpenCV's `findHomography` compares the forward error alone
//! with its threshold; the symmetric one is never smaller, and it also sees a map that squeezes
//! the picture into a spot, where everything is near to everything.

use crate::homography::Homography;
use crate::point::Pair;

/// Distance between where the pair says `from` goes and where `homography` sends it.
pub fn forward_error(homography: &Homography, pair: &Pair) -> f64 {
    let mapped = homography.apply(pair.from);
    mapped.map_or(f64::INFINITY, |mapped| mapped.distance(pair.to))
}

/// The [forward error](forward_error) of the map back.
pub fn backward_error(inverse: &Homography, pair: &Pair) -> f64 {
    forward_error(inverse, &pair.reversed())
}

/// Both errors as the legs of a right triangle. `inverse` is that of `homography`; it is asked
/// for so that many pairs share one.
pub fn symmetric_error(homography: &Homography, inverse: &Homography, pair: &Pair) -> f64 {
    forward_error(homography, pair).hypot(backward_error(inverse, pair))
}
