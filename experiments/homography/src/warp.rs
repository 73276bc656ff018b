//! Pictures through a homography: the post's two ways to move the pixels.
//!
//! [`push_forward`] sends each source pixel to where the homography maps it, the post's first
//! picture: where the map stretches, pixels of the target are missed and stay black. [`warp`]
//! goes the other way, the post's second picture: each target pixel is mapped back by the inverse
//! and reads the source there, between its pixels, by a [`Sampling`]. Nothing is missed.
//!
//! Coordinates are those of [`Point`]. A target pixel that comes from outside the source
//! picture is black, and transparent if the picture has an alpha channel. "Outside" is beyond the
//! squares of the outermost pixels, half a pixel around their centres; within, pixels beyond the
//! edge repeat those at the edge, so that a picture has no dark rim. (OpenCV's
//! `BORDER_CONSTANT`, its default, mixes the last half pixel with black; our filled pixels are
//! those of its `BORDER_REPLICATE`.)

mod read;

use std::fmt::Debug;

use clap::ValueEnum;
use image::{DynamicImage, GrayImage, ImageBuffer, Luma, LumaA, Pixel, Primitive, Rgb, Rgba};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::homography::{Homography, HomographyError, Point};
use read::Source;

/// A picture of [`PlainPixel`]s: `RgbImage`, `RgbaImage`, `GrayImage`, ... and those of 16 bits.
pub type Picture<P> = ImageBuffer<P, Vec<<P as Pixel>::Subpixel>>;

/// What a channel of a pixel holds: 8 or 16 bits.
pub trait Level: Primitive + Debug + Send + Sync {
    /// The largest value.
    const MOST: f32;

    /// The value as a number.
    fn number(self) -> f32;

    /// The nearest value; halves go to the even one.
    fn nearest(number: f32) -> Self;
}

/// Added to a number from 0 to 2^22, this leaves its nearest whole number in the lowest bits.
const ROUNDER: f32 = 8_388_608.0;

impl Level for u8 {
    const MOST: f32 = 255.0;

    // Through i32: processors convert signed numbers faster.
    #[inline(always)]
    fn number(self) -> f32 {
        i32::from(self) as f32
    }

    #[inline(always)]
    fn nearest(number: f32) -> Self {
        (number.clamp(0.0, Self::MOST) + ROUNDER).to_bits() as Self
    }
}

impl Level for u16 {
    const MOST: f32 = 65535.0;

    #[inline(always)]
    fn number(self) -> f32 {
        i32::from(self) as f32
    }

    #[inline(always)]
    fn nearest(number: f32) -> Self {
        (number.clamp(0.0, Self::MOST) + ROUNDER).to_bits() as Self
    }
}

/// A pixel of 8 or 16 bits a channel: grey or RGB, with an alpha channel or without. [`warp`] knows
/// no others.
pub trait PlainPixel: Pixel<Subpixel: Level> {}

impl<L: Level> PlainPixel for Luma<L> where Self: Pixel<Subpixel = L> {}
impl<L: Level> PlainPixel for LumaA<L> where Self: Pixel<Subpixel = L> {}
impl<L: Level> PlainPixel for Rgb<L> where Self: Pixel<Subpixel = L> {}
impl<L: Level> PlainPixel for Rgba<L> where Self: Pixel<Subpixel = L> {}

/// Why a picture cannot be warped.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WarpError {
    /// The horizon passes through the picture.
    #[error(
        "the horizon of this homography passes through the picture, so the mapped picture would \
         be infinitely large: choose the part to draw (a frame or a size), or crop the source"
    )]
    Horizon,
    /// The output would have too many pixels.
    #[error(
        "the output would be {width} x {height} pixels, more than the {} million that are drawn: \
         choose a smaller frame or size",
        MAX_PIXELS / 1_000_000
    )]
    TooLarge {
        /// Columns.
        width: f64,
        /// Rows.
        height: f64,
    },
    /// A frame without pixels.
    #[error("a picture of {width} x {height} pixels is empty: expected at least one pixel")]
    Empty {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The homography has no inverse to map back with.
    #[error("the target pixels cannot be mapped back")]
    NoInverse(#[from] HomographyError),
}

/// How a picture is read at a point between the centres of its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sampling {
    /// The pixel whose coordinates are those of the point with the fraction cut off, as in the
    /// post. The picture moves right and down by half a pixel on average.
    Truncated,
    /// The pixel with the nearest centre; halves go right and down.
    Nearest,
    /// The four pixels around the point, weighted linearly in x and in y.
    Bilinear,
    /// The sixteen pixels around it, by cubic convolution (Keys 1981) with a = -0.75.
    Bicubic,
}

impl Sampling {
    /// All of them, from the post's own to the smoothest.
    pub const ALL: [Self; 4] = [
        Self::Truncated,
        Self::Nearest,
        Self::Bilinear,
        Self::Bicubic,
    ];
}

/// Warps `picture` by `homography`, which maps its points to those of the target plane, and shows
/// the part of the target plane in `frame`.
///
/// Rows are computed in parallel; the result depends neither on the number of threads nor on the
/// processor. The one large allocation is the output. The part of a picture beyond the horizon,
/// if it has one, shows up where the inverse finds it, as in OpenCV.
///
/// # Errors
/// When the homography cannot be inverted.
pub fn warp<P: PlainPixel>(
    picture: &Picture<P>,
    homography: &Homography,
    frame: Frame,
    sampling: Sampling,
) -> Result<Picture<P>, WarpError> {
    let inverse = homography.inverse()?;
    let mut target = Picture::<P>::new(frame.width(), frame.height());
    if picture.is_empty() {
        return Ok(target);
    }
    match P::CHANNEL_COUNT {
        1 => fill::<P, 1>(picture, &inverse, frame, sampling, &mut target),
        2 => fill::<P, 2>(picture, &inverse, frame, sampling, &mut target),
        3 => fill::<P, 3>(picture, &inverse, frame, sampling, &mut target),
        _ => fill::<P, 4>(picture, &inverse, frame, sampling, &mut target),
    }
    Ok(target)
}

/// Fills a black target with pixels of so many channels.
fn fill<P: PlainPixel, const CHANNELS: usize>(
    picture: &Picture<P>,
    inverse: &Homography,
    frame: Frame,
    sampling: Sampling,
    target: &mut Picture<P>,
) {
    let source = Source::<_, CHANNELS>::new(picture);
    let row_length = frame.width() as usize * CHANNELS;
    let rows = target.par_chunks_mut(row_length).enumerate();
    rows.for_each(|(row, pixels)| {
        let (pixels, _) = pixels.as_chunks_mut();
        for (column, pixel) in pixels.iter_mut().enumerate() {
            let [u, v, w] = inverse.homogeneous(frame.point_at(column as u32, row as u32));
            // One division for two coordinates: it is the slowest operation of all.
            let divided = 1.0 / w;
            let place = Point::new(u * divided, v * divided);
            if source.covers(place) {
                *pixel = source.read(place, sampling);
            }
        }
    });
}

/// [`warp`] for a picture whose pixel format is known at run time. Grey, RGB and both with alpha
/// keep their channels and their 8 or 16 bits; floating point becomes 16 bits.
///
/// # Errors
/// As [`warp`].
pub fn warp_picture(
    picture: &DynamicImage,
    homography: &Homography,
    frame: Frame,
    sampling: Sampling,
) -> Result<DynamicImage, WarpError> {
    use DynamicImage as D;
    Ok(match picture {
        D::ImageLuma8(grey) => warp(grey, homography, frame, sampling)?.into(),
        D::ImageLumaA8(grey) => warp(grey, homography, frame, sampling)?.into(),
        D::ImageRgb8(rgb) => warp(rgb, homography, frame, sampling)?.into(),
        D::ImageRgba8(rgba) => warp(rgba, homography, frame, sampling)?.into(),
        D::ImageLuma16(grey) => warp(grey, homography, frame, sampling)?.into(),
        D::ImageLumaA16(grey) => warp(grey, homography, frame, sampling)?.into(),
        D::ImageRgb16(rgb) => warp(rgb, homography, frame, sampling)?.into(),
        D::ImageRgba16(rgba) => warp(rgba, homography, frame, sampling)?.into(),
        other if other.color().has_alpha() => {
            warp(&other.to_rgba16(), homography, frame, sampling)?.into()
        }
        other => warp(&other.to_rgb16(), homography, frame, sampling)?.into(),
    })
}

/// A picture whose pixels were pushed forward.
#[derive(Debug, Clone, PartialEq)]
pub struct Pushed<P: PlainPixel> {
    /// The frame, black (and transparent) where no pixel landed.
    pub picture: Picture<P>,
    /// 255 where no pixel landed although the source picture covers the place: the post's "empty
    /// pixels". 0 elsewhere. As large as the frame.
    pub holes: GrayImage,
    /// Pixels of the frame on which at least one pixel landed.
    pub filled: u64,
    /// Source pixels that landed on an occupied place, and replaced what was there.
    pub collisions: u64,
}

impl<P: PlainPixel> Pushed<P> {
    /// Number of holes.
    pub fn hole_count(&self) -> u64 {
        let holes = self.holes.pixels();
        holes.map(|Luma([value])| u64::from(*value == 255)).sum()
    }
}

/// Pushes each pixel of `picture` to the nearest pixel of where `homography` maps its centre.
///
/// Pixels go in the order of their rows; where two land on one place the later one stays. What
/// lands outside the frame is dropped.
///
/// # Errors
/// When the homography cannot be inverted, which finding the holes needs.
pub fn push_forward<P: PlainPixel>(
    picture: &Picture<P>,
    homography: &Homography,
    frame: Frame,
) -> Result<Pushed<P>, WarpError> {
    let inverse = homography.inverse()?;
    let is_covered = |x, y| frame.shows(&inverse, picture.dimensions(), (x, y));
    let holes = GrayImage::from_fn(frame.width(), frame.height(), |x, y| {
        Luma([if is_covered(x, y) { 255 } else { 0 }])
    });
    let mut pushed = Pushed {
        picture: Picture::<P>::new(frame.width(), frame.height()),
        holes,
        filled: 0,
        collisions: 0,
    };
    let mut occupied = vec![false; pushed.holes.len()];
    for (column, row, pixel) in picture.enumerate_pixels() {
        let centre = Point::new(f64::from(column), f64::from(row));
        let mapped = homography.apply(centre);
        let Some((x, y)) = mapped.and_then(|point| frame.pixel_at(point)) else {
            continue;
        };
        pushed.picture.put_pixel(x, y, *pixel);
        pushed.holes.put_pixel(x, y, Luma([0]));
        let place = &mut occupied[y as usize * frame.width() as usize + x as usize];
        pushed.collisions += u64::from(*place);
        pushed.filled += u64::from(!*place);
        *place = true;
    }
    Ok(pushed)
}

/// The most pixels that a frame may hold, as many as a picture that is read. As RGBA they take
/// half a gigabyte.
pub const MAX_PIXELS: u64 = retrace_data::MAX_PIXELS;

/// A pixel's centre this near to a border lies on it.
const ROUNDING: f64 = 1e-6;
/// The horizon counts as passing through the picture when a corner's third coordinate is less
/// than this share of another corner's: such a corner is mapped a million pictures away.
const HORIZON: f64 = 1e-6;

/// The part of the target plane that a warped picture shows: a rectangle of whole pixels; see
/// [`Point`] for the coordinates.
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

    /// The point of the target plane that the centre of a pixel in this column and row shows.
    pub fn point_at(&self, column: u32, row: u32) -> Point {
        Point::new(
            f64::from(column) + f64::from(self.left),
            f64::from(row) + f64::from(self.top),
        )
    }

    /// The column and row of the pixel on which a point of the target plane lies.
    pub fn pixel_at(&self, point: Point) -> Option<(u32, u32)> {
        let x = (point.x - f64::from(self.left) + 0.5).floor();
        let y = (point.y - f64::from(self.top) + 0.5).floor();
        let inside =
            (0.0..f64::from(self.width)).contains(&x) && (0.0..f64::from(self.height)).contains(&y);
        inside.then_some((x as u32, y as u32))
    }

    /// Whether the centre of a pixel comes from within a source picture of this width and height,
    /// when `inverse` maps back.
    pub fn shows(
        &self,
        inverse: &Homography,
        (width, height): (u32, u32),
        (column, row): (u32, u32),
    ) -> bool {
        let source = inverse.apply(self.point_at(column, row));
        source.is_some_and(|source| {
            (-0.5..f64::from(width) - 0.5).contains(&source.x)
                && (-0.5..f64::from(height) - 0.5).contains(&source.y)
        })
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
