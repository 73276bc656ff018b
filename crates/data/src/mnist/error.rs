//! What can be wrong with MNIST's files, beyond each of them alone.

use std::path::PathBuf;

use crate::idx::{IdxError, product};

/// Why MNIST cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum MnistError {
    /// One of the four files is not there.
    #[error(
        "expected {name} or {name}.gz in {}, found neither; `retrace data fetch mnist` brings them",
        folder.display()
    )]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// The name of the file.
        name: String,
    },
    /// One of the files cannot be read.
    #[error(transparent)]
    Idx(#[from] IdxError),
    /// The array has another form.
    #[error("{}: expected {expected}, found an array of {}", path.display(), product(found))]
    Sizes {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
        /// The sizes of what it holds.
        found: Vec<usize>,
    },
    /// There are too few images to split.
    #[error("{}: expected at least {expected} images, found {found}", path.display())]
    TooFew {
        /// The file.
        path: PathBuf,
        /// Number of images that are needed.
        expected: usize,
        /// Number of images.
        found: usize,
    },
    /// A label is no digit.
    #[error("{}: expected labels from 0 to 9, found {found} at index {index}", path.display())]
    Label {
        /// The file.
        path: PathBuf,
        /// Its place, counted from 0.
        index: usize,
        /// The label.
        found: u8,
    },
    /// Not every image has a label, or the other way round.
    #[error(
        "expected as many images as labels, found {images} in {} and {labels} in {}; get both \
         from one source",
        images_path.display(),
        labels_path.display()
    )]
    Counts {
        /// The file of images.
        images_path: PathBuf,
        /// Number of images.
        images: usize,
        /// The file of labels.
        labels_path: PathBuf,
        /// Number of labels.
        labels: usize,
    },
}
