//! The author's points, read in the code that came with the post: pixels (column, row) of his
//! picture, which is lost, and where they are to lie.

use crate::homography::Homography;
use crate::photo::{AUTHOR_CORNERS, LABEL, picture_from_plane};
use crate::point::{Pair, Point};

/// The four corners of the label, which the post shows: top left, top right, bottom left, bottom
/// right.
pub fn corners() -> [Pair; 4] {
    let [left, top, right, bottom] = LABEL;
    let targets = [[left, top], [right, top], [left, bottom], [right, bottom]];
    [0, 1, 2, 3].map(|corner| pair(AUTHOR_CORNERS[corner], targets[corner]))
}

/// A longer list in the same code: the corners and a point between each two of them, clockwise.
///
/// Each point between lies in the middle of two corners in the picture *and* in the target, where
/// perspective would not leave it: see the figure `eight-points`.
pub const EIGHT: [Pair; 8] = [
    pair([450.0, 68.0], [364.0, 96.0]),
    pair([527.0, 99.0], [443.0, 96.0]),
    pair([603.0, 130.0], [522.0, 96.0]),
    pair([543.0, 312.0], [522.0, 253.0]),
    pair([483.0, 494.0], [522.0, 411.0]),
    pair([423.0, 443.0], [443.0, 411.0]),
    pair([363.0, 393.0], [364.0, 411.0]),
    pair([406.0, 230.0], [364.0, 253.0]),
];

const fn pair([x, y]: [f64; 2], [u, v]: [f64; 2]) -> Pair {
    Pair::new(Point::new(x, y), Point::new(u, v))
}

/// The homography of the four corners, from the picture to the target, in closed form: what
/// estimates are compared with.
pub fn truth() -> Homography {
    let matrix = picture_from_plane(LABEL, AUTHOR_CORNERS);
    Homography::new(matrix)
        .and_then(|map| map.inverse())
        .expect("the author's corners are those of a rectangle seen by a camera")
}
