//! Runs the program, and draws pictures for it.

#![allow(dead_code)] // each test file uses its part

use std::path::Path;
use std::process::Command;

use image::{GrayImage, Luma};

/// What the program said.
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }
}

/// Runs the program in `folder`.
pub fn say(folder: &Path, arguments: &[&str]) -> Said {
    let output = Command::new(assert_cmd::cargo::cargo_bin!("eigenfaces"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said {
        code: output.status.code().expect("no signal ended the program"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Runs the program, which must succeed.
pub fn done(folder: &Path, arguments: &[&str]) -> Said {
    let said = say(folder, arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {}", said.stderr);
    said
}

/// Runs the program, which must refuse with this code and these words, and write nothing.
pub fn refused(folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    let before = files(folder);
    let said = say(folder, arguments);
    assert_eq!(said.code, code, "{arguments:?}: {}", said.stderr);
    assert_eq!(said.stdout, "", "{arguments:?}");
    for word in words {
        assert!(
            said.stderr.contains(word),
            "{arguments:?}, `{word}`: {}",
            said.stderr
        );
    }
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    assert_eq!(files(folder), before, "{arguments:?}");
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
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
