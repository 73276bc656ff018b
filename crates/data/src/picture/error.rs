//! Why a picture cannot be read or written.

use std::path::PathBuf;

use image::ImageError;

use super::MAX_PICTURE_BYTES;

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
    /// The picture has more pixels than are asked for.
    #[error(
        "{}: expected at most {} megapixels, found a picture of {width}x{height}; make it smaller \
         first",
        path.display(),
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
    /// A JPEG of four channels that does not say whether its values are ink or light.
    #[error(
        "{}: expected Adobe's marker in a CMYK JPEG, found none: whether its values are ink or \
         light is not said; save it as RGB",
        path.display()
    )]
    UnmarkedCmyk {
        /// The file.
        path: PathBuf,
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
