//! Pictures from files: photographs, scans, whatever lies in a folder.

mod error;
mod jpeg;

use std::io::Cursor;
use std::path::Path;

use image::error::DecodingError;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use ndarray::Array2;

pub use error::PictureError;

use crate::bounded;

/// The largest file that is read.
pub const MAX_PICTURE_BYTES: u64 = 256 * 1024 * 1024;
/// The largest picture that is decoded: five times what a camera of 24 megapixels gives.
pub const MAX_PIXELS: u64 = 128 * 1024 * 1024;
/// What a decoder may allocate: [`MAX_PIXELS`] of the widest pixel, four channels of 16 bits.
const MAX_ALLOCATION: u64 = MAX_PIXELS * 8;

/// A decoded picture.
#[derive(Debug, Clone)]
pub struct PictureFile {
    /// The picture, turned upright as its EXIF tag asks, as viewers show it.
    pub image: DynamicImage,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// Reads a PNG, JPEG, PGM, PPM or GIF (its first frame). The content decides the format, not the
/// name. Sizes are checked before pixels are decoded.
///
/// # Errors
/// See [`PictureError`]; each names the file.
pub fn read_picture(path: &Path) -> Result<PictureFile, PictureError> {
    read_picture_up_to(path, MAX_PIXELS)
}

/// The same for pictures of at most `limit` pixels; above [`MAX_PIXELS`], which a caller cannot
/// raise, none is decoded.
///
/// # Errors
/// As [`read_picture`].
pub fn read_picture_up_to(path: &Path, limit: u64) -> Result<PictureFile, PictureError> {
    let bytes = read_bounded(path)?;
    let image = decode(path, &bytes, limit.min(MAX_PIXELS))?;
    Ok(PictureFile {
        image,
        sha256: bounded::sha256(&bytes),
    })
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, PictureError> {
    let read = bounded::read(path, MAX_PICTURE_BYTES).map_err(|source| PictureError::Io {
        path: path.to_path_buf(),
        source,
    })?;
    read.ok_or_else(|| PictureError::TooLarge {
        path: path.to_path_buf(),
    })
}

fn decode(path: &Path, bytes: &[u8], limit: u64) -> Result<DynamicImage, PictureError> {
    let damaged = |source| PictureError::Damaged {
        path: path.to_path_buf(),
        source,
    };
    let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture {
        path: path.to_path_buf(),
    })?;
    if format == ImageFormat::Jpeg {
        if !jpeg::ends(bytes) {
            let reason = "the file ends before its picture does";
            let error = DecodingError::new(format.into(), reason);
            return Err(damaged(ImageError::Decoding(error)));
        }
        if jpeg::is_unmarked_cmyk(bytes) {
            let path = path.to_path_buf();
            return Err(PictureError::UnmarkedCmyk { path });
        }
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOCATION);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limit {
        return Err(PictureError::TooManyPixels {
            path: path.to_path_buf(),
            limit,
            width,
            height,
        });
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// The bytes of a picture in the format that the extension of `path` names; nothing is written.
///
/// Transparency is left out where the format has none. GIF is not offered: it would reduce a
/// photograph to 256 colours.
///
/// # Errors
/// An extension that names no format of ours, or a picture that the format cannot hold.
pub fn encode_picture(image: &DynamicImage, path: &Path) -> Result<Vec<u8>, PictureError> {
    let format = format_of(path)?;
    let mut bytes = Cursor::new(Vec::new());
    let opaque =
        matches!(format, ImageFormat::Jpeg | ImageFormat::Pnm) && image.color().has_alpha();
    let written = if opaque && image.color().has_color() {
        DynamicImage::from(image.to_rgb8()).write_to(&mut bytes, format)
    } else if opaque {
        DynamicImage::from(image.to_luma8()).write_to(&mut bytes, format)
    } else {
        image.write_to(&mut bytes, format)
    };
    written.map_err(|source| PictureError::Encode {
        path: path.to_path_buf(),
        source,
    })?;
    Ok(bytes.into_inner())
}

/// Says whether [`encode_picture`] knows the extension of `path`, before there is a picture.
///
/// # Errors
/// An extension that names no format of ours.
pub fn check_extension(path: &Path) -> Result<(), PictureError> {
    format_of(path).map(|_| ())
}

fn format_of(path: &Path) -> Result<ImageFormat, PictureError> {
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Pnm];
    ImageFormat::from_path(path)
        .ok()
        .filter(|format| known.contains(format))
        .ok_or_else(|| PictureError::Extension {
            path: path.to_path_buf(),
        })
}

/// Grey values 0 to 255, rows x columns; transparency is ignored.
///
/// Colours become grey by the weights of ITU-R BT.601, `0.299 R + 0.587 G + 0.114 B`, as Matlab's
/// `rgb2gray` and `OpenCV` do, and are not rounded. Pictures of 16 bits keep their precision.
#[must_use]
pub fn grey(image: &DynamicImage) -> Array2<f64> {
    let colour = image.color();
    let deep = colour.bytes_per_pixel() > colour.channel_count();
    let luma = |[r, g, b]: [f64; 3]| 0.299 * r + 0.587 * g + 0.114 * b;
    let values: Vec<f64> = match (colour.has_color(), deep) {
        (false, false) => image.to_luma8().iter().copied().map(f64::from).collect(),
        (false, true) => {
            let pixels = image.to_luma16();
            pixels.iter().map(|&v| f64::from(v) / 257.0).collect()
        }
        (true, false) => {
            let pixels = image.to_rgb8();
            pixels.pixels().map(|p| luma(p.0.map(f64::from))).collect()
        }
        (true, true) => {
            let pixels = image.to_rgb16();
            let scaled = |v| f64::from(v) / 257.0;
            pixels.pixels().map(|p| luma(p.0.map(scaled))).collect()
        }
    };
    Array2::from_shape_vec((image.height() as usize, image.width() as usize), values)
        .expect("a picture has one value for each of its pixels")
}
