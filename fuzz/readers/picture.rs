//! Any bytes as a picture, of whatever format: pixels within the limit, or an error that names the
//! file.

#![cfg_attr(fuzzing, no_main)]

use std::fs;

use retrace_data::{grey, read_picture_up_to};

/// So many pixels are decoded at most.
const MAX_PIXELS: u64 = 1 << 16;

pub fn read(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("the machine has a folder for temporary files");
    let path = folder.path().join("made-up");
    fs::write(&path, bytes).expect("that folder can be written");
    match read_picture_up_to(&path, MAX_PIXELS) {
        Ok(picture) => {
            let (width, height) = (picture.image.width(), picture.image.height());
            assert!(u64::from(width) * u64::from(height) <= MAX_PIXELS);
            let grey = grey(&picture.image);
            assert_eq!(grey.dim(), (height as usize, width as usize));
            assert!(grey.iter().all(|value| (0.0..=255.0).contains(value)));
        }
        Err(error) => assert!(error.to_string().contains("made-up"), "{error}"),
    }
}

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| read(bytes));
