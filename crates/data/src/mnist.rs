//! MNIST from its four original files.
//!
//! Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
//! recognition", Proceedings of the IEEE 86(11), 1998. Sets of the same form, such as
//! Fashion-MNIST, are read too; [`Digits::sha256`] tells them apart.

mod error;

use std::path::{Path, PathBuf};

pub use error::MnistError;

use crate::digits::{DIGIT_PIXELS, DIGIT_SIDE, Digits, Labelled};
use crate::idx::read_idx;

/// How many of the training images TensorFlow's `read_data_sets` sets aside for validation: the
/// first ones (`validation_size=5000` in `contrib/learn/python/learn/datasets/mnist.py` of 1.x).
pub const MNIST_VALIDATION: usize = 5000;

/// Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
/// `t10k-labels-idx1-ubyte` from a folder; each may be compressed and end in `.gz`.
///
/// The split is TensorFlow's, in the order of the files: the first [`MNIST_VALIDATION`] training
/// images are for validation, the others for training. MNIST gives 55,000 / 5,000 / 10,000, and
/// the first image of its training file is the first of *validation*.
///
/// # Errors
/// See [`MnistError`]; each names the file.
pub fn read_mnist(folder: &Path) -> Result<Digits, MnistError> {
    let (mut images, mut labels) = read_pair(folder, "train", MNIST_VALIDATION + 1)?;
    let train = Labelled::new(
        images.split_off(MNIST_VALIDATION * DIGIT_PIXELS),
        labels.split_off(MNIST_VALIDATION),
    );
    let validation = Labelled::new(images, labels);
    let (images, labels) = read_pair(folder, "t10k", 1)?;
    Ok(Digits {
        train,
        validation,
        test: Labelled::new(images, labels),
    })
}

/// At least `fewest` images and their labels.
fn read_pair(folder: &Path, part: &str, fewest: usize) -> Result<(Vec<u8>, Vec<u8>), MnistError> {
    let images_path = find(folder, &format!("{part}-images-idx3-ubyte"))?;
    let labels_path = find(folder, &format!("{part}-labels-idx1-ubyte"))?;
    let images = read_images(&images_path, fewest)?;
    let labels = read_labels(&labels_path)?;
    let count = images.len() / DIGIT_PIXELS;
    if count != labels.len() {
        return Err(MnistError::Counts {
            images_path,
            images: count,
            labels_path,
            labels: labels.len(),
        });
    }
    Ok((images, labels))
}

/// The plain file, or else the compressed one.
fn find(folder: &Path, name: &str) -> Result<PathBuf, MnistError> {
    let candidates = [folder.join(name), folder.join(format!("{name}.gz"))];
    let there = candidates.into_iter().find(|path| path.is_file());
    there.ok_or_else(|| MnistError::Missing {
        folder: folder.to_path_buf(),
        name: name.to_owned(),
    })
}

fn read_images(path: &Path, fewest: usize) -> Result<Vec<u8>, MnistError> {
    let images = read_idx(path)?;
    match images.sizes[..] {
        [found, DIGIT_SIDE, DIGIT_SIDE] if found < fewest => Err(MnistError::TooFew {
            path: path.to_path_buf(),
            expected: fewest,
            found,
        }),
        [_, DIGIT_SIDE, DIGIT_SIDE] => Ok(images.values),
        _ => Err(MnistError::Sizes {
            path: path.to_path_buf(),
            expected: "images of 28 x 28",
            found: images.sizes,
        }),
    }
}

fn read_labels(path: &Path) -> Result<Vec<u8>, MnistError> {
    let labels = read_idx(path)?;
    if labels.sizes.len() != 1 {
        return Err(MnistError::Sizes {
            path: path.to_path_buf(),
            expected: "a list of labels",
            found: labels.sizes,
        });
    }
    match labels.values.iter().position(|&label| label > 9) {
        Some(index) => Err(MnistError::Label {
            path: path.to_path_buf(),
            index,
            found: labels.values[index],
        }),
        None => Ok(labels.values),
    }
}
