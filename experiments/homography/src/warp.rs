//! Pictures through a homography: the post's two ways to move the pixels.
//!
//! [`push_forward`] sends each source pixel to where the homography maps it, the post's first
//! picture: where the map stretches, pixels of the target are missed and stay black. [`warp`]
//! goes the other way, the post's second picture: each target pixel is mapped back by the inverse
//! and reads the source there, between its pixels, by a [`Sampling`]. Nothing is missed.
//!
//! Coordinates are those of [`crate::point`]. A target pixel that comes from outside the source
//! picture is black, and transparent if the picture has an alpha channel. "Outside" is beyond the
//! squares of the outermost pixels, half a pixel around their centres; within, pixels beyond the
//! edge repeat those at the edge, so that a picture has no dark rim. (OpenCV's
//! `BORDER_CONSTANT`, its default, mixes the last half pixel with black; our filled pixels are
//! those of its `BORDER_REPLICATE`.)

mod band;
mod forward;
mod frame;
mod inverse;
mod mix;
mod positions;
mod reach;
mod sampling;
mod taps;

use image::{ImageBuffer, Luma, LumaA, Pixel, Rgb, Rgba};

pub use forward::{Pushed, push_forward};
pub use frame::{Frame, MAX_PIXELS};
pub use inverse::{warp, warp_picture};
pub use sampling::Sampling;

use crate::homography::HomographyError;

/// A picture of 8 bits a channel: `RgbImage`, `RgbaImage`, `GrayImage`, `GrayAlphaImage`.
pub type Picture<P> = ImageBuffer<P, Vec<u8>>;

/// A pixel of 8 bits a channel: grey or RGB, with an alpha channel or without.
pub trait Pixel8: Pixel<Subpixel = u8> + sealed::Sealed {}

mod sealed {
    /// Keeps out pixels with other numbers of channels, which [`super::warp`] does not know.
    pub trait Sealed {}
}

impl sealed::Sealed for Luma<u8> {}
impl sealed::Sealed for LumaA<u8> {}
impl sealed::Sealed for Rgb<u8> {}
impl sealed::Sealed for Rgba<u8> {}
impl<P: Pixel<Subpixel = u8> + sealed::Sealed> Pixel8 for P {}

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
