//! `train` and `colorize`, from the command line to the files.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use image::{DynamicImage, GrayImage, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use retrace_data::colour::lab_from_rgb;
use retrace_data::encode_picture;
use serde_json::Value;
use tempfile::TempDir;

/// A model of the smoke preset, which several tests colour with.
static MODEL: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let done = train(folder.path()).arg("--json").assert().success();
    let told: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert_eq!(told["model"], "colorization.safetensors");
    assert!(told["bins"].as_u64().unwrap() > 3);
    assert!(
        told["trained_on"][0]
            .as_str()
            .unwrap()
            .contains("synthetic")
    );
    assert_eq!(told["command"], "colorization train --preset smoke");
    folder
});

fn colorization(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("colorization").unwrap();
    command.current_dir(folder).env_remove("RETRACE_DATA");
    command
}

fn train(folder: &Path) -> Command {
    let mut command = colorization(folder);
    command.args(["train", "--preset", "smoke", "--data", "synthetic"]);
    command
}

fn model() -> PathBuf {
    MODEL.path().join("colorization.safetensors")
}

/// Colours within `folder` by the model of [`MODEL`].
fn colorize(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = colorization(folder);
    command
        .arg("colorize")
        .args(arguments)
        .arg("--model")
        .arg(model());
    command
}

fn said(command: &mut Command, code: i32) -> String {
    let done = command.assert().code(code);
    String::from_utf8_lossy(&done.get_output().stderr).into_owned()
}

fn write(folder: &Path, name: &str, image: &DynamicImage) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, encode_picture(image, &path).unwrap()).unwrap();
}

fn slope(width: u32, height: u32) -> GrayImage {
    GrayImage::from_fn(width, height, |x, y| Luma([(5 * x + 3 * y) as u8]))
}

fn coloured(folder: &Path, name: &str) -> RgbImage {
    image::open(folder.join(name)).unwrap().to_rgb8()
}

#[test]
fn the_model_that_was_trained_is_found_and_colours_keep_the_lightness() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::copy(model(), folder.join("colorization.safetensors")).unwrap();
    write(folder, "photo.png", &slope(40, 30).into());
    let arguments = ["colorize", "photo.png", "-o", "out.png", "--json"];
    let done = colorization(folder).args(arguments).assert().success();
    let told: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    let clipped = told[0]["clipped"].as_u64().unwrap();
    let (grey, out) = (slope(40, 30), coloured(folder, "out.png"));
    assert_eq!(out.dimensions(), (40, 30));
    let changed = grey.pixels().zip(out.pixels()).filter(|(grey, out)| {
        let [l, ..] = lab_from_rgb([grey.0[0]; 3]);
        (lab_from_rgb(out.0)[0] - l).abs() > 0.6
    });
    // Only where the colour had to be clipped.
    assert!(changed.count() as u64 <= clipped);
    assert!(out.pixels().any(|p| p.0[0] != p.0[2]), "there is colour");
}

#[test]
fn a_grey_border_stays_grey_and_temperatures_differ() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "photo.png", &slope(40, 30).into());
    for (name, flags) in [
        ("grey.png", ["--border", "grey"]),
        ("cold.png", ["--temperature", "0.01"]),
        ("hot.png", ["--temperature", "1"]),
    ] {
        let arguments = [&["photo.png", "-o", name][..], &flags].concat();
        colorize(folder, &arguments).assert().success();
    }
    let grey = coloured(folder, "grey.png");
    let spread = |pixel: &Rgb<u8>| {
        let [r, g, b] = pixel.0;
        r.max(g).max(b) - r.min(g).min(b)
    };
    for (x, y, pixel) in grey.enumerate_pixels() {
        let border = x < 8 || y < 8 || x >= 32 || y >= 22;
        assert!(!border || spread(pixel) <= 1, "{x} {y}");
    }
    assert!(grey.pixels().any(|pixel| spread(pixel) > 1));
    assert_ne!(coloured(folder, "cold.png"), coloured(folder, "hot.png"));
}

#[test]
fn pictures_of_every_kind_are_coloured() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let colour = RgbImage::from_fn(20, 18, |x, y| Rgb([(9 * x) as u8, (7 * y) as u8, 90]));
    let glass = RgbaImage::from_fn(20, 18, |x, _| Rgba([200, 10, 10, (12 * x) as u8]));
    let grey_glass = image::GrayAlphaImage::from_pixel(9, 9, LumaA([90, 7]));
    write(folder, "album/grey.jpg", &slope(30, 20).into());
    write(folder, "album/sub/colour.png", &colour.into());
    write(folder, "album/glass.png", &glass.clone().into());
    write(folder, "album/grey-glass.png", &grey_glass.into());
    write(folder, "album/one.png", &slope(1, 1).into());
    write(folder, "album/thin.png", &slope(200, 2).into());
    let done = colorize(folder, &["album", "-o", "out"]).assert().success();
    let lines = String::from_utf8_lossy(&done.get_output().stdout).into_owned();
    assert_eq!(lines.lines().count(), 6, "{lines}");
    assert!(lines.contains("[6/6]"), "{lines}");
    let size = |name: &str| image::open(folder.join("out").join(name)).unwrap();
    assert_eq!(size("grey.png").to_rgb8().dimensions(), (30, 20));
    assert_eq!(size("sub/colour.png").to_rgb8().dimensions(), (20, 18));
    assert_eq!(size("one.png").to_rgb8().dimensions(), (1, 1));
    assert_eq!(size("thin.png").to_rgb8().dimensions(), (200, 2));
    // Transparency stays.
    let alphas = |image: &RgbaImage| image.pixels().map(|p| p.0[3]).collect::<Vec<_>>();
    assert_eq!(alphas(&size("glass.png").to_rgba8()), alphas(&glass));
}

#[test]
fn a_damaged_picture_is_named_and_left_out_only_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/a.jpg", &slope(30, 20).into());
    write(folder, "album/b.jpg", &slope(30, 20).into());
    let whole = fs::read(folder.join("album/a.jpg")).unwrap();
    fs::write(folder.join("album/a.jpg"), &whole[..whole.len() / 2]).unwrap();
    let error = said(&mut colorize(folder, &["album", "-o", "out"]), 3);
    assert!(error.contains("a.jpg"), "{error}");
    let arguments = ["album", "-o", "out", "--skip-damaged", "--json"];
    let done = colorize(folder, &arguments).assert().success();
    let told: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert!(told[0]["error"].as_str().unwrap().contains("a.jpg"));
    assert!(told[1]["error"].is_null());
    assert!(folder.join("out/b.png").exists() && !folder.join("out/a.png").exists());
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "photo.png", &slope(20, 20).into());
    fs::create_dir(folder.join("empty")).unwrap();
    write(folder, "twice/a.png", &slope(20, 20).into());
    write(folder, "twice/a.jpg", &slope(20, 20).into());
    let refused = [
        (
            vec!["photo.png", "-o", "photo.png"],
            2,
            "is the picture itself",
        ),
        (vec!["photo.png", "-o", "out.webp"], 2, "ends in .png"),
        (
            vec!["photo.png", "-o", "o.png", "--temperature", "0"],
            2,
            "from 0.001 to 10",
        ),
        (
            vec!["photo.png", "-o", "o.png", "--temperature", "-1"],
            2,
            "from 0.001 to 10",
        ),
        (vec!["empty", "-o", "out"], 3, "holds no picture"),
        (vec!["twice", "-o", "out"], 2, "rename one"),
        (vec!["missing.png", "-o", "o.png"], 3, "missing.png"),
    ];
    for (arguments, code, sentence) in refused {
        let error = said(&mut colorize(folder, &arguments), code);
        assert!(error.contains(sentence), "{arguments:?}: {error}");
    }
    let left: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 3, "{left:?}");
}

#[test]
fn a_model_file_that_is_not_what_was_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "photo.png", &slope(20, 20).into());
    let whole = fs::read(model()).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(folder.join("m.safetensors"), bytes).unwrap();
        let mut command = colorization(folder);
        command.args([
            "colorize",
            "photo.png",
            "-o",
            "o.png",
            "--model",
            "m.safetensors",
        ]);
        let error = said(&mut command, 3);
        assert!(error.contains("m.safetensors"), "{error}");
        error
    };
    for part in 0..12 {
        refused(&whole[..whole.len() * part / 12]);
    }
    for part in 0..24 {
        let mut flipped = whole.clone();
        flipped[whole.len() * part / 24] ^= 4;
        refused(&flipped);
    }
    // Other bins: the window of the metadata changed, and the checksum says so.
    let text = String::from_utf8_lossy(&whole);
    let place = text.find("\\\"window\\\":40.0").map(|at| text[..at].len());
    let mut other = whole.clone();
    let at = place.unwrap() + "\\\"window\\\":".len();
    other[at..at + 2].copy_from_slice(b"20");
    assert!(refused(&other).contains("checksum"));
    let error = said(
        colorization(folder).args(["colorize", "photo.png", "-o", "o.png"]),
        3,
    );
    assert!(error.contains("colorization train"), "{error}");
}

#[test]
fn a_model_is_not_replaced_unasked_and_is_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    train(folder.path()).assert().success();
    let path = folder.path().join("colorization.safetensors");
    assert_eq!(fs::read(&path).unwrap(), fs::read(model()).unwrap());
    let error = said(&mut train(folder.path()), 2);
    assert!(error.contains("--overwrite"), "{error}");
    train(folder.path()).arg("--overwrite").assert().success();
    assert_eq!(fs::read(&path).unwrap(), fs::read(model()).unwrap());
    let error = said(
        train(folder.path()).args(["--overwrite", "--window", "900"]),
        2,
    );
    assert!(error.contains("window"), "{error}");
}
