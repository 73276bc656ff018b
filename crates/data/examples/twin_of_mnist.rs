//! Writes the synthetic twin of MNIST into a folder: as the four files that MNIST has, and its
//! first digits on a sheet to look at.
//!
//! `cargo run --release -p retrace-data --example twin_of_mnist -- FOLDER [TRAINING IMAGES]`

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use image::{DynamicImage, GrayImage};
use retrace_data::{DIGIT_SIDE, DigitCounts, Labelled, draw_digits, encode_picture};

/// Digits on a row of the sheet, two rows for each digit.
const COLUMNS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder to write to")?);
    let train = arguments.next().map_or(Ok(6000), |count| count.parse())?;
    fs::create_dir_all(&folder)?;
    let counts = DigitCounts {
        train,
        validation: 5000,
        test: 10_000,
    };
    let digits = draw_digits(0, counts);
    // MNIST's training file begins with the images for validation.
    let images = [digits.validation.images(), digits.train.images()].concat();
    let labels = [digits.validation.labels(), digits.train.labels()].concat();
    fs::write(folder.join("train-images-idx3-ubyte"), images_file(&images))?;
    fs::write(folder.join("train-labels-idx1-ubyte"), labels_file(&labels))?;
    fs::write(
        folder.join("t10k-images-idx3-ubyte"),
        images_file(digits.test.images()),
    )?;
    fs::write(
        folder.join("t10k-labels-idx1-ubyte"),
        labels_file(digits.test.labels()),
    )?;
    let sheet = folder.join("sheet.png");
    fs::write(&sheet, encode_picture(&drawn(&digits.train), &sheet)?)?;
    Ok(())
}

fn images_file(images: &[u8]) -> Vec<u8> {
    let count = (images.len() / DIGIT_SIDE / DIGIT_SIDE) as u32;
    let side = DIGIT_SIDE as u32;
    let sizes = [count, side, side].map(u32::to_be_bytes);
    [&[0, 0, 8, 3], sizes.as_flattened(), images].concat()
}

fn labels_file(labels: &[u8]) -> Vec<u8> {
    let count = labels.len() as u32;
    [&[0, 0, 8, 1], &count.to_be_bytes()[..], labels].concat()
}

/// The first examples of each digit, dark on white as on paper.
fn drawn<Part>(digits: &Labelled<Part>) -> DynamicImage {
    let side = DIGIT_SIDE as u32;
    let mut sheet = GrayImage::new(COLUMNS as u32 * side, 20 * side);
    for label in 0..10_u8 {
        let of_label = (0..digits.len()).filter(|&i| digits.labels()[i] == label);
        for (place, index) in of_label.take(2 * COLUMNS).enumerate() {
            let digit = digits.image(index).iter().map(|ink| 255 - ink).collect();
            let Some(digit) = GrayImage::from_raw(side, side, digit) else {
                continue;
            };
            let row = 2 * usize::from(label) + place / COLUMNS;
            let (x, y) = (place % COLUMNS * DIGIT_SIDE, row * DIGIT_SIDE);
            image::imageops::replace(&mut sheet, &digit, x as i64, y as i64);
        }
    }
    sheet.into()
}
