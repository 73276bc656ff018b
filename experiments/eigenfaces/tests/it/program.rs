//! Runs the program, and draws pictures for it.

use std::path::Path;

use image::{GrayImage, Luma};
use retrace_test_support::{Program, Said};

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_eigenfaces"));

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

pub const WIDTH: u32 = 12;
pub const HEIGHT: u32 = 10;

/// Shades that differ between persons much and between pictures of one person little.
pub fn portrait(person: u32, picture: u32) -> GrayImage {
    GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (x, y, who) = (f64::from(x), f64::from(y), f64::from(person));
        let face = (0.3 * x * (1.0 + 0.4 * who)).sin() + (0.4 * y + who).cos();
        let mood = 0.3 * (0.5 * x + 1.9 * f64::from(picture)).sin();
        Luma([(128.0 + 40.0 * (face + mood)) as u8])
    })
}

/// A pattern finer than any portrait.
pub fn checkerboard() -> GrayImage {
    GrayImage::from_fn(WIDTH, HEIGHT, |x, y| {
        Luma([if (x + y) % 2 == 0 { 255 } else { 0 }])
    })
}

/// Draws `faces/anna/1.png` ... `faces/carl/4.png` below `folder`.
pub fn draw_faces(folder: &Path) {
    for (person, name) in (0..).zip(["anna", "bert", "carl"]) {
        let own = folder.join("faces").join(name);
        std::fs::create_dir_all(&own).unwrap();
        for picture in 1..=4 {
            let path = own.join(format!("{picture}.png"));
            portrait(person, picture).save(path).unwrap();
        }
    }
}
