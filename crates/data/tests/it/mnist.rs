//! MNIST's folder: made-up files of its form, ways for it to be wrong, and the published files.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use retrace_data::{DIGIT_PIXELS, Digits, IdxError, Labelled, MnistError, read_mnist};
use tempfile::TempDir;

const NAMES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

fn idx(sizes: &[usize], values: &[u8]) -> Vec<u8> {
    let sizes = sizes.iter().flat_map(|&size| (size as u32).to_be_bytes());
    let header: Vec<u8> = [0, 0, 8]
        .into_iter()
        .chain([sizes.clone().count() as u8 / 4])
        .chain(sizes)
        .collect();
    [&header, values].concat()
}

/// Image i is all `i % 251`.
fn images(count: usize) -> Vec<u8> {
    let values: Vec<u8> = (0..count)
        .flat_map(|i| [(i % 251) as u8; DIGIT_PIXELS])
        .collect();
    idx(&[count, 28, 28], &values)
}

/// Label i is the last digit of i.
fn labels(count: usize) -> Vec<u8> {
    let values: Vec<u8> = (0..count).map(|i| (i % 10) as u8).collect();
    idx(&[count], &values)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A folder of 5,007 training images and 3 test images.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let contents = [images(5007), labels(5007), images(3), labels(3)];
    for (name, content) in NAMES.iter().zip(contents) {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// What is said when one file has this content; it must name the file.
fn refused(name: &str, content: &[u8]) -> MnistError {
    let folder = folder();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let error = read_mnist(folder.path()).unwrap_err();
    assert!(
        error.to_string().contains(path.to_str().unwrap()),
        "{error}"
    );
    error
}

#[test]
fn the_first_5000_training_images_are_for_validation() {
    let Digits {
        train,
        validation,
        test,
    } = read_mnist(folder().path()).unwrap();
    assert_eq!((train.len(), validation.len(), test.len()), (7, 5000, 3));
    assert_eq!(validation.image(4999), [(4999 % 251) as u8; DIGIT_PIXELS]);
    assert_eq!(train.image(0), [(5000 % 251) as u8; DIGIT_PIXELS]);
    assert_eq!(train.labels(), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(test.labels(), [0, 1, 2]);
}

#[test]
fn the_hash_is_of_the_content_whether_compressed_or_not() {
    let folder = folder();
    let plain = read_mnist(folder.path()).unwrap().sha256();
    let path = folder.path().join(NAMES[2]);
    fs::write(path.with_extension("gz"), gzip(&images(3))).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(read_mnist(folder.path()).unwrap().sha256(), plain);
    let mut values = images(3);
    values[1000] ^= 1;
    fs::write(&path, values).unwrap();
    assert_ne!(read_mnist(folder.path()).unwrap().sha256(), plain);
}

#[test]
fn a_missing_file_is_named_with_what_brings_it() {
    for name in NAMES {
        let folder = folder();
        fs::remove_file(folder.path().join(name)).unwrap();
        let message = read_mnist(folder.path()).unwrap_err().to_string();
        assert!(message.contains(&format!("{name}.gz")), "{message}");
        assert!(message.contains("retrace data fetch mnist"), "{message}");
    }
}

#[test]
fn labels_above_9_are_said_with_their_place() {
    let mut content = labels(5007);
    content[8 + 4321] = 10;
    let message = refused(NAMES[1], &content).to_string();
    assert!(message.contains("found 10 at index 4321"), "{message}");
}

#[test]
fn as_many_labels_as_images_are_needed() {
    for (name, content) in [
        (NAMES[1], labels(5006)),
        (NAMES[2], images(4)),
        (NAMES[3], labels(0)),
    ] {
        assert!(matches!(refused(name, &content), MnistError::Counts { .. }));
    }
}

#[test]
fn images_are_28_by_28_and_labels_a_list() {
    let pixels = vec![0; 3 * DIGIT_PIXELS];
    for sizes in [&[3, 14, 56][..], &[3, 784], &[3, 28, 28, 1]] {
        let message = refused(NAMES[2], &idx(sizes, &pixels)).to_string();
        assert!(message.contains("expected images of 28 x 28"), "{message}");
    }
    let message = refused(NAMES[3], &images(3)).to_string();
    assert!(message.contains("an array of 3 x 28 x 28"), "{message}");
}

#[test]
fn there_must_be_images_left_for_training_and_for_the_test() {
    for (name, content) in [(NAMES[0], images(5000)), (NAMES[2], images(0))] {
        assert!(matches!(refused(name, &content), MnistError::TooFew { .. }));
    }
}

#[test]
fn damage_in_any_file_is_an_error_that_names_it() {
    for name in NAMES {
        for content in [&b""[..], b"<html>moved</html>", b"\x1f\x8b\x08\0\0"] {
            assert!(matches!(refused(name, content), MnistError::Idx(_)));
        }
        let cut = refused(name, &idx(&[5007, 28, 28], &[1, 2, 3]));
        assert!(
            matches!(cut, MnistError::Idx(IdxError::Short { .. })),
            "{cut}"
        );
    }
}

fn histogram<Part>(digits: &Labelled<Part>) -> [usize; 10] {
    let mut counts = [0; 10];
    digits
        .labels()
        .iter()
        .for_each(|&label| counts[usize::from(label)] += 1);
    counts
}

/// The numbers are from `scripts/mnist_oracle.py`; the histograms are the published ones.
#[test]
fn the_published_files_hold_what_their_authors_say() {
    let Some(data) = std::env::var_os("RETRACE_DATA") else {
        return;
    };
    let digits = read_mnist(&Path::new(&data).join("mnist")).unwrap();
    let Digits {
        train,
        validation,
        test,
    } = &digits;
    assert_eq!(
        (train.len(), validation.len(), test.len()),
        (55_000, 5000, 10_000)
    );
    assert_eq!(validation.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(test.labels()[..5], [7, 2, 1, 0, 4]);
    let (first, others) = (histogram(validation), histogram(train));
    let both: Vec<_> = first.iter().zip(others).map(|(a, b)| a + b).collect();
    assert_eq!(
        both,
        [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    );
    assert_eq!(
        histogram(test),
        [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    );
    assert_eq!(
        digits.sha256(),
        "cf0311879b63d0411f12a62d5e7a0251e0096e459751325bfe4c31f65ea1b60f"
    );
}
