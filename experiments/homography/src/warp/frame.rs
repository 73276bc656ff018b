//! The frame: which part of the target plane a warped picture shows.

use crate::homography::Homography;
use crate::point::Point;
use crate::warp::WarpError;

/// The most pixels that a frame may hold, as many as a picture that is read. As RGBA they take
/// half a gigabyte.
pub const MAX_PIXELS: u64 = retrace_data::MAX_PIXELS;

/// A pixel's centre this near to a border lies on it.
const ROUNDING: f64 = 1e-6;
/// The horizon counts as passing through the picture when a corner's third coordinate is less
/// than this share of another corner's: such a corner is mapped a million pictures away.
const HORIZON: f64 = 1e-6;

/// A rectangle of whole pixels in the target plane; see [`crate::point`] for the coordinates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    left: i32,
    top: i32,
    width: u32,
    height: u32,
}

impl Frame {
    /// The frame whose top-left pixel has its centre at (`left`, `top`).
    ///
    /// # Errors
    /// When it is empty or has more than [`MAX_PIXELS`] pixels.
    pub fn new(left: i32, top: i32, width: u32, height: u32) -> Result<Self, WarpError> {
        if width == 0 || height == 0 {
            return Err(WarpError::Empty { width, height });
        }
        if u64::from(width) * u64::from(height) > MAX_PIXELS {
            let (width, height) = (f64::from(width), f64::from(height));
            return Err(WarpError::TooLarge { width, height });
        }
        Ok(Self {
            left,
            top,
            width,
            height,
        })
    }

    /// The frame of a picture of `width` x `height` pixels that stays where it is.
    ///
    /// # Errors
    /// As [`Frame::new`].
    pub fn of_size(width: u32, height: u32) -> Result<Self, WarpError> {
        Self::new(0, 0, width, height)
    }

    /// The least frame that shows all of a mapped picture of `width` x `height` pixels: those
    /// pixels whose centres lie in the rectangle around its four mapped corners, at least one.
    ///
    /// # Errors
    /// [`WarpError::Horizon`] when part of the picture is mapped to infinity, and as
    /// [`Frame::new`].
    pub fn of_mapped(homography: &Homography, width: u32, height: u32) -> Result<Self, WarpError> {
        let corners = mapped_corners(homography, width, height)?;
        // Centres on the border itself are left out.
        Self::between(&corners, ROUNDING)
    }

    /// The least frame that shows all `points` (at least one, all finite): those pixels whose
    /// centres lie in the rectangle around them or on its border.
    ///
    /// # Errors
    /// As [`Frame::new`].
    pub fn around(points: &[Point]) -> Result<Self, WarpError> {
        Self::between(points, -ROUNDING)
    }

    /// The pixels whose centres lie in the rectangle around the points and at least `margin`
    /// within its border.
    fn between(points: &[Point], margin: f64) -> Result<Self, WarpError> {
        let (left, columns) = whole_pixels(points.iter().map(|point| point.x), margin);
        let (top, rows) = whole_pixels(points.iter().map(|point| point.y), margin);
        let fits = |start: f64, count: f64| {
            start >= f64::from(i32::MIN) && start + count <= f64::from(i32::MAX)
        };
        if columns * rows > MAX_PIXELS as f64 || !fits(left, columns) || !fits(top, rows) {
            let (width, height) = (columns, rows);
            return Err(WarpError::TooLarge { width, height });
        }
        Self::new(left as i32, top as i32, columns as u32, rows as u32)
    }

    /// The column of the target plane that the leftmost pixels show.
    pub const fn left(&self) -> i32 {
        self.left
    }

    /// The row of the target plane that the topmost pixels show.
    pub const fn top(&self) -> i32 {
        self.top
    }

    /// Columns of pixels.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows of pixels.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// A point of the target plane as seen from the frame's top-left pixel.
    pub fn seen(&self, point: Point) -> Point {
        Point::new(
            point.x - f64::from(self.left),
            point.y - f64::from(self.top),
        )
    }
}

/// Where the four corners of the picture go: of its pixels' squares, half a pixel outside the
/// centres.
fn mapped_corners(
    homography: &Homography,
    width: u32,
    height: u32,
) -> Result<[Point; 4], WarpError> {
    let (right, bottom) = (f64::from(width) - 0.5, f64::from(height) - 0.5);
    let corners = [
        Point::new(-0.5, -0.5),
        Point::new(right, -0.5),
        Point::new(right, bottom),
        Point::new(-0.5, bottom),
    ]
    .map(|corner| homography.homogeneous(corner));
    // The third number is linear in x and y: when it has one sign in the corners, it has that
    // sign in all of the picture, and nothing of it is mapped to infinity.
    let thirds = corners.map(|[_, _, w]| w * corners[0][2].signum());
    let least = thirds.iter().copied().fold(f64::INFINITY, f64::min);
    let most = thirds.iter().copied().fold(0.0, f64::max);
    if least <= HORIZON * most {
        return Err(WarpError::Horizon);
    }
    Ok(corners.map(|[u, v, w]| Point::new(u / w, v / w)))
}

/// The first whole number between the least and the greatest coordinate, and how many there are,
/// at least one.
fn whole_pixels(coordinates: impl Iterator<Item = f64> + Clone, margin: f64) -> (f64, f64) {
    let least = coordinates.clone().fold(f64::INFINITY, f64::min);
    let most = coordinates.fold(f64::NEG_INFINITY, f64::max);
    let (first, last) = ((least + margin).ceil(), (most - margin).floor());
    if last < first {
        return (((least + most) / 2.0).round(), 1.0);
    }
    (first, last - first + 1.0)
}
