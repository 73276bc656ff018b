//! `train` and `colorize`, from the command line to the files.

mod cmyk;
mod folders;
mod large;
mod models;
mod pictures;
mod refused;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use burn::tensor::Device;
use colorization::model_file::{About, Model};
use colorization::network::NetworkConfig;
use image::{DynamicImage, GrayImage, Luma, RgbImage};
use retrace_data::encode_picture;
use retrace_test_support::resume::alone;
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
    assert_eq!(
        told["command"],
        "colorization train --preset smoke --data synthetic"
    );
    folder
});

/// A model whose only bin is grey: what it makes of a picture is its lightness.
static GREY: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let config = NetworkConfig {
        bins: 1,
        outputs: 1,
        before_relu: false,
    };
    let grey = Model {
        network: config.init(&Device::flex()),
        // The middle one of five by five windows.
        cells: vec![12],
        about: About::new(44.0, false, String::new(), Vec::new()),
    };
    let _alone = alone(); // Weights are drawn when they are written.
    grey.write(&folder.path().join("grey.safetensors")).unwrap();
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
    colorize_by(&model(), folder, arguments)
}

fn colorize_by(model: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = colorization(folder);
    command.arg("colorize").args(arguments);
    command.arg("--model").arg(model);
    command
}

/// The lightness of a picture, as the only colour of [`GREY`].
fn lightness(folder: &Path, picture: &str) -> RgbImage {
    let arguments = [picture, "-o", "lightness.png"];
    let model = GREY.path().join("grey.safetensors");
    colorize_by(&model, folder, &arguments).assert().success();
    coloured(folder, "lightness.png")
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

/// Names of all files and folders below `folder`, in order.
fn names(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        found.push(name.to_owned());
        if path.is_dir() {
            let below = names(&path).into_iter();
            found.extend(below.map(|deep| format!("{name}/{deep}")));
        }
    }
    found.sort();
    found
}

fn coloured(folder: &Path, name: &str) -> RgbImage {
    image::open(folder.join(name)).unwrap().to_rgb8()
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
