//! `rectify` and `estimate` through the program: the pictures they write and the numbers they
//! print.

use std::fs;
use std::path::Path;

use homography::dlt::normalized;
use homography::warp::{Frame, Sampling, warp};
use homography::{Homography, Pair, Point};
use image::{DynamicImage, RgbaImage};

use crate::program::{done, folder_with_photo, photo};

const FROM: &str = "20,10,100,20,15,80,110,85";
const TO: &str = "10,10,90,10,10,70,90,70";

fn homography() -> Homography {
    let from = [(20.0, 10.0), (100.0, 20.0), (15.0, 80.0), (110.0, 85.0)];
    let to = [(10.0, 10.0), (90.0, 10.0), (10.0, 70.0), (90.0, 70.0)];
    let point = |(x, y)| Point::new(x, y);
    let pairs = from.into_iter().zip(to);
    let pairs: Vec<Pair> = pairs.map(|(f, t)| Pair::new(point(f), point(t))).collect();
    normalized(&pairs).unwrap()
}

fn picture(folder: &Path, name: &str) -> DynamicImage {
    image::open(folder.join(name)).unwrap()
}

/// Runs `rectify photo.png -o out.png` with these flags as well.
fn rectified(folder: &Path, flags: &[&str]) -> (serde_json::Value, DynamicImage) {
    let mut arguments = vec!["rectify", "photo.png", "-o", "out.png", "--json"];
    arguments.extend_from_slice(flags);
    let said = done(folder, &arguments);
    (said.json(), picture(folder, "out.png"))
}

#[test]
fn rectify_draws_what_the_library_draws() {
    let folder = folder_with_photo();
    let flags = ["--from", FROM, "--to", TO, "--sampling", "bicubic"];
    let (json, drawn) = rectified(folder.path(), &flags);
    let homography = homography();
    let frame = Frame::of_mapped(&homography, 120, 90).unwrap();
    let expected = warp(&photo(120, 90), &homography, frame, Sampling::Bicubic).unwrap();
    assert!(drawn.to_rgb8() == expected);
    assert_eq!(
        (drawn.width(), drawn.height()),
        (frame.width(), frame.height())
    );
    assert_eq!(json["left"], frame.left());
    assert_eq!(json["top"], frame.top());
    assert_eq!(
        serde_json::from_value::<Homography>(json["matrix"].clone()).unwrap(),
        homography
    );
    let misses = json["residuals_px"].as_array().unwrap();
    assert_eq!(misses.len(), 4);
    assert!(misses.iter().all(|miss| miss.as_f64().unwrap() < 1e-9));
}

#[test]
fn the_frame_is_that_of_the_flags() {
    let folder = folder_with_photo();
    let points = ["--from", FROM, "--to", TO];
    let frame_of = |flags: &[&str]| {
        let (json, drawn) = rectified(folder.path(), &[&points, flags].concat());
        let number = |key: &str| json[key].as_i64().unwrap();
        assert_eq!(number("width"), i64::from(drawn.width()));
        assert_eq!(number("height"), i64::from(drawn.height()));
        (number("left"), number("top"), drawn.width(), drawn.height())
    };
    assert_eq!(frame_of(&["--frame", "input"]), (0, 0, 120, 90));
    assert_eq!(frame_of(&["--frame", "targets"]), (10, 10, 81, 61));
    assert_eq!(frame_of(&["--size", "33x44"]), (0, 0, 33, 44));
    assert_eq!(
        frame_of(&["--size", "33x44", "--corner", "-5,7"]),
        (-5, 7, 33, 44)
    );
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
    assert_eq!(
        (json["left"].as_i64(), json["top"].as_i64()),
        (Some(-3), Some(7))
    );
}

#[test]
fn an_estimate_in_json_is_a_matrix_for_rectify() {
    let folder = folder_with_photo();
    let csv = "to_x,to_y,from_x,from_y\n10,10,20,10\n90,10,100,20\n10,70,15,80\n90,70,110,85\n";
    fs::write(folder.path().join("pairs.csv"), csv).unwrap();
    let said = done(
        folder.path(),
        &["estimate", "--pairs", "pairs.csv", "--json"],
    );
    fs::write(folder.path().join("h.json"), &said.stdout).unwrap();
    let by_points = rectified(folder.path(), &["--from", FROM, "--to", TO]);
    let by_matrix = rectified(folder.path(), &["--matrix", "h.json"]);
    assert_eq!(by_points.1, by_matrix.1);
    assert_eq!(by_points.0["matrix"], by_matrix.0["matrix"]);
    fs::write(folder.path().join("h.json"), "[[1,0,4],[0,1,-2],[0,0,1]]").unwrap();
    let (json, drawn) = rectified(folder.path(), &["--matrix", "h.json"]);
    assert_eq!(json["left"], 4);
    assert!(drawn.to_rgb8() == photo(120, 90));
}

#[test]
fn estimate_tells_of_each_pair() {
    let folder = tempfile::tempdir().unwrap();
    // A shift by (5, -3); the last pair is off by 3 and 4 pixels.
    let mut csv = "from_x,from_y,to_x,to_y\n".to_owned();
    for k in 0..12_i32 {
        let (x, y) = (40 * (k % 4), 30 * (k / 4));
        let (off_x, off_y) = if k == 11 { (30, 40) } else { (0, 0) };
        csv.push_str(&format!("{x},{y},{},{}\n", x + 5 + off_x, y - 3 + off_y));
    }
    fs::write(folder.path().join("pairs.csv"), csv).unwrap();
    let estimate = |flags: &[&str]| {
        done(
            folder.path(),
            &[&["estimate", "--pairs", "pairs.csv"], flags].concat(),
        )
    };
    let json = estimate(&["--ransac", "--json"]).json();
    assert_eq!((&json["pairs"], &json["inliers"]), (&12.into(), &11.into()));
    assert_eq!(json["method"], "ransac");
    assert!(json["trials"].as_u64().unwrap() >= 1);
    assert!(json["forward_rms_px"].as_f64().unwrap() < 1e-9);
    let last = &json["residuals"][11];
    assert_eq!(last["inlier"], false);
    assert!((last["forward_px"].as_f64().unwrap() - 50.0).abs() < 1e-9);
    assert!((last["symmetric_px"].as_f64().unwrap() - 50.0 * 2.0_f64.sqrt()).abs() < 1e-9);
    assert!((last["mapped"]["x"].as_f64().unwrap() - 125.0).abs() < 1e-9);
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
    assert!(
        text.lines().last().unwrap().ends_with("50.000  outlier"),
        "{text}"
    );
}

#[test]
fn the_same_seed_prints_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let matches = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graf_matches.csv");
    let matches = matches.to_str().unwrap();
    let run = |seed: &str| {
        let flags = [
            "estimate", "--pairs", matches, "--ransac", "--seed", seed, "--json",
        ];
        done(folder.path(), &flags).stdout
    };
    assert_eq!(run("7"), run("7"));
}

#[test]
fn help_shows_an_example_and_the_coordinates() {
    let folder = tempfile::tempdir().unwrap();
    for tool in ["rectify", "estimate"] {
        let help = done(folder.path(), &[tool, "--help"]).stdout;
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains("Example"), "{help}");
        assert!(
            help.contains("from the centre of the top-left pixel"),
            "{help}"
        );
    }
}
