//! The tests of this crate, in one program: each program that links Burn takes seconds to build.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::path::Path;

use image::{GrayImage, Luma};
use retrace_test_support::{Program, Said};

mod bad_model;
mod claims;
mod explorable;
mod laws;
mod oracle;
mod pca;
mod smoke;
mod thresholds;
mod tool;

/// The experiment's own program.
const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_eigenfaces"));

/// Runs the program in `folder` with these arguments, which must succeed.
fn done(folder: &Path, arguments: &str) -> Said {
    PROGRAM.done(folder, &arguments.split(' ').collect::<Vec<_>>())
}

/// Runs the program, which must refuse with this code and these words, and change no file.
fn refused(folder: &Path, arguments: &str, code: i32, words: &[&str]) {
    let arguments: Vec<_> = arguments.split(' ').collect();
    PROGRAM.refused(folder, &arguments, code, words);
}

/// Shades, 12 x 10, that differ between persons much and between pictures of one person little.
fn portrait(person: u32, picture: u32) -> GrayImage {
    GrayImage::from_fn(12, 10, |x, y| {
        let (x, y, who) = (f64::from(x), f64::from(y), f64::from(person));
        let face = (0.3 * x * (1.0 + 0.4 * who)).sin() + (0.4 * y + who).cos();
        let mood = 0.3 * (0.5 * x + 1.9 * f64::from(picture)).sin();
        Luma([(128.0 + 40.0 * (face + mood)) as u8])
    })
}

/// A folder with `faces/anna/1.png` ... `faces/carl/4.png`.
fn faces() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (person, name) in (0..).zip(["anna", "bert", "carl"]) {
        let own = folder.path().join("faces").join(name);
        std::fs::create_dir_all(&own).unwrap();
        for picture in 1..=4 {
            let path = own.join(format!("{picture}.png"));
            portrait(person, picture).save(path).unwrap();
        }
    }
    folder
}
