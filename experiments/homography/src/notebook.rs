//! The author's notebook: the points read in the code that came with the post, the picture drawn
//! anew, and how far an estimated homography is from the true one on the label.
//!
//! The picture of the post is lost; what is left are the pixels at which the corners of the
//! notebook's label were. A camera was placed so that it sees them there, and the scene was drawn
//! the way a camera sees it, from each pixel back along its ray; the pictures are in `assets/`.

use image::RgbImage;
use rand::RngExt;
use rand_distr::{Distribution, Normal};
use retrace_data::stored_picture;
use retrace_lab::random::stream;

use crate::homography::{Homography, Matrix, Pair, Point};

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

/// The map from the plane to the picture, 3x3, that takes the corners of `rectangle` to `corners`.
///
/// A rectangle and the four pixels at which its corners are seen fix this map. Its closed form is
/// that of P. S. Heckbert, "Fundamentals of Texture Mapping and Image Warping" (1989), section
/// 2.2.3: no equations are solved, so the drawn picture owes nothing to the method that is tested
/// on it.
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

/// Half the width of the camera's noise, in grey values.
const SENSOR_NOISE: f64 = 4.0;

/// The picture of the notebook, 640 x 560 pixels.
pub fn photo() -> RgbImage {
    with_sensor_noise("notebook", include_bytes!("../assets/notebook.webp"))
}

/// The label as a camera straight above sees it, one pixel for one unit, without noise: what
/// rectifying the picture should give.
pub fn label_from_above() -> RgbImage {
    stored_picture(include_bytes!("../assets/label.webp"))
}

/// The same desk twice, 480 x 420 pixels, with everything in one plane, so that one homography
/// maps the first picture to the second: the twin of published pairs of pictures.
pub fn two_views() -> [RgbImage; 2] {
    let first: &[u8] = include_bytes!("../assets/first-view.webp");
    let second: &[u8] = include_bytes!("../assets/second-view.webp");
    [("first view", first), ("second view", second)]
        .map(|(sensor, webp)| with_sensor_noise(sensor, webp))
}

/// A stored picture with the noise of the sensor of this name, which is not stored: noise takes
/// more room than all the rest and cannot be compressed.
fn with_sensor_noise(sensor: &str, webp: &[u8]) -> RgbImage {
    let mut random = stream(0, &format!("sensor of {sensor}"), 0);
    let mut grain = || SENSOR_NOISE * (random.random::<f64>() - random.random::<f64>());
    let mut picture = stored_picture(webp);
    for value in picture.iter_mut() {
        // Near black and white the stored value has gone round, to come back here.
        *value = value.wrapping_add_signed(grain().round() as i8);
    }
    picture
}

/// Points along each side of the grid on which errors are averaged.
const GRID: u8 = 11;

/// Exact pairs on the label: its corners, then the middles of its sides, then points anywhere.
///
/// The middles are those of the label itself. In the picture they are not in the middle, which is
/// what the author's longer list overlooks.
pub struct Label {
    truth: Homography,
    back: Homography,
}

impl Label {
    /// The author's label, seen as in his picture.
    pub fn of_author() -> Self {
        let truth = truth();
        let back = truth.inverse().expect("it is an inverse itself");
        Self { truth, back }
    }

    /// The first `count` exact pairs; those anywhere are drawn from `random`.
    pub fn pairs(&self, count: usize, random: &mut impl RngExt) -> Vec<Pair> {
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)];
        let middles = [(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)];
        let fixed = corners.into_iter().chain(middles);
        let anywhere = std::iter::repeat_with(|| (random.random(), random.random()));
        let places = fixed.chain(anywhere).take(count);
        places.map(|place| self.pair_at(place)).collect()
    }

    /// The exact pair at a place on the label, 0 to 1 across and down.
    fn pair_at(&self, (across, down): (f64, f64)) -> Pair {
        let [left, top, right, bottom] = LABEL;
        let to = Point::new(left + across * (right - left), top + down * (bottom - top));
        let from = self.back.apply(to);
        Pair::new(from.expect("the camera sees all of the label"), to)
    }

    /// Mean distance over the label, in pixels of the target, between where `estimate` and where
    /// the true homography send what the picture shows there.
    pub fn mean_error(&self, estimate: &Homography) -> Option<f64> {
        let share = |step: u8| f64::from(step) / f64::from(GRID - 1);
        let mut sum = 0.0;
        for row in 0..GRID {
            for column in 0..GRID {
                let pair = self.pair_at((share(column), share(row)));
                sum += estimate.apply(pair.from)?.distance(pair.to);
            }
        }
        let mean = sum / (f64::from(GRID) * f64::from(GRID));
        mean.is_finite().then_some(mean)
    }

    /// The homography that is sought.
    pub fn truth(&self) -> &Homography {
        &self.truth
    }
}

/// The pairs with normal noise of this standard deviation in both coordinates of their sources;
/// targets are chosen, not measured, and stay exact.
pub fn with_noise(pairs: &[Pair], deviation: f64, random: &mut impl RngExt) -> Vec<Pair> {
    let normal = Normal::new(0.0, 1.0).expect("one is a standard deviation");
    let mut noisy = |value: f64| value + deviation * normal.sample(random);
    let source = |pair: &Pair| Point::new(noisy(pair.from.x), noisy(pair.from.y));
    let sources = pairs.iter().map(source).zip(pairs);
    sources
        .map(|(from, pair)| Pair::new(from, pair.to))
        .collect()
}
