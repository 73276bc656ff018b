//! MNIST from its four original files, and other images of its form from files of any name.
//!
//! Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
//! recognition", Proceedings of the IEEE 86(11), 1998. Sets of the same form are Fashion-MNIST (ten
//! classes) and EMNIST (up to 62; the labels of its letters begin at 1).

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::digits::{DIGIT_CLASSES, DIGIT_PIXELS, DIGIT_SIDE, Digits, Labelled};
use crate::idx::{IdxError, product, read_idx};
use crate::name::shown;

/// How many of the training images TensorFlow's `read_data_sets` sets aside for validation: the
/// first ones (`validation_size=5000` in `contrib/learn/python/learn/datasets/mnist.py` of 1.x).
pub const MNIST_VALIDATION: usize = 5000;

/// Reads `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
/// `t10k-labels-idx1-ubyte` from a folder; each may have a dot before `idx`, end in `.gz`, and be
/// compressed, which its content decides.
///
/// The split is TensorFlow's, in the order of the files: the first [`MNIST_VALIDATION`] training
/// images are for validation, the others for training. MNIST gives 55,000 / 5,000 / 10,000, and
/// the first image of its training file is the first of *validation*.
///
/// # Errors
/// See [`IdxError`]; each names the file. Images are 28 x 28, labels 0 to 9 and as many, and there
/// are some for each part.
pub fn read_mnist(folder: &Path) -> Result<Digits, IdxError> {
    let pair = |part: &str, fewest| {
        let images = find(folder, &format!("{part}-images-idx3-ubyte"))?;
        let labels = find(folder, &format!("{part}-labels-idx1-ubyte"))?;
        Pair::read(&images, &labels, fewest, DIGIT_CLASSES)
    };
    let mut validation = pair("train", MNIST_VALIDATION + 1)?;
    let train = validation.split_off(MNIST_VALIDATION);
    Ok(Digits {
        train: train.labelled(),
        validation: validation.labelled(),
        test: pair("t10k", 1)?.labelled(),
        classes: DIGIT_CLASSES,
    })
}

/// Files of one's own images: IDX, plain or compressed with gzip, whatever their names.
#[derive(Debug, Clone, Copy)]
pub struct DigitFiles<'a> {
    /// Images of 28 x 28.
    pub images: &'a Path,
    /// As many labels.
    pub labels: &'a Path,
    /// Images and labels to test on.
    pub test: Option<[&'a Path; 2]>,
}

/// The fewest images that can be split into three parts of some use.
const FEWEST: usize = 60;
/// Without files to test on, one image in so many, the last ones, are: as MNIST has 10,000 of 70,000.
const TEST_SHARE: usize = 7;
/// One of so many training images, the first ones, are for validation: as of MNIST.
const VALIDATION_SHARE: usize = 12;

/// Reads one's own images in the form of MNIST. There are as many classes as the largest label and
/// one more, at most 256; not every one need have images.
///
/// # Errors
/// See [`IdxError`]; each names the file. Images are 28 x 28, labels as many, and there are at least
/// 60 to train on.
pub fn read_digits(files: DigitFiles<'_>) -> Result<Digits, IdxError> {
    let mut train = Pair::read(files.images, files.labels, FEWEST, ANY)?;
    let test = match files.test {
        Some([images, labels]) => Pair::read(images, labels, 1, ANY)?,
        None => train.split_off(train.len() - train.len() / TEST_SHARE),
    };
    let mut validation = train;
    let train = validation.split_off(validation.len() / VALIDATION_SHARE);
    let labels = [&train, &validation, &test].map(|pair| &pair.labels);
    Ok(Digits {
        classes: classes(labels.into_iter().flatten()),
        train: train.labelled(),
        validation: validation.labelled(),
        test: test.labelled(),
    })
}

/// The classes of [`read_digits`], of which only the labels are read.
///
/// # Errors
/// See [`IdxError`].
pub fn digit_classes(files: DigitFiles<'_>) -> Result<usize, IdxError> {
    let paths = [Some(files.labels), files.test.map(|[_, labels]| labels)];
    let labels = paths.into_iter().flatten();
    let labels: Vec<_> = labels
        .map(|path| read_labels(path, ANY))
        .collect::<Result<_, _>>()?;
    Ok(classes(labels.iter().flatten()))
}

/// As many as labels can name.
const ANY: usize = 1 + u8::MAX as usize;

fn classes<'a>(labels: impl Iterator<Item = &'a u8>) -> usize {
    1 + labels.max().map_or(0, |label| usize::from(*label))
}

/// Images and as many labels.
struct Pair {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Pair {
    /// At least `fewest` images and their labels, which are below `classes`.
    fn read(
        images_path: &Path,
        labels_path: &Path,
        fewest: usize,
        classes: usize,
    ) -> Result<Self, IdxError> {
        let images = read_images(images_path, fewest)?;
        let labels = read_labels(labels_path, classes)?;
        let count = images.len() / DIGIT_PIXELS;
        if count != labels.len() {
            let expected = format!(
                "as many labels as {} has images, {count}",
                shown(images_path)
            );
            let found = format!("{}; get both from one source", labels.len());
            return Err(IdxError::content(labels_path, expected, found));
        }
        Ok(Self { images, labels })
    }

    fn len(&self) -> usize {
        self.labels.len()
    }

    /// Leaves the first `count` here.
    fn split_off(&mut self, count: usize) -> Self {
        Self {
            images: self.images.split_off(count * DIGIT_PIXELS),
            labels: self.labels.split_off(count),
        }
    }

    fn labelled<Part>(self) -> Labelled<Part> {
        Labelled::new(self.images, self.labels)
    }
}

/// The file with this name or another that it usually has: plain or compressed, with a dot in place
/// of the dash before `idx`; of several the plain one.
fn find(folder: &Path, name: &str) -> Result<PathBuf, IdxError> {
    let files = names(folder);
    let is_it = |file: &&String| file.trim_end_matches(".gz").replace('.', "-") == name;
    let file = files.iter().filter(is_it).min_by_key(|file| file.len());
    file.map(|file| folder.join(file)).ok_or_else(|| {
        let found = match files.len() {
            0 => "no file".to_owned(),
            count => format!("{count} others ({})", shown(excerpt(&files).as_ref())),
        };
        let found = format!("{found}; `retrace data fetch mnist` brings them");
        IdxError::content(folder, format!("{name} or {name}.gz"), found)
    })
}

/// Whether one of MNIST's published files lies there in another form that [`read_mnist`] reads:
/// unpacked, be it under the same name, or under another that it usually has.
#[must_use]
pub fn is_in_another_form(published: &Path) -> bool {
    let name = published
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_default();
    let Some(folder) = published.parent().filter(|_| name.contains("-idx")) else {
        return false;
    };
    let mut start = [0; 3];
    let mut begins = |path: &Path| File::open(path)?.read_exact(&mut start).map(|()| start);
    match find(folder, name.trim_end_matches(".gz")) {
        Ok(found) if found == published => begins(&found).is_ok_and(|start| start == [0, 0, 8]),
        found => found.is_ok(),
    }
}

/// The files in a folder, hidden ones left out; none where it cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    let names = files.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

fn excerpt(files: &[String]) -> String {
    const MOST: usize = 6;
    let more = if files.len() > MOST { ", ..." } else { "" };
    files[..files.len().min(MOST)].join(", ") + more
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

fn read_labels(path: &Path, classes: usize) -> Result<Vec<u8>, IdxError> {
    let labels = read_idx(path)?;
    if labels.sizes.len() != 1 {
        return Err(IdxError::content(
            path,
            "a list of labels",
            array(&labels.sizes),
        ));
    }
    let is_none = |label: &u8| usize::from(*label) >= classes;
    match labels.values.iter().position(is_none) {
        Some(index) => {
            let expected = format!("labels from 0 to {}", classes - 1);
            let found = format!("{} at index {index}", labels.values[index]);
            Err(IdxError::content(path, expected, found))
        }
        None => Ok(labels.values),
    }
}

fn array(sizes: &[usize]) -> String {
    format!("an array of {}", product(sizes))
}
