//! MNIST's folder: made-up files of its form, ways for it to be wrong, and the published files.

use std::fs;
use std::path::Path;

use retrace_data::{
    DIGIT_PIXELS, DigitFiles, Digits, Labelled, is_in_another_form, read_digits, read_mnist,
};
use tempfile::TempDir;

use super::idx::{gzip, header};

const NAMES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

fn idx(sizes: &[usize], values: &[u8]) -> Vec<u8> {
    let sizes: Vec<u32> = sizes.iter().map(|&size| size as u32).collect();
    [&header(&sizes), values].concat()
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

/// A folder of 5,007 training images and 3 test images.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let contents = [images(5007), labels(5007), images(3), labels(3)];
    for (name, content) in NAMES.iter().zip(contents) {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

#[test]
fn the_first_5000_training_images_are_for_validation() {
    let Digits {
        train,
        validation,
        test,
        ..
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
fn files_are_found_under_the_names_that_they_usually_have() {
    let folder = folder();
    let hash = read_mnist(folder.path()).unwrap().sha256();
    for name in NAMES {
        let plain = folder.path().join(name);
        let published = folder.path().join(format!("{name}.gz"));
        assert!(is_in_another_form(&published));
        // With a dot; and said to be compressed, which it is not.
        let dotted = folder.path().join(name.replace("-idx", ".idx"));
        for other in [dotted, published.clone()] {
            fs::rename(&plain, &other).unwrap();
            assert_eq!(
                read_mnist(folder.path()).unwrap().sha256(),
                hash,
                "{other:?}"
            );
            assert!(is_in_another_form(&published));
            fs::rename(&other, &plain).unwrap();
        }
        let elsewhere = folder.path().join("other");
        fs::rename(&plain, &elsewhere).unwrap();
        assert!(!is_in_another_form(&published));
        fs::rename(&elsewhere, &plain).unwrap();
    }
    let none = read_mnist(&folder.path().join("none"))
        .unwrap_err()
        .to_string();
    assert!(none.contains("found no file"), "{none}");
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_name() {
    let mut label_10 = labels(5007);
    label_10[8 + 4321] = 10;
    let pixels = |sizes: &[usize]| idx(sizes, &vec![0; 3 * DIGIT_PIXELS]);
    let [train_images, train_labels, test_images, test_labels] = NAMES;
    let mut table = vec![
        (train_labels, label_10, "found 10 at index 4321"),
        (
            train_labels,
            labels(5006),
            "found 5006; get both from one source",
        ),
        (test_labels, labels(0), "found 0; get both from one source"),
        (
            test_images,
            pixels(&[3, 14, 56]),
            "expected images of 28 x 28",
        ),
        (test_images, pixels(&[3, 784]), "expected images of 28 x 28"),
        (
            test_images,
            pixels(&[3, 28, 28, 1]),
            "found an array of 3 x 28 x 28 x 1",
        ),
        (test_labels, images(3), "expected a list of labels"),
        // There must be images left for training and for the test.
        (
            train_images,
            images(5000),
            "expected at least 5001 images, found 5000",
        ),
        (
            test_images,
            images(0),
            "expected at least 1 images, found 0",
        ),
    ];
    for name in NAMES {
        table.extend([
            (name, Vec::new(), "expected an IDX file"),
            (name, b"<html>moved</html>".to_vec(), "expected an IDX file"),
            (name, b"\x1f\x8b\x08\0\0".to_vec(), "damaged gzip"),
            (
                name,
                idx(&[5007, 28, 28], &[1, 2, 3]),
                "bytes of values, found 3",
            ),
        ]);
    }
    for (name, content, expected) in table {
        let folder = folder();
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let message = read_mnist(folder.path()).unwrap_err().to_string();
        assert!(message.contains(path.to_str().unwrap()), "{message}");
        assert!(message.contains(expected), "{message}");
        fs::remove_file(path).unwrap();
        let message = read_mnist(folder.path()).unwrap_err().to_string();
        let expected = format!("{name}.gz, found 3 others (");
        assert!(message.contains(&expected), "{message}");
        assert!(
            message.contains("-ubyte); `retrace data fetch mnist`"),
            "{message}"
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
#[ignore = "needs RETRACE_DATA"]
fn the_published_files_hold_what_their_authors_say() {
    let data = std::env::var_os("RETRACE_DATA").unwrap();
    let digits = read_mnist(&Path::new(&data).join("mnist")).unwrap();
    let Digits {
        train,
        validation,
        test,
        ..
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

#[test]
fn own_images_may_have_any_number_of_classes_and_are_split_as_mnist_is() {
    let folder = tempfile::tempdir().unwrap();
    let (images_file, labels_file) = (folder.path().join("i"), folder.path().join("l.gz"));
    let files = |test| DigitFiles {
        images: &images_file,
        labels: &labels_file,
        test,
    };
    let parts = |digits: &Digits| {
        let counts = (
            digits.train.len(),
            digits.validation.len(),
            digits.test.len(),
        );
        (counts, digits.classes)
    };
    fs::write(&images_file, images(84)).unwrap();
    // Labels of letters begin at 1; 255 is the largest that a byte holds.
    for (largest, classes) in [(9, 10), (2, 3), (26, 27), (255, 256)] {
        let values: Vec<u8> = (0..84)
            .map(|image| if image == 5 { largest } else { 1 })
            .collect();
        fs::write(&labels_file, gzip(&idx(&[84], &values))).unwrap();
        let digits = read_digits(files(None)).unwrap();
        assert_eq!(parts(&digits), ((66, 6, 12), classes));
        // In the order of the file: validation, training, test.
        assert_eq!(digits.validation.labels()[5], largest);
        assert_eq!((digits.train.image(0)[0], digits.test.image(0)[0]), (6, 72));
        let test = Some([images_file.as_path(), labels_file.as_path()]);
        assert_eq!(
            parts(&read_digits(files(test)).unwrap()),
            ((77, 7, 84), classes)
        );
    }
    fs::write(&images_file, images(59)).unwrap();
    let error = read_digits(files(None)).unwrap_err().to_string();
    assert!(error.contains("at least 60 images, found 59"), "{error}");
}
