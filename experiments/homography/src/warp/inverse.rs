//! The post's second picture: each target pixel is mapped back and reads the source there.
//!
//! The work is done in [`super::band`]; here is what it is asked to do.

use image::DynamicImage;

use super::band::Map;
use super::taps::Source;
use crate::homography::Homography;
use crate::warp::{Frame, Picture, Pixel8, Sampling, WarpError};

/// Warps `picture` by `homography`, which maps its points to those of the target plane, and shows
/// the part of the target plane in `frame`.
///
/// Rows are computed in parallel; the result depends neither on the number of threads nor on the
/// processor. The one large allocation is the output. The part of a picture beyond the horizon,
/// if it has one, shows up where the inverse finds it, as in OpenCV.
///
/// # Errors
/// When the homography cannot be inverted.
pub fn warp<P: Pixel8>(
    picture: &Picture<P>,
    homography: &Homography,
    frame: Frame,
    sampling: Sampling,
) -> Result<Picture<P>, WarpError> {
    let inverse = homography.inverse()?;
    let mut target = Picture::new(frame.width(), frame.height());
    if picture.is_empty() {
        return Ok(target);
    }
    let map = Map {
        source: Source {
            bytes: picture.as_raw(),
            width: picture.width() as usize,
            height: picture.height() as usize,
        },
        inverse: *inverse.matrix(),
        frame,
        rounding: if sampling == Sampling::Nearest {
            0.5
        } else {
            0.0
        },
    };
    match P::CHANNEL_COUNT {
        1 => map.sample::<1, false>(sampling, &mut target),
        2 => map.sample::<2, true>(sampling, &mut target),
        3 => map.sample::<3, false>(sampling, &mut target),
        _ => map.sample::<4, true>(sampling, &mut target),
    }
    Ok(target)
}

/// [`warp`] for a picture whose pixel format is known at run time. Grey, RGB and both with alpha
/// keep their channels; 16 bits and floating point become 8 bits.
///
/// # Errors
/// As [`warp`].
pub fn warp_picture(
    picture: &DynamicImage,
    homography: &Homography,
    frame: Frame,
    sampling: Sampling,
) -> Result<DynamicImage, WarpError> {
    Ok(match picture {
        DynamicImage::ImageLuma8(grey) => warp(grey, homography, frame, sampling)?.into(),
        DynamicImage::ImageLumaA8(grey) => warp(grey, homography, frame, sampling)?.into(),
        DynamicImage::ImageRgb8(rgb) => warp(rgb, homography, frame, sampling)?.into(),
        DynamicImage::ImageRgba8(rgba) => warp(rgba, homography, frame, sampling)?.into(),
        other if !other.color().has_color() && !other.color().has_alpha() => {
            warp(&other.to_luma8(), homography, frame, sampling)?.into()
        }
        other if other.color().has_alpha() => {
            warp(&other.to_rgba8(), homography, frame, sampling)?.into()
        }
        other => warp(&other.to_rgb8(), homography, frame, sampling)?.into(),
    })
}
