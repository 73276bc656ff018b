//! Pictures of many pixels.

use std::fs;

use image::{GrayImage, Luma};

use super::{colorize, lightness, names, said, write};

#[test]
fn a_picture_of_20_megapixels_is_coloured_tile_by_tile() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (width, height) = (5_000, 4_000);
    let grey = |x: u32, y: u32| Luma([(40 * (x / 1_250) + 10 * (y / 1_000)) as u8]);
    write(
        folder,
        "large.png",
        &GrayImage::from_fn(width, height, grey).into(),
    );
    let out = lightness(folder, "large.png");
    assert_eq!(out.dimensions(), (width, height));
    let wrong = out.enumerate_pixels().find(|(x, y, pixel)| {
        let Luma([expected]) = grey(*x, *y);
        pixel.0.iter().any(|value| value.abs_diff(expected) > 1)
    });
    assert_eq!(wrong, None);
}

#[test]
fn a_picture_above_60_megapixels_is_refused_before_it_is_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let colour = |header: &str| {
        fs::write(folder.join("huge.pgm"), header).unwrap();
        let error = said(&mut colorize(folder, &["huge.pgm", "-o", "out.png"]), 3);
        assert_eq!(names(folder), ["huge.pgm"]);
        error
    };
    // A header alone: the size is all that there is to read.
    let error = colour("P5 10000 6001 255\n");
    assert!(
        error.contains("huge.pgm: expected at most 60 megapixels"),
        "{error}"
    );
    assert!(
        error.contains("10000x6001") && error.contains("make it smaller"),
        "{error}"
    );
    let error = colour("P5 10000 6000 255\n");
    assert!(error.contains("huge.pgm is a damaged picture"), "{error}");
}
