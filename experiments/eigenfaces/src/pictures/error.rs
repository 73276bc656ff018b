//! Why pictures cannot be the rows of one matrix.

use std::path::PathBuf;

use retrace_data::PictureError;

use super::{MAX_VALUES, PictureSize};

/// Why pictures cannot be the rows of one matrix.
#[derive(Debug, thiserror::Error)]
pub enum PicturesError {
    /// A file or folder that cannot be read.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A picture of another size than the first.
    #[error(
        "{} is {found}, but {} is {expected}; all pictures must have one size (`--size {expected}` \
         makes them so)",
        path.display(),
        first.display()
    )]
    OtherSize {
        /// The picture.
        path: PathBuf,
        /// Its size.
        found: PictureSize,
        /// The first picture of the folder.
        first: PathBuf,
        /// The size of that one.
        expected: PictureSize,
    },
    /// A matrix of more than [`MAX_VALUES`].
    #[error(
        "{} holds {pictures} pictures of {size}: more than the {} million pixels that are read; \
         take a smaller size (`--size WIDTHxHEIGHT`) or fewer pictures",
        folder.display(),
        MAX_VALUES / 1_000_000
    )]
    TooLarge {
        /// The folder.
        folder: PathBuf,
        /// Number of pictures in it.
        pictures: usize,
        /// Size of the first.
        size: PictureSize,
    },
}
