//! Runs on photographs of which some are damaged, missing or odd, from the command line to the
//! files. Pictures of our own stand for the photographs.

use std::fs;
use std::path::{Path, PathBuf};

use colorization::colours::Palettes;
use colorization::training::Trained;
use image::{DynamicImage, GrayAlphaImage, GrayImage, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use retrace_data::{encode_picture, sets};
use retrace_test_support::run::Runs;
use tempfile::TempDir;

use crate::tools::PROGRAM;

const COLORIZATION: Runs = Runs::of(
    PROGRAM,
    "colorization",
    &["--preset", "smoke", "--seeds", "1"],
);

const TRAIN: &str = "mit_split_train.txt";
const TEST: &str = "mit_split_test.txt";
/// Pictures of the preset.
const TRAINING_PICTURES: usize = 16;
const TEST_PICTURES: usize = 8;
/// Side of our own pictures, in pixels.
const SIDE: u32 = 40;

/// All files of the set `scenes`, each with the name and size of its manifest: the lists as they
/// are, and pictures with zeros after them, which no decoder reads.
struct MadeUp {
    root: TempDir,
}

impl MadeUp {
    fn new() -> Self {
        let made_up = Self {
            root: tempfile::tempdir().unwrap(),
        };
        for (number, file) in sets::find("scenes").unwrap().files.iter().enumerate() {
            let path = made_up.path(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            if file.path.ends_with(".txt") {
                fs::write(path, text_of(&file.path)).unwrap();
            } else {
                made_up.put(&file.path, &slope(number as u32).into());
            }
        }
        made_up
    }

    fn path(&self, file: &str) -> PathBuf {
        self.root.path().join("scenes").join(file)
    }

    /// Puts this picture, as PNG, in the place of a photograph.
    fn put(&self, name: &str, picture: &DynamicImage) {
        let png = encode_picture(picture, "a.png".as_ref()).unwrap();
        fs::write(self.path(name), png).unwrap();
        self.cut(name, bytes_of(name));
    }

    /// Makes a file so many bytes long.
    fn cut(&self, name: &str, bytes: u64) {
        let file = fs::File::options().write(true).open(self.path(name));
        file.unwrap().set_len(bytes).unwrap();
    }

    /// These flags, and those that read the photographs.
    fn flags<'a>(&'a self, more: &[&'a str]) -> Vec<&'a str> {
        let root = self.root.path().to_str().unwrap();
        [&["--data", "real", "--data-dir", root], more].concat()
    }

    /// Refused with all of these words, before anything is written.
    fn refused(&self, flags: &[&str], words: &[&str]) {
        for word in words {
            COLORIZATION.refuses(&self.flags(flags), 3, word);
        }
    }
}

/// The size in the manifest.
fn bytes_of(name: &str) -> u64 {
    let files = &sets::find("scenes").unwrap().files;
    files.iter().find(|file| file.path == name).unwrap().bytes
}

/// The picture at place `index` of those that a run with `count` of this list takes.
fn taken(list: &str, count: usize, index: usize) -> String {
    let text = text_of(list);
    let names: Vec<&str> = text.lines().collect();
    names[index * names.len() / count].to_owned()
}

/// A picture in the middle of those that the preset trains on.
fn middle() -> String {
    taken(TRAIN, TRAINING_PICTURES, TRAINING_PICTURES / 2)
}

fn text_of(list: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../datasets/scenes");
    fs::read_to_string(folder.join(list)).unwrap()
}

/// A slope between two colours that no other number has.
fn slope(number: u32) -> RgbImage {
    let [fine, coarse] = [number % 64, number / 64].map(|part| 4 * part);
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        Rgb([fine as u8, coarse as u8, (4 * x + 2 * y) as u8])
    })
}

#[test]
fn a_truncated_picture_is_named_or_left_out_with_the_flag_and_the_run_says_so_once() {
    let made_up = MadeUp::new();
    let (name, test) = (middle(), taken(TEST, TEST_PICTURES, 3));
    // A header and no pixels, and nothing at all.
    made_up.cut(&name, 60);
    let sizes = format!(
        "{name}: another size, 60 bytes (expected {} bytes)",
        bytes_of(&name)
    );
    made_up.refused(&[], &[&sizes, "`--skip-damaged true`"]);
    made_up.cut(&test, 0);
    made_up.refused(&["--skip-damaged", "false"], &["and 1 more file is wrong"]);
    let run = COLORIZATION.run(&made_up.flags(&["--skip-damaged", "true", "--jobs", "2"]));
    let complaint = run.said().complaint();
    let note = format!("note: scenes: left out as damaged: {name}, {test}");
    assert_eq!(complaint.matches(&note).count(), 1, "{complaint}");
    let palettes: Palettes = run.outcome("colours", 0);
    assert_eq!(palettes.skipped, [name, test]);
    assert_eq!(palettes.all.pictures, TRAINING_PICTURES - 1);
}

#[test]
fn what_cannot_be_left_out_is_an_error_with_the_flag_too() {
    let flags = ["--skip-damaged", "true"];
    let made_up = MadeUp::new();
    let name = middle();
    fs::remove_file(made_up.path(&name)).unwrap();
    let missing = format!("{name}: missing");
    made_up.refused(&flags, &[&missing, "retrace data fetch scenes"]);
    let made_up = MadeUp::new();
    made_up.cut(TRAIN, 1_000);
    let cut = format!("{TRAIN}: another size, 1000 bytes");
    made_up.refused(&flags, &[&cut, "retrace data fetch scenes"]);
    fs::remove_file(made_up.path(TRAIN)).unwrap();
    made_up.refused(&flags, &[&format!("{TRAIN}: missing")]);
}

#[test]
fn pictures_of_one_pixel_and_with_transparency_are_pictures_of_the_set() {
    let made_up = MadeUp::new();
    let dot = |value: u8| GrayImage::from_pixel(1, 1, Luma([value]));
    let glass = RgbaImage::from_fn(40, 40, |x, y| Rgba([200, 4 * x as u8, 10, 6 * y as u8]));
    let grey_glass = GrayAlphaImage::from_fn(40, 33, |x, y| LumaA([3 * x as u8, y as u8]));
    let clear_dot = RgbaImage::from_pixel(1, 1, Rgba([9; 4]));
    let train = |index| taken(TRAIN, TRAINING_PICTURES, index);
    let test = |index| taken(TEST, TEST_PICTURES, index);
    made_up.put(&train(0), &dot(90).into());
    made_up.put(&train(5), &glass.into());
    made_up.put(&train(9), &grey_glass.into());
    made_up.put(&test(0), &dot(120).into());
    made_up.put(&test(4), &clear_dot.into());
    let run = COLORIZATION.run(&made_up.flags(&[]));
    let palettes: Palettes = run.outcome("colours", 0);
    assert_eq!(palettes.all.pictures, TRAINING_PICTURES);
    assert_eq!(palettes.all.pixels, 14 * 40 * 40 + 40 * 33 + 1);
    let trained: Trained = run.outcome("as-described", 0);
    let pictures = trained.evaluation.unwrap().pictures;
    assert_eq!(pictures.len(), TEST_PICTURES);
    assert!(pictures.iter().all(|picture| picture.rmse.is_finite()));
    // A frozen network keeps the size of a test picture, and one pixel has no window.
    let folder = tempfile::tempdir().unwrap();
    let freeze = "freeze --preset smoke --arm as-described -o n.onnx";
    let freeze: Vec<&str> = freeze.split_whitespace().collect();
    PROGRAM.done(folder.path(), &[freeze, made_up.flags(&[])].concat());
    assert!(folder.path().join("n.onnx").exists());
}

#[test]
fn a_model_is_trained_without_damaged_pictures_when_asked_to_and_its_command_says_so() {
    let made_up = MadeUp::new();
    let name = middle();
    made_up.cut(&name, 60);
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let train = |flags: &[&'static str]| -> Vec<&str> {
        let data_dir = &made_up.flags(&[])[2..];
        [&["train", "--preset", "smoke"], data_dir, flags].concat()
    };
    PROGRAM.refused(folder, &train(&[]), 3, &[&name, "`--skip-damaged true`"]);
    let mut models = Vec::new();
    for flags in [
        &["--json", "--overwrite", "--skip-damaged"][..],
        &["--json", "--overwrite", "--skip-damaged", "true"],
    ] {
        let said = PROGRAM.done(folder, &train(flags));
        let note = format!("left out as damaged: {name}");
        assert!(said.complaint().contains(&note));
        let command = "colorization train --preset smoke --skip-damaged true --data real";
        assert_eq!(said.json()["command"], command);
        models.push(fs::read(folder.join("colorization.safetensors")).unwrap());
    }
    assert!(models[0] == models[1]);
}
