//! MNIST from its four original files.
//!
//! Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
//! recognition", Proceedings of the IEEE 86(11), 1998. Sets of the same form, such as
//! Fashion-MNIST, are read too; [`Digits::sha256`] tells them apart.

use std::path::{Path, PathBuf};

use crate::digits::{DIGIT_PIXELS, DIGIT_SIDE, Digits, Labelled};
use crate::idx::{IdxError, product, read_idx};

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
/// See [`IdxError`]; each names the file. Images are 28 x 28, labels 0 to 9 and as many, and there
/// are some for each part.
pub fn read_mnist(folder: &Path) -> Result<Digits, IdxError> {
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
fn read_pair(folder: &Path, part: &str, fewest: usize) -> Result<(Vec<u8>, Vec<u8>), IdxError> {
    let images_path = find(folder, &format!("{part}-images-idx3-ubyte"))?;
    let labels_path = find(folder, &format!("{part}-labels-idx1-ubyte"))?;
    let images = read_images(&images_path, fewest)?;
    let labels = read_labels(&labels_path)?;
    let count = images.len() / DIGIT_PIXELS;
    if count != labels.len() {
        let expected = format!(
            "as many labels as {} has images, {count}",
            images_path.display()
        );
        let found = format!("{}; get both from one source", labels.len());
        return Err(IdxError::content(&labels_path, expected, found));
    }
    Ok((images, labels))
}

/// The plain file, or else the compressed one.
fn find(folder: &Path, name: &str) -> Result<PathBuf, IdxError> {
    let candidates = [folder.join(name), folder.join(format!("{name}.gz"))];
    let there = candidates.into_iter().find(|path| path.is_file());
    there.ok_or_else(|| {
        let found = "neither; `retrace data fetch mnist` brings them";
        IdxError::content(folder, format!("{name} or {name}.gz"), found)
    })
}

fn read_images(path: &Path, fewest: usize) -> Result<Vec<u8>, IdxError> {
    let images = read_idx(path)?;
    let (expected, found) = match images.sizes[..] {
        [found, DIGIT_SIDE, DIGIT_SIDE] if found < fewest => {
            (format!("at least {fewest} images"), found.to_string())
        }
        [_, DIGIT_SIDE, DIGIT_SIDE] => return Ok(images.values),
        ref found => ("images of 28 x 28".to_owned(), array(found)),
    };
    Err(IdxError::content(path, expected, found))
}

fn read_labels(path: &Path) -> Result<Vec<u8>, IdxError> {
    let labels = read_idx(path)?;
    if labels.sizes.len() != 1 {
        return Err(IdxError::content(
            path,
            "a list of labels",
            array(&labels.sizes),
        ));
    }
    match labels.values.iter().position(|&label| label > 9) {
        Some(index) => {
            let found = format!("{} at index {index}", labels.values[index]);
            Err(IdxError::content(path, "labels from 0 to 9", found))
        }
        None => Ok(labels.values),
    }
}

fn array(sizes: &[usize]) -> String {
    format!("an array of {}", product(sizes))
}
