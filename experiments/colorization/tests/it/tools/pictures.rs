//! What `colorize` makes of pictures.

use std::fs;

use image::{LumaA, Rgb, RgbImage, Rgba, RgbaImage};
use retrace_data::colour::lab_from_rgb;
use serde_json::Value;

use super::{colorization, colorize, coloured, model, slope, write};

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
