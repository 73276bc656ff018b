//! `rectify` and `estimate` through the program: the pictures they write and the numbers they
//! print.

use std::fs;
use std::path::Path;

use homography::Homography;
use homography::dlt::normalized;
use homography::warp::{Frame, Sampling, warp};
use image::{DynamicImage, ImageBuffer, Rgb, RgbImage, RgbaImage};
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
fn sixteen_bits_stay_sixteen_but_in_a_jpeg_which_is_said() {
    let folder = folder_with_photo();
    let path = |name: &str| folder.path().join(name);
    let deep = ImageBuffer::from_fn(20, 10, |x, y| {
        Rgb([257 * x as u16 + 1, 771 * y as u16 + 5, 40_003])
    });
    let deep = DynamicImage::ImageRgb16(deep);
    let grey = DynamicImage::from(deep.to_luma16());
    for deep in [deep, grey] {
        deep.save(path("photo.png")).unwrap();
        let shift = ["--from", "0,0,9,0,9,9,0,9", "--to", "3,7,12,7,12,16,3,16"];
        for output in ["out.png", "out.ppm", "out.jpg"] {
            let start = ["rectify", "photo.png", "-o", output];
            let done = PROGRAM.done(folder.path(), &[&start[..], &shift].concat());
            let drawn = image::open(path(output)).unwrap();
            let is_jpeg = output == "out.jpg";
            assert_eq!(
                done.complaint().contains("reduced to 8"),
                is_jpeg,
                "{}",
                done.stderr
            );
            assert!(is_jpeg || drawn == deep, "{output} {:?}", drawn.color());
            assert_eq!(drawn.color().has_color(), deep.color().has_color());
        }
    }
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
    assert!(json["forward_rms"].as_f64().unwrap() < 1e-9);
    assert_eq!(
        (&json["error"], &json["seed"]),
        (&"sampson".into(), &0.into())
    );
    assert_eq!(
        (&json["threshold"]["from"], &json["threshold"]["to"]),
        (&3.0.into(), &3.0.into())
    );
    assert_eq!(json["warnings"].as_array().unwrap().len(), 0);
    let last = &json["residuals"][11];
    assert_eq!(last["inlier"], false);
    for (number, expected) in [
        (&last["forward"], 50.0),
        (&last["backward"], 50.0),
        // Half of the way in each picture.
        (&last["sampson"], 50.0 / 2.0_f64.sqrt()),
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
    assert!(json["forward_rms"].as_f64().unwrap() > 1.0);
    assert!(json.get("trials").is_none() && json["residuals"][0].get("sampson").is_none());
    let text = estimate(&["--ransac"]).stdout;
    assert!(text.contains("11 of 12 pairs, ransac"), "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.ends_with(" 35.36  outlier"), "{text}");
    assert!(
        text.contains("Sampson") && !text.contains("forward_px"),
        "{text}"
    );
}

/// A CSV file of pairs.
fn csv(rows: impl IntoIterator<Item = [f64; 4]>) -> String {
    let line = |[x, y, u, v]: [f64; 4]| format!("{x},{y},{u},{v}\n");
    let rows: String = rows.into_iter().map(line).collect();
    format!("from_x,from_y,to_x,to_y\n{rows}")
}

#[test]
fn errors_have_digits_and_no_unit_that_nobody_named() {
    let folder = tempfile::tempdir().unwrap();
    // Pixels and degrees: a perspective map to some metres, rounded to six decimals.
    let rows = (0..12_u8).map(|k| {
        let (x, y) = (160.0 * f64::from(k % 4), 210.0 * f64::from(k / 4));
        let w = 1.0 + 4e-4 * x;
        let round = |v: f64| (v * 1e6).round() / 1e6;
        [
            x,
            y,
            round(28.6 + 2e-7 * x / w),
            round(-81.2 + 4e-7 * y / w),
        ]
    });
    fs::write(folder.path().join("pairs.csv"), csv(rows)).unwrap();
    let text = PROGRAM
        .done(folder.path(), &["estimate", "--pairs", "pairs.csv"])
        .stdout;
    assert!(text.contains("e-7 forward"), "{text}");
    assert!(!text.contains("0.000") && !text.contains("pixel"), "{text}");
}

#[test]
fn the_usual_threshold_follows_the_points_and_another_is_taken_as_given() {
    let folder = tempfile::tempdir().unwrap();
    // Onto a square of size 1; every fifth pair is off by a tenth of it.
    let rows = (0..40_u8).map(|k| {
        let (column, row) = (f64::from(k % 8), f64::from(k / 8));
        let off = if k % 5 == 2 {
            0.1 + 0.01 * f64::from(k % 7)
        } else {
            0.0
        };
        [
            80.0 * column,
            90.0 * row,
            column / 8.0 + off,
            row / 5.0 - off,
        ]
    });
    fs::write(folder.path().join("pairs.csv"), csv(rows)).unwrap();
    let start = ["estimate", "--pairs", "pairs.csv", "--ransac"];
    let estimate = |flags: &[&str]| {
        PROGRAM
            .done(folder.path(), &[&start[..], flags, &["--json"]].concat())
            .json()
    };
    assert_eq!(estimate(&[])["inliers"], 32);
    assert_eq!(estimate(&["--threshold", "3,0.01"])["inliers"], 32);
    assert_eq!(estimate(&["--threshold", "0.01"])["threshold"]["to"], 0.01);
    let wide = [&start[..], &["--threshold", "3"]].concat();
    PROGRAM.refused(
        folder.path(),
        &wide,
        3,
        &["within a threshold of 3", "smaller threshold"],
    );
    let capped = estimate(&["--max-trials", "3", "--confidence", "0.9999"]);
    assert_eq!(
        (&capped["trials"], &capped["max_trials"]),
        (&3.into(), &3.into())
    );
    let warning = capped["warnings"][0].as_str().unwrap();
    assert!(warning.contains("raise `--max-trials`"), "{warning}");
}

#[test]
fn crossed_corners_are_called_so() {
    let folder = folder_with_photo();
    let bow_tie = [
        [0.0, 0.0, 0.0, 0.0],
        [50.0, 0.0, 50.0, 0.0],
        [50.0, 50.0, 0.0, 50.0],
        [0.0, 50.0, 50.0, 50.0],
    ];
    fs::write(folder.path().join("pairs.csv"), csv(bow_tie)).unwrap();
    let json = PROGRAM
        .done(
            folder.path(),
            &["estimate", "--pairs", "pairs.csv", "--json"],
        )
        .json();
    let warning = json["warnings"][0].as_str().unwrap();
    assert!(warning.contains("bow tie: points 3 and 4"), "{warning}");
    let points = [
        "--from",
        "0,0,50,0,50,50,0,50",
        "--to",
        "0,0,50,0,0,50,50,50",
    ];
    let rectify = ["rectify", "photo.png", "-o", "out.png"];
    let words = ["`--from` and `--to`", "bow tie: points 3 and 4"];
    PROGRAM.refused(folder.path(), &[&rectify[..], &points].concat(), 2, &words);
    // One point within the triangle of the others, in one picture alone: no exchange helps.
    let inner = [
        "--from",
        "0,0,50,0,50,50,0,50",
        "--to",
        "0,0,60,0,0,60,10,10",
    ];
    let words = ["passes between the points", "a point may be wrong"];
    PROGRAM.refused(folder.path(), &[&rectify[..], &inner].concat(), 2, &words);
}

#[cfg(unix)]
#[test]
fn names_that_are_not_utf_8_are_names() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::process::Command;

    let folder = folder_with_photo();
    let name = |bytes: &[u8]| OsStr::from_bytes(bytes).to_owned();
    let path = |bytes: &[u8]| folder.path().join(name(bytes));
    fs::rename(folder.path().join("photo.png"), path(b"photo\xff.png")).unwrap();
    fs::write(path(b"\xfe.csv"), csv(pairs_of(FROM, TO))).unwrap();
    fs::write(path(b"h\xfd.txt"), "1 0 0 0 1 0 0 0 1").unwrap();
    let run = |arguments: &[&OsStr]| {
        let command = Command::new(env!("CARGO_BIN_EXE_homography"))
            .args(arguments)
            .current_dir(folder.path())
            .output();
        let output = command.unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), complaint)
    };
    let [photo, pairs, matrix] = [&b"photo\xff.png"[..], b"\xfe.csv", b"h\xfd.txt"].map(name);
    let [rectify, estimate, to, csv, by, json] =
        ["rectify", "estimate", "-o", "--pairs", "--matrix", "--json"].map(OsStr::new);
    let out = name(b"out\xfc.png");
    let done = run(&[rectify, &photo, by, &matrix, to, &out, json]);
    assert_eq!(done, (Some(0), String::new()));
    assert!(path(b"out\xfc.png").exists());
    assert_eq!(run(&[estimate, csv, &pairs, json]).0, Some(0));
    let (code, complaint) = run(&[
        rectify,
        OsStr::from_bytes(b"\xf0.png"),
        by,
        &matrix,
        to,
        &out,
    ]);
    assert!(
        code == Some(3) && complaint.contains("cannot read"),
        "{complaint}"
    );
    let (code, complaint) = run(&[
        rectify,
        &photo,
        OsStr::new("--from"),
        OsStr::from_bytes(b"1,\xff"),
    ]);
    assert!(
        code == Some(2) && complaint.contains("UTF-8"),
        "{complaint}"
    );
}

/// Rows of the points of two flags.
fn pairs_of(from: &str, to: &str) -> Vec<[f64; 4]> {
    let points = |text: &str| -> Vec<f64> { text.split(',').map(|v| v.parse().unwrap()).collect() };
    let (from, to) = (points(from), points(to));
    let both = from.chunks(2).zip(to.chunks(2));
    both.map(|(from, to)| [from[0], from[1], to[0], to[1]])
        .collect()
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
