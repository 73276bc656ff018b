//! Runs the program and looks at what it says.

use std::path::Path;

use image::{Rgb, RgbImage};
use retrace_test_support::{Program, Said};

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_homography"));

/// Runs the program in `folder`.
pub fn say(folder: &Path, arguments: &[&str]) -> Said {
    PROGRAM.say(folder, arguments)
}

/// Runs the program, which must succeed.
pub fn done(folder: &Path, arguments: &[&str]) -> Said {
    PROGRAM.done(folder, arguments)
}

/// Runs the program, which must refuse with this code and these words, and change no file.
pub fn refused(folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    PROGRAM.refused(folder, arguments, code, words);
}

/// A picture of slopes with a few edges.
pub fn photo(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let edge = if (x / 16 + y / 16) % 2 == 0 { 90 } else { 0 };
        Rgb([(2 * x) as u8, (3 * y) as u8, (x + y + edge) as u8])
    })
}

/// A folder with `photo.png` of 120 x 90 pixels.
pub fn folder_with_photo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    photo(120, 90)
        .save(folder.path().join("photo.png"))
        .unwrap();
    folder
}
