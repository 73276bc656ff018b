//! `rectify` and `estimate` through the program: the pictures they write and the numbers they
//! print.

use std::fs;
use std::path::Path;

use homography::Homography;
use homography::dlt::normalized;
use homography::warp::{Frame, Sampling, warp};
use image::{DynamicImage, Rgb, RgbImage, RgbaImage};
use retrace_test_support::Program;

use crate::pairs;

pub const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_homography"));

const FROM: &str = "20,10,100,20,15,80,110,85";
const TO: &str = "10,10,90,10,10,70,90,70";

/// The homography of the points above.
fn homography() -> Homography {
    let rows = [
        [20.0, 10.0, 10.0, 10.0],
        [100.0, 20.0, 90.0, 10.0],
        [15.0, 80.0, 10.0, 70.0],
        [110.0, 85.0, 90.0, 70.0],
    ];
    normalized(&pairs(&rows)).unwrap()
}

/// A picture of slopes with a few edges, 120 x 90 pixels.
fn photo() -> RgbImage {
    RgbImage::from_fn(120, 90, |x, y| {
        let edge = if (x / 16 + y / 16) % 2 == 0 { 90 } else { 0 };
        Rgb([(2 * x) as u8, (3 * y) as u8, (x + y + edge) as u8])
    })
}

/// A folder with that picture as `photo.png`.
pub fn folder_with_photo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    photo().save(folder.path().join("photo.png")).unwrap();
    folder
}

/// Runs `rectify photo.png -o out.png` with these flags as well.
fn rectified(folder: &Path, flags: &[&str]) -> (serde_json::Value, DynamicImage) {
    let start = ["rectify", "photo.png", "-o", "out.png", "--json"];
    let said = PROGRAM.done(folder, &[&start[..], flags].concat());
    (said.json(), image::open(folder.join("out.png")).unwrap())
}

#[test]
fn rectify_draws_what_the_library_draws() {
    let folder = folder_with_photo();
    let flags = ["--from", FROM, "--to", TO, "--sampling", "bicubic"];
    let (json, drawn) = rectified(folder.path(), &flags);
    let homography = homography();
    let frame = Frame::of_mapped(&homography, 120, 90).unwrap();
    let expected = warp(&photo(), &homography, frame, Sampling::Bicubic).unwrap();
    assert!(drawn.to_rgb8() == expected);
    assert_eq!(
        (&json["left"], &json["top"]),
        (&frame.left().into(), &frame.top().into())
    );
    let matrix: Homography = serde_json::from_value(json["matrix"].clone()).unwrap();
    assert_eq!(matrix, homography);
    let misses = json["residuals_px"].as_array().unwrap();
    assert_eq!(misses.len(), 4);
    assert!(misses.iter().all(|miss| miss.as_f64().unwrap() < 1e-9));
}

#[test]
fn the_frame_is_that_of_the_flags() {
    let folder = folder_with_photo();
    for (flags, expected) in [
        (&["--frame", "input"][..], [0, 0, 120, 90]),
        (&["--frame", "targets"], [10, 10, 81, 61]),
        (&["--size", "33x44"], [0, 0, 33, 44]),
        (&["--size", "33x44", "--corner", "-5,7"], [-5, 7, 33, 44]),
    ] {
        let points = ["--from", FROM, "--to", TO];
        let (json, drawn) = rectified(folder.path(), &[&points, flags].concat());
        let frame = ["left", "top", "width", "height"].map(|key| json[key].as_i64().unwrap());
        assert_eq!(frame, expected, "{flags:?}");
        let size = [i64::from(drawn.width()), i64::from(drawn.height())];
        assert_eq!(size, expected[2..], "{flags:?}");
    }
}

#[test]
fn a_shift_by_whole_pixels_keeps_every_pixel_and_alpha() {
    let folder = folder_with_photo();
    let clear = RgbaImage::from_fn(20, 10, |x, y| {
        image::Rgba([x as u8, y as u8, 9, (x * y) as u8])
    });
    clear.save(folder.path().join("photo.png")).unwrap();
    let shift = ["--from", "0,0,9,0,9,9,0,9", "--to", "-3,7,6,7,6,16,-3,16"];
    let (json, drawn) = rectified(folder.path(), &shift);
    assert_eq!(drawn, DynamicImage::ImageRgba8(clear));
    assert_eq!((&json["left"], &json["top"]), (&(-3).into(), &7.into()));
}

#[test]
fn an_estimate_in_json_is_a_matrix_for_rectify() {
    let folder = folder_with_photo();
    let file = |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
    let csv = "to_x,to_y,from_x,from_y\n10,10,20,10\n90,10,100,20\n10,70,15,80\n90,70,110,85\n";
    file("pairs.csv", csv);
    let estimate = ["estimate", "--pairs", "pairs.csv", "--json"];
    file("h.json", &PROGRAM.done(folder.path(), &estimate).stdout);
    let by_points = rectified(folder.path(), &["--from", FROM, "--to", TO]);
    let by_matrix = rectified(folder.path(), &["--matrix", "h.json"]);
    assert_eq!(by_points.1, by_matrix.1);
    assert_eq!(by_points.0["matrix"], by_matrix.0["matrix"]);
    file("h.json", "[[1,0,4],[0,1,-2],[0,0,1]]");
    let (json, drawn) = rectified(folder.path(), &["--matrix", "h.json"]);
    assert_eq!(json["left"], 4);
    assert!(drawn.to_rgb8() == photo());
}

#[test]
fn estimate_tells_of_each_pair() {
    let folder = tempfile::tempdir().unwrap();
    // A shift by (5, -3); the last pair is off by 30 and 40 pixels.
    let mut csv = "from_x,from_y,to_x,to_y\n".to_owned();
    for k in 0..12_i32 {
        let (x, y) = (40 * (k % 4), 30 * (k / 4));
        let (off_x, off_y) = if k == 11 { (30, 40) } else { (0, 0) };
        csv.push_str(&format!("{x},{y},{},{}\n", x + 5 + off_x, y - 3 + off_y));
    }
    fs::write(folder.path().join("pairs.csv"), csv).unwrap();
    let estimate = |flags: &[&str]| {
        let start = ["estimate", "--pairs", "pairs.csv"];
        PROGRAM.done(folder.path(), &[&start, flags].concat())
    };
    let json = estimate(&["--ransac", "--json"]).json();
    assert_eq!((&json["pairs"], &json["inliers"]), (&12.into(), &11.into()));
    assert_eq!(json["method"], "ransac");
    assert!(json["trials"].as_u64().unwrap() >= 1);
    assert!(json["forward_rms_px"].as_f64().unwrap() < 1e-9);
    let last = &json["residuals"][11];
    assert_eq!(last["inlier"], false);
    for (number, expected) in [
        (&last["forward_px"], 50.0),
        (&last["symmetric_px"], 50.0 * 2.0_f64.sqrt()),
        (&last["mapped"]["x"], 125.0),
    ] {
        assert!((number.as_f64().unwrap() - expected).abs() < 1e-9, "{last}");
    }
    // Without RANSAC the wrong pair pulls all others along.
    let json = estimate(&["--method", "plain", "--json"]).json();
    assert_eq!(
        (&json["inliers"], &json["method"]),
        (&12.into(), &"plain".into())
    );
    assert!(json["forward_rms_px"].as_f64().unwrap() > 1.0);
    assert!(json.get("trials").is_none());
    let text = estimate(&["--ransac"]).stdout;
    assert!(text.contains("11 of 12 pairs, ransac"), "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.ends_with("50.000  outlier"), "{text}");
}

#[test]
fn the_same_seed_prints_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let matches = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/graf_matches.csv");
    let flags = [
        "estimate", "--pairs", matches, "--ransac", "--seed", "7", "--json",
    ];
    let [first, second] = [(); 2].map(|()| PROGRAM.done(folder.path(), &flags).stdout);
    assert_eq!(first, second);
}
