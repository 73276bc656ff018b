//! Pictures from files: photographs, scans, whatever lies in a folder; and the files in a folder.

mod folder;
mod jpeg;
mod kind;
mod profile;

use std::borrow::Cow;
use std::io::{self, Cursor};
use std::path::{Path, PathBuf};

use image::error::DecodingError;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use ndarray::Array2;

use crate::bounded;
use crate::name::shown;
pub use folder::{PictureFolder, picture_files, picture_files_below};
pub use kind::PICTURE_FORMATS;
use kind::{Kind, kind_of, tiff_profile};

/// The largest file that is read.
pub const MAX_PICTURE_BYTES: u64 = 256 * 1024 * 1024;
/// The largest picture that is decoded: five times what a camera of 24 megapixels gives.
pub const MAX_PIXELS: u64 = 128 * 1024 * 1024;
/// What a decoder may allocate for a pixel, of four channels of 16 bits, and beside the pixels.
const MAX_ALLOCATION: (u64, u64) = (8, 16 << 20);

/// A decoded picture.
#[derive(Debug, Clone)]
pub struct PictureFile {
    /// The picture, turned upright as its EXIF tag asks, as viewers show it.
    pub image: DynamicImage,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    /// What whoever uses the picture should know of it: sentences that name the file.
    pub notes: Vec<String>,
}

impl PictureFile {
    /// What to say where values of 16 bits become values of 8, if they do.
    #[must_use]
    pub fn depth_note(&self, path: &Path) -> Option<String> {
        let sentence = "its 16 bits per channel are reduced to 8";
        is_deep(&self.image).then(|| format!("{}: {sentence}", shown(path)))
    }
}

/// Whether a picture has more than eight bits per channel.
pub fn is_deep(image: &DynamicImage) -> bool {
    image.color().bytes_per_pixel() > image.color().channel_count()
}

/// Why a picture cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The file or folder could not be read.
    #[error("cannot read {}", shown(.0))]
    Io(PathBuf, #[source] io::Error),
    /// The file is larger than [`MAX_PICTURE_BYTES`].
    #[error("{} is larger than the {} MiB that are read", shown(.0), MAX_PICTURE_BYTES >> 20)]
    TooLarge(PathBuf),
    /// The picture has more pixels than are asked for.
    #[error(
        "{}: expected at most {} megapixels, found a picture of {width}x{height}; make it smaller \
         first",
        shown(path),
        limit / 1_000_000
    )]
    TooManyPixels {
        /// The file.
        path: PathBuf,
        /// So many pixels are decoded.
        limit: u64,
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// The content is not a picture, whatever the name says.
    #[error(
        "{}: expected a picture ({PICTURE_FORMATS}), found: {found}",
        shown(path)
    )]
    NotAPicture {
        /// The file.
        path: PathBuf,
        /// What it is, such as text.
        found: &'static str,
    },
    /// A picture of a kind that is not read.
    #[error("{}: {kind} is not read here; convert it to PNG or JPEG", shown(path))]
    NotRead {
        /// The file.
        path: PathBuf,
        /// What it is, such as HEIC.
        kind: String,
        /// What the decoder says, where it was asked.
        source: Option<ImageError>,
    },
    /// The picture is damaged.
    #[error("{} is a damaged picture", shown(.0))]
    Damaged(PathBuf, #[source] ImageError),
    /// A JPEG of four channels that does not say whether its values are ink or light.
    #[error(
        "{}: expected Adobe's marker in a CMYK JPEG, found none: whether its values are ink or \
         light is not said; save it as RGB",
        shown(.0)
    )]
    UnmarkedCmyk(PathBuf),
    /// A folder without pictures.
    #[error(
        "{} holds no picture ({PICTURE_FORMATS}), nor do its subfolders, {found}",
        shown(path)
    )]
    NoPictures {
        /// The folder.
        path: PathBuf,
        /// What there is in their place: `but 3 files: 2 HEIC, 1 text`.
        found: String,
    },
    /// A name from which no format follows.
    #[error("{}: expected a name that ends in .png, .jpg, .pgm or .ppm", shown(.0))]
    Extension(PathBuf),
    /// The picture does not fit into the format.
    #[error("the picture cannot be written as {}", shown(.0))]
    Encode(PathBuf, #[source] ImageError),
}

/// Reads a picture of [`PICTURE_FORMATS`]; of several frames or pages the first. The content decides
/// the format, not the name. Sizes are checked before pixels are decoded. Colours that are not in
/// sRGB are brought there, where the file has their profile.
///
/// # Errors
/// See [`PictureError`]; each names the file.
pub fn read_picture(path: &Path) -> Result<PictureFile, PictureError> {
    read(path, MAX_PIXELS, Values::Srgb)
}

/// The same for pictures of at most `limit` pixels; above [`MAX_PIXELS`], which a caller cannot
/// raise, none is decoded.
///
/// # Errors
/// As [`read_picture`].
pub fn read_picture_up_to(path: &Path, limit: u64) -> Result<PictureFile, PictureError> {
    read(path, limit, Values::Srgb)
}

/// The same with the values as they are stored, whatever profile the file has: for data sets whose
/// published results come from these values.
///
/// # Errors
/// As [`read_picture`].
pub fn read_stored_values(path: &Path) -> Result<PictureFile, PictureError> {
    read(path, MAX_PIXELS, Values::Stored)
}

/// What the values of a picture are.
#[derive(Clone, Copy, PartialEq)]
enum Values {
    Srgb,
    Stored,
}

fn read(path: &Path, limit: u64, values: Values) -> Result<PictureFile, PictureError> {
    let owned = || path.to_path_buf();
    let read = bounded::read(path, MAX_PICTURE_BYTES);
    let bytes = read.map_err(|source| PictureError::Io(owned(), source))?;
    let bytes = bytes.ok_or_else(|| PictureError::TooLarge(owned()))?;
    let (image, notes) = decode(path, &bytes, limit.min(MAX_PIXELS), values)?;
    Ok(PictureFile {
        image,
        sha256: bounded::sha256(&bytes),
        notes: notes
            .iter()
            .map(|note| format!("{}: {note}", shown(path)))
            .collect(),
    })
}

/// The picture, and what should be known of it.
fn decode(
    path: &Path,
    bytes: &[u8],
    limit: u64,
    values: Values,
) -> Result<(DynamicImage, Vec<String>), PictureError> {
    let owned = || path.to_path_buf();
    let format = format(path, bytes)?;
    let damaged = |source| match source {
        ImageError::Unsupported(_) => PictureError::NotRead {
            path: owned(),
            kind: format!("this kind of {}", format.extensions_str()[0].to_uppercase()),
            source: Some(source),
        },
        _ => PictureError::Damaged(owned(), source),
    };
    let mut notes = Vec::new();
    let bytes = if format == ImageFormat::Jpeg {
        let whole = jpeg::whole(bytes, limit).map_err(|fault| refused(path, limit, fault))?;
        if !whole.has_end {
            notes.push("the marker of its end is missing; all of its pixels are there".to_owned());
        }
        whole.bytes
    } else {
        Cow::Borrowed(bytes)
    };
    let mut reader = ImageReader::with_format(Cursor::new(&*bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(limit * MAX_ALLOCATION.0 + MAX_ALLOCATION.1);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > limit {
        return Err(PictureError::TooManyPixels {
            path: owned(),
            limit,
            width,
            height,
        });
    }
    let orientation = decoder.orientation().map_err(damaged)?;
    let profile = match format {
        ImageFormat::Tiff => tiff_profile(&bytes),
        _ => decoder.icc_profile().map_err(damaged)?,
    };
    let mut image = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    image.apply_orientation(orientation);
    if let Some(profile) = profile.filter(|_| values == Values::Srgb) {
        notes.extend(profile::to_srgb(&mut image, &profile));
    }
    if kind::are_several(format, &bytes) {
        notes.push("the first of its pictures is read".to_owned());
    }
    Ok((image, notes))
}

fn format(path: &Path, bytes: &[u8]) -> Result<ImageFormat, PictureError> {
    let path = path.to_path_buf();
    match kind_of(bytes) {
        Kind::Picture(format) => Ok(format),
        Kind::Unread(kind) => Err(PictureError::NotRead {
            path,
            kind: kind.to_owned(),
            source: None,
        }),
        Kind::Other(found) => Err(PictureError::NotAPicture { path, found }),
    }
}

fn refused(path: &Path, limit: u64, fault: jpeg::Fault) -> PictureError {
    let path = path.to_path_buf();
    let damaged = |path, reason: &'static str| {
        let error = DecodingError::new(ImageFormat::Jpeg.into(), reason);
        PictureError::Damaged(path, ImageError::Decoding(error))
    };
    match fault {
        jpeg::Fault::Ends => damaged(path, "the file ends before its picture does"),
        jpeg::Fault::Broken(reason) => damaged(path, reason),
        jpeg::Fault::Unread(kind) => PictureError::NotRead {
            path,
            kind: kind.to_owned(),
            source: None,
        },
        jpeg::Fault::UnmarkedCmyk => PictureError::UnmarkedCmyk(path),
        jpeg::Fault::TooManyPixels(width, height) => PictureError::TooManyPixels {
            path,
            limit,
            width,
            height,
        },
    }
}

/// The bytes of a picture in the format that the extension of `path` names; nothing is written.
///
/// Transparency is left out where the format has none, and so are in a JPEG the lower 8 of 16 bits. GIF
/// is not offered: it would reduce a
/// photograph to 256 colours.
///
/// # Errors
/// An extension that names no format of ours, or a picture that the format cannot hold.
pub fn encode_picture(image: &DynamicImage, path: &Path) -> Result<Vec<u8>, PictureError> {
    let format = format_of(path)?;
    let mut bytes = Cursor::new(Vec::new());
    let is_jpeg = format == ImageFormat::Jpeg;
    let opaque = (is_jpeg || format == ImageFormat::Pnm) && image.color().has_alpha();
    let reduced: Option<DynamicImage> = match opaque || is_jpeg && is_deep(image) {
        false => None,
        true if image.color().has_color() => Some(image.to_rgb8().into()),
        true => Some(image.to_luma8().into()),
    };
    let written = reduced
        .as_ref()
        .unwrap_or(image)
        .write_to(&mut bytes, format);
    written.map_err(|source| PictureError::Encode(path.to_path_buf(), source))?;
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
        .ok_or_else(|| PictureError::Extension(path.to_path_buf()))
}

/// Grey values 0 to 255, rows x columns; transparency is ignored.
///
/// Colours become grey by the weights of ITU-R BT.601, `0.299 R + 0.587 G + 0.114 B`, as Matlab's
/// `rgb2gray` and `OpenCV` do, and are not rounded. Pictures of 16 bits keep their precision.
#[must_use]
pub fn grey(image: &DynamicImage) -> Array2<f64> {
    let luma = |[r, g, b]: [f64; 3]| 0.299 * r + 0.587 * g + 0.114 * b;
    let values: Vec<f64> = match (image.color().has_color(), is_deep(image)) {
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

/// Decodes a picture of our own crates, from their `assets/`: a WebP (lossless, a tenth to a quarter smaller
/// than PNG) without transparency that was compiled into the program with `include_bytes!`.
///
/// # Panics
/// Where the bytes are none; a test of the crate that they lie in decodes them.
#[must_use]
pub fn stored_picture(webp: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(webp, ImageFormat::WebP)
        .expect("the picture in this crate is a WebP")
        .into_rgb8()
}
