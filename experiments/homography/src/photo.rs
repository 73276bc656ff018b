//! The author's picture, drawn anew: a small notebook on a desk, seen at an angle.
//!
//! The picture of the post is lost; what is left are the pixels at which the corners of the
//! notebook's label were. A camera was placed so that it sees them there, and the scene was drawn
//! the way a camera sees it, from each pixel back along its ray; the pictures are in `assets/`.
//!
//! A rectangle and the four pixels at which its corners are seen fix the map from the plane to
//! the picture. Its closed form is that of P. S. Heckbert, "Fundamentals of Texture Mapping and
//! Image Warping" (1989), section 2.2.3: no equations are solved, so the drawn picture owes
//! nothing to the method that is tested on it.

use image::RgbImage;
use rand::RngExt;
use retrace_data::stored_picture;
use retrace_lab::random::stream;

use crate::homography::Matrix;

/// An upright rectangle of the plane: left, top, right, bottom.
pub type Rectangle = [f64; 4];

/// Four corners: top left, top right, bottom left, bottom right.
pub type Corners = [[f64; 2]; 4];

/// The label on the plane: the author's four target points are its corners.
pub const LABEL: Rectangle = [386.0, 78.0, 552.0, 453.0];

// Deviation: the author's photo is lost, and so are its size and what else it showed.
/// Pixels (column, row) of the label's corners in the author's picture: top left, top right,
/// bottom left, bottom right.
pub const AUTHOR_CORNERS: Corners = [
    [448.0, 67.0],
    [602.0, 129.0],
    [362.0, 392.0],
    [483.0, 494.0],
];

/// Pixels of the label's corners in two other pictures of it.
pub const TWO_VIEWS: [Corners; 2] = [
    [[190.0, 72.6], [315.6, 73.7], [155.5, 359.3], [297.6, 370.2]],
    [
        [198.6, 84.3],
        [309.3, 122.9],
        [111.7, 315.2],
        [255.3, 361.4],
    ],
];

/// Half the width of the camera's noise, in grey values.
const NOISE: f64 = 4.0;

/// The picture of the notebook, 640 x 560 pixels.
pub fn notebook() -> RgbImage {
    photo("notebook", include_bytes!("../assets/notebook.webp"))
}

/// The label as a camera straight above sees it, one pixel for one unit, without noise: what
/// rectifying the picture should give.
pub fn label_from_above() -> RgbImage {
    stored_picture(include_bytes!("../assets/label.webp"))
}

/// The same desk twice, 480 x 420 pixels, with everything in one plane, so that one homography
/// maps the first picture to the second: the twin of published pairs of pictures.
pub fn two_views() -> [RgbImage; 2] {
    [
        photo(
            "first view",
            include_bytes!("../assets/first-view.webp").as_slice(),
        ),
        photo(
            "second view",
            include_bytes!("../assets/second-view.webp").as_slice(),
        ),
    ]
}

/// A stored picture with the noise of the sensor of this name, which is not stored: noise takes
/// more room than all the rest and cannot be compressed.
fn photo(sensor: &str, webp: &[u8]) -> RgbImage {
    let mut random = stream(0, &format!("sensor of {sensor}"), 0);
    let mut grain = || NOISE * (random.random::<f64>() - random.random::<f64>());
    let mut picture = stored_picture(webp);
    for value in picture.iter_mut() {
        // Near black and white the stored value has gone round, to come back here.
        *value = value.wrapping_add_signed(grain().round() as i8);
    }
    picture
}

/// The map from the plane to the picture, 3x3, that takes the corners of `rectangle` to `corners`.
pub fn picture_from_plane(rectangle: Rectangle, corners: Corners) -> Matrix {
    let [left, top, right, bottom] = rectangle;
    let (across, down) = (right - left, bottom - top);
    let unit = from_unit_square(corners);
    unit.map(|[a, b, c]| {
        let (a, b) = (a / across, b / down);
        [a, b, c - a * left - b * top]
    })
}

/// Heckbert's closed form: the unit square to four corners.
fn from_unit_square([p0, p1, p3, p2]: Corners) -> Matrix {
    let difference = |a: [f64; 2], b: [f64; 2]| [a[0] - b[0], a[1] - b[1]];
    let area = |a: [f64; 2], b: [f64; 2]| a[0] * b[1] - a[1] * b[0];
    let (d1, d2) = (difference(p1, p2), difference(p3, p2));
    let sum = [0, 1].map(|axis| p0[axis] - p1[axis] + p2[axis] - p3[axis]);
    let g = area(sum, d2) / area(d1, d2);
    let h = area(d1, sum) / area(d1, d2);
    let row = |i: usize| {
        let (a, b) = (p1[i] - p0[i] + g * p1[i], p3[i] - p0[i] + h * p3[i]);
        [a, b, p0[i]]
    };
    [row(0), row(1), [g, h, 1.0]]
}
