//! A folder of data sets in which pictures of our own stand for the photographs.

use std::fs;
use std::path::{Path, PathBuf};

use image::{DynamicImage, Rgb, RgbImage};
use retrace_data::{encode_picture, sets};
use tempfile::TempDir;

/// Side of the pictures, in pixels.
const SIDE: u32 = 40;

/// All files of the set `scenes`, each with the name and size of its manifest: the lists as they
/// are, and pictures with zeros after them, which no decoder reads.
pub struct MadeUp {
    root: TempDir,
}

impl MadeUp {
    pub fn new() -> Self {
        let made_up = Self {
            root: tempfile::tempdir().unwrap(),
        };
        for (number, file) in sets::find("scenes").unwrap().files.iter().enumerate() {
            let path = made_up.path(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if file.path.ends_with(".txt") {
                fs::write(path, text_of(&file.path)).unwrap();
            } else {
                made_up.put(&file.path, &picture(number as u32).into());
            }
        }
        made_up
    }

    pub fn root(&self) -> &Path {
        self.root.path()
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.root().join("scenes").join(file)
    }

    /// Puts this picture, as PNG, in the place of a photograph.
    pub fn put(&self, name: &str, picture: &DynamicImage) {
        let png = encode_picture(picture, "a.png".as_ref()).unwrap();
        let bytes = bytes_of(name);
        assert!((png.len() as u64) < bytes, "{name}: {}", png.len());
        let path = self.path(name);
        fs::write(&path, png).unwrap();
        fs::File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_len(bytes)
            .unwrap();
    }

    /// Leaves the first `bytes` of a file, and tells how many.
    pub fn cut(&self, name: &str, bytes: u64) -> u64 {
        let file = fs::File::options()
            .write(true)
            .open(self.path(name))
            .unwrap();
        file.set_len(bytes).unwrap();
        bytes
    }

    /// The flags that read these photographs.
    pub fn flags(&self) -> [&str; 4] {
        [
            "--data",
            "real",
            "--data-dir",
            self.root().to_str().unwrap(),
        ]
    }
}

/// The size in the manifest.
pub fn bytes_of(name: &str) -> u64 {
    let files = &sets::find("scenes").unwrap().files;
    files.iter().find(|file| file.path == name).unwrap().bytes
}

/// The picture at place `index` of those that a run with `count` of this list takes.
pub fn taken(list: &str, count: usize, index: usize) -> String {
    let text = text_of(list);
    let names: Vec<&str> = text.lines().collect();
    names[index * names.len() / count].to_owned()
}

fn text_of(list: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/scenes");
    fs::read_to_string(folder.join(list)).unwrap()
}

/// A slope between two colours that no other number has.
fn picture(number: u32) -> RgbImage {
    let [fine, coarse] = [number % 64, number / 64].map(|part| 4 * part);
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        Rgb([fine as u8, coarse as u8, (4 * x + 2 * y) as u8])
    })
}
