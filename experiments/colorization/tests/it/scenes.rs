//! Runs on photographs of which some are damaged, missing or odd, from the command line to the
//! files. The photographs are made up: see `made_up`.

mod made_up;

use std::fs;

use colorization::arm::COLOURS;
use colorization::outcome::Outcome;
use image::{GrayImage, Luma, LumaA, Rgba, RgbaImage};
use made_up::{MadeUp, bytes_of, taken};
use retrace_test_support::Program;
use retrace_test_support::run::Runs;

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_colorization"));
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

/// A picture in the middle of those that the preset trains on.
fn middle() -> String {
    taken(TRAIN, TRAINING_PICTURES, TRAINING_PICTURES / 2)
}

/// Refused with all of these words, before anything is written.
fn refused(made_up: &MadeUp, flags: &[&str], words: &[&str]) {
    let flags = [&made_up.flags()[..], flags].concat();
    for word in words {
        COLORIZATION.refuses(&flags, 3, word);
    }
}

#[test]
fn a_truncated_picture_is_named_with_both_sizes_and_the_flag_that_leaves_it_out() {
    let made_up = MadeUp::new();
    let name = middle();
    let expected = bytes_of(&name);
    let cut = made_up.cut(&name, expected / 2);
    let found = format!("{name}: another size, {cut} bytes (expected {expected} bytes)");
    refused(&made_up, &[], &[&found, "`--skip-damaged true`"]);
    refused(&made_up, &["--skip-damaged", "false"], &[&found]);
    // Also one that this preset does not take, and both are counted.
    let other = taken(TRAIN, 1_881, 1);
    made_up.cut(&other, 3);
    refused(&made_up, &[], &["and 1 more file is wrong"]);
}

#[test]
fn a_truncated_picture_is_left_out_with_the_flag_and_the_run_says_which_once() {
    let made_up = MadeUp::new();
    let (name, test) = (middle(), taken(TEST, TEST_PICTURES, 3));
    // A header and no pixels, and nothing at all.
    made_up.cut(&name, 60);
    made_up.cut(&test, 0);
    let flags = [
        &made_up.flags()[..],
        &["--skip-damaged", "true", "--jobs", "2"],
    ]
    .concat();
    let run = COLORIZATION.run(&flags);
    let complaint = run.said().complaint();
    let said = format!("note: scenes: left out as damaged: {name}, {test}");
    assert_eq!(complaint.matches(&said).count(), 1, "{complaint}");
    let outcome: Outcome = run.outcome(COLOURS, 0);
    let colours = outcome.colours().unwrap();
    assert_eq!(colours.skipped, [name, test]);
    assert_eq!(colours.all.pictures, TRAINING_PICTURES - 1);
}

#[test]
fn what_cannot_be_left_out_is_an_error_with_the_flag_too() {
    let flags = ["--skip-damaged", "true"];
    let made_up = MadeUp::new();
    let name = middle();
    fs::remove_file(made_up.path(&name)).unwrap();
    let missing = format!("{name}: missing");
    refused(&made_up, &flags, &[&missing, "retrace data fetch scenes"]);
    let made_up = MadeUp::new();
    made_up.cut(TRAIN, 1_000);
    let cut = format!("{TRAIN}: another size, 1000 bytes");
    refused(&made_up, &flags, &[&cut, "retrace data fetch scenes"]);
    fs::remove_file(made_up.path(TRAIN)).unwrap();
    refused(&made_up, &flags, &[&format!("{TRAIN}: missing")]);
}

#[test]
fn pictures_of_one_pixel_and_with_transparency_are_pictures_of_the_set() {
    let made_up = MadeUp::new();
    let dot = |value: u8| GrayImage::from_pixel(1, 1, Luma([value]));
    let glass = RgbaImage::from_fn(40, 40, |x, y| Rgba([200, 4 * x as u8, 10, 6 * y as u8]));
    let grey_glass = image::GrayAlphaImage::from_fn(40, 33, |x, y| LumaA([3 * x as u8, y as u8]));
    made_up.put(&taken(TRAIN, TRAINING_PICTURES, 0), &dot(90).into());
    made_up.put(&taken(TRAIN, TRAINING_PICTURES, 5), &glass.clone().into());
    made_up.put(&taken(TRAIN, TRAINING_PICTURES, 9), &grey_glass.into());
    made_up.put(&taken(TEST, TEST_PICTURES, 0), &dot(120).into());
    made_up.put(
        &taken(TEST, TEST_PICTURES, 4),
        &RgbaImage::from_pixel(1, 1, Rgba([9; 4])).into(),
    );
    let run = COLORIZATION.run(&made_up.flags());
    let outcome: Outcome = run.outcome(COLOURS, 0);
    let colours = outcome.colours().unwrap();
    assert_eq!(colours.all.pictures, TRAINING_PICTURES);
    assert_eq!(colours.all.pixels, 14 * 40 * 40 + 40 * 33 + 1);
    let outcome: Outcome = run.outcome("as-described", 0);
    let end = outcome.end().unwrap();
    assert_eq!(end.pictures.len(), TEST_PICTURES);
    assert!(end.pictures.iter().all(|picture| picture.rmse.is_finite()));
    // A frozen network keeps the size of a test picture, and one pixel has no window.
    let folder = tempfile::tempdir().unwrap();
    let freeze = [
        "freeze",
        "--preset",
        "smoke",
        "--arm",
        "as-described",
        "-o",
        "n.onnx",
    ];
    PROGRAM.done(folder.path(), &[&freeze[..], &made_up.flags()].concat());
    assert!(folder.path().join("n.onnx").exists());
}

#[test]
fn a_model_is_trained_without_damaged_pictures_when_asked_to_and_its_command_says_so() {
    let made_up = MadeUp::new();
    let name = middle();
    made_up.cut(&name, 60);
    let folder = tempfile::tempdir().unwrap();
    let train = |flags: &[&str]| {
        let data_dir = &made_up.flags()[2..];
        [
            &["train", "--preset", "smoke", "--out", "out"],
            data_dir,
            flags,
        ]
        .concat()
        .join("\n")
    };
    let typed = train(&[]);
    let typed: Vec<&str> = typed.lines().collect();
    PROGRAM.refused(folder.path(), &typed, 3, &[&name, "`--skip-damaged true`"]);
    let mut models = Vec::new();
    for flag in [&["--skip-damaged"][..], &["--skip-damaged", "true"]] {
        let typed = train(&[flag, &["--json", "--overwrite"]].concat());
        let typed: Vec<&str> = typed.lines().collect();
        let said = PROGRAM.done(folder.path(), &typed);
        assert!(
            said.complaint()
                .contains(&format!("left out as damaged: {name}"))
        );
        assert_eq!(
            said.json()["command"],
            "colorization train --preset smoke --skip-damaged true --data real"
        );
        models.push(fs::read(folder.path().join("colorization.safetensors")).unwrap());
    }
    assert!(models[0] == models[1]);
}
