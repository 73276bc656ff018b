//! Pictures from files: photographs, scans, whatever lies in a folder.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::error::DecodingError;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use ndarray::Array2;

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

/// Why a picture cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file or folder could not be read.
    #[error("cannot read {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The file is larger than [`MAX_PICTURE_BYTES`].
    #[error(
        "{} is larger than the {} MiB that are read",
        path.display(),
        MAX_PICTURE_BYTES / 1024 / 1024
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The picture has more than [`MAX_PIXELS`].
    #[error(
        "{}: expected at most {} megapixels, found a picture of {width}x{height}",
        path.display(),
        MAX_PIXELS / 1_000_000
    )]
    TooManyPixels {
        /// The file.
        path: PathBuf,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// The content is not a picture, whatever the name says.
    #[error("{}: expected a picture (PNG, JPEG, PGM, PPM or GIF), found something else", path.display())]
    NotAPicture {
        /// The file.
        path: PathBuf,
    },
    /// The picture is damaged, or of a kind that the decoder does not know.
    #[error("{} is a damaged picture", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the decoder met.
        source: ImageError,
    },
    /// A folder without pictures.
    #[error("{} holds no picture (PNG, JPEG, PGM, PPM or GIF), nor do its subfolders", path.display())]
    NoPictures {
        /// The folder.
        path: PathBuf,
    },
    /// A name from which no format follows.
    #[error("{}: expected a name that ends in .png, .jpg, .pgm or .ppm", path.display())]
    Extension {
        /// The file to be written.
        path: PathBuf,
    },
    /// The picture does not fit into the format.
    #[error("the picture cannot be written as {}", path.display())]
    Encode {
        /// The file to be written.
        path: PathBuf,
        /// What the encoder met.
        source: ImageError,
    },
}

/// Reads a PNG, JPEG, PGM, PPM or GIF (its first frame). The content decides the format, not the
/// name. Sizes are checked before pixels are decoded.
///
/// # Errors
/// See [`PictureError`]; each names the file.
pub fn read_picture(path: &Path) -> Result<PictureFile, PictureError> {
    let bytes = read_bounded(path)?;
    let image = decode(path, &bytes)?;
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

fn decode(path: &Path, bytes: &[u8]) -> Result<DynamicImage, PictureError> {
    let damaged = |source| PictureError::Damaged {
        path: path.to_path_buf(),
        source,
    };
    let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture {
        path: path.to_path_buf(),
    })?;
    if format == ImageFormat::Jpeg && !ends(bytes) {
        let reason = "the file ends before its picture does";
        let error = DecodingError::new(format.into(), reason);
        return Err(damaged(ImageError::Decoding(error)));
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOCATION);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels {
            path: path.to_path_buf(),
            width,
            height,
        });
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// Whether a JPEG has the marker of its end. The decoder does not ask: it makes what is missing
/// grey. In the data of a scan no FF is followed by D9, and what stands before the last scan, such
/// as a thumbnail, is not looked at.
fn ends(jpeg: &[u8]) -> bool {
    let place = |marker: u8| jpeg.windows(2).rposition(|pair| pair == [0xFF, marker]);
    match (place(0xDA), place(0xD9)) {
        (Some(scan), Some(end)) => end > scan,
        _ => false,
    }
}

/// The bytes of a picture in the format that the extension of `path` names; nothing is written.
///
/// Transparency is left out where the format has none. GIF is not offered: it would reduce a
/// photograph to 256 colours.
///
/// # Errors
/// An extension that names no format of ours, or a picture that the format cannot hold.
pub fn encode_picture(image: &DynamicImage, path: &Path) -> Result<Vec<u8>, PictureError> {
    let known = [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Pnm];
    let format = ImageFormat::from_path(path)
        .ok()
        .filter(|format| known.contains(format))
        .ok_or_else(|| PictureError::Extension {
            path: path.to_path_buf(),
        })?;
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
