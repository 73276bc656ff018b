//! Runs the program and looks at what it says.

#![allow(dead_code)] // each test file uses its part

use std::path::Path;
use std::process::Command;

use image::{Rgb, RgbImage};

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
    let output = Command::new(assert_cmd::cargo::cargo_bin!("homography"))
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

/// Runs the program, which must refuse with this code and these words, and change no file.
pub fn refused(folder: &Path, arguments: &[&str], code: i32, words: &[&str]) {
    let before = files(folder);
    let said = say(folder, arguments);
    assert_eq!(said.code, code, "{arguments:?}: {}", said.stderr);
    assert_eq!(said.stdout, "", "{arguments:?}");
    // A terminal's width decides where lines end.
    let sentences = said.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(
            sentences.contains(word),
            "{arguments:?}, `{word}`: {sentences}"
        );
    }
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
    assert_eq!(files(folder), before, "{arguments:?}");
}

/// Names and contents, in order.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap_or_default())
        })
        .collect();
    files.sort();
    files
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
