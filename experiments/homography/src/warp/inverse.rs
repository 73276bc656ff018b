//! The post's second picture: each target pixel is mapped back and reads the source there.

use image::DynamicImage;
use rayon::prelude::*;

use crate::homography::{Homography, Matrix};
use crate::warp::sampling::cubic_weights;
use crate::warp::{Frame, Picture, Pixel8, Sampling, WarpError};

/// Warps `picture` by `homography`, which maps its points to those of the target plane, and shows
/// the part of the target plane in `frame`.
///
/// Rows are computed in parallel; the result does not depend on the number of threads. The one
/// large allocation is the output. The part of a picture beyond the horizon, if it has one, shows
/// up where the inverse finds it, as in OpenCV.
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
    let source = Source {
        bytes: picture.as_raw(),
        width: picture.width() as usize,
        height: picture.height() as usize,
        channels: usize::from(P::CHANNEL_COUNT),
        alpha: P::HAS_ALPHA,
    };
    let bytes = frame.width() as usize * source.channels;
    let rows: &mut [u8] = &mut target;
    rows.par_chunks_exact_mut(bytes)
        .enumerate()
        .for_each(|(row, pixels)| {
            source.fill_row(pixels, row, inverse.matrix(), frame, sampling);
        });
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
        other if other.color().has_alpha() => {
            warp(&other.to_rgba8(), homography, frame, sampling)?.into()
        }
        other => warp(&other.to_rgb8(), homography, frame, sampling)?.into(),
    })
}

/// The picture that is read.
struct Source<'a> {
    bytes: &'a [u8],
    width: usize,
    height: usize,
    channels: usize,
    alpha: bool,
}

impl Source<'_> {
    fn fill_row(
        &self,
        pixels: &mut [u8],
        row: usize,
        inverse: &Matrix,
        frame: Frame,
        sampling: Sampling,
    ) {
        let y = row as f64 + f64::from(frame.top());
        for (column, pixel) in pixels.chunks_exact_mut(self.channels).enumerate() {
            let x = column as f64 + f64::from(frame.left());
            let [u, v, w] = inverse.map(|[a, b, c]| a * x + b * y + c);
            self.read(pixel, u / w, v / w, sampling);
        }
    }

    fn read(&self, pixel: &mut [u8], x: f64, y: f64, sampling: Sampling) {
        let inside = (-0.5..self.width as f64 - 0.5).contains(&x)
            && (-0.5..self.height as f64 - 0.5).contains(&y);
        if !inside {
            return;
        }
        match sampling {
            Sampling::Truncated => pixel.copy_from_slice(self.at(x.trunc(), y.trunc())),
            Sampling::Nearest => {
                pixel.copy_from_slice(self.at((x + 0.5).floor(), (y + 0.5).floor()));
            }
            Sampling::Bilinear => {
                let (s, t) = ((x - x.floor()) as f32, (y - y.floor()) as f32);
                self.mix(pixel, (x.floor(), y.floor()), &[1.0 - s, s], &[1.0 - t, t]);
            }
            Sampling::Bicubic => {
                let (s, t) = ((x - x.floor()) as f32, (y - y.floor()) as f32);
                let start = (x.floor() - 1.0, y.floor() - 1.0);
                self.mix(pixel, start, &cubic_weights(s), &cubic_weights(t));
            }
        }
    }

    /// The pixel at a whole position, or the one at the edge nearest to it.
    fn at(&self, x: f64, y: f64) -> &[u8] {
        let column = (x.max(0.0) as usize).min(self.width - 1);
        let row = (y.max(0.0) as usize).min(self.height - 1);
        let start = (row * self.width + column) * self.channels;
        &self.bytes[start..start + self.channels]
    }

    /// The weighted mean of a block of pixels that begins at `start`.
    fn mix(&self, pixel: &mut [u8], start: (f64, f64), columns: &[f32], rows: &[f32]) {
        let mut sum = [0.0_f32; 4];
        let mut opaque = [0.0_f32; 4];
        for (row, down) in (0_u8..).zip(rows) {
            for (column, right) in (0_u8..).zip(columns) {
                let weight = down * right;
                let taken = self.at(start.0 + f64::from(column), start.1 + f64::from(row));
                let last = f32::from(*taken.last().unwrap_or(&0));
                for ((sum, opaque), value) in sum.iter_mut().zip(&mut opaque).zip(taken) {
                    *sum += weight * f32::from(*value);
                    *opaque += weight * f32::from(*value) * last;
                }
            }
        }
        let channels = self.channels;
        if self.alpha && sum[channels - 1] > 0.0 {
            // A colour counts by how opaque it is, or clear pixels would stain their neighbours.
            for channel in 0..channels - 1 {
                sum[channel] = opaque[channel] / sum[channels - 1];
            }
        }
        for (pixel, sum) in pixel.iter_mut().zip(sum) {
            *pixel = (sum + 0.5) as u8;
        }
    }
}
