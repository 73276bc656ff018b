//! Settings, points, pictures and files that are not what they should be: a sentence that names the
//! key, the point or the file, the right exit code, never a panic, nothing written.

use std::fs;

use homography::HomographyPost;
use retrace_test_support::refuses;

use crate::tools::{PROGRAM, folder_with_photo};

#[test]
fn settings_without_sense_are_refused() {
    refuses::<HomographyPost>(&[
        ("--noise=0", "noise"),
        ("--noise=NaN", "noise"),
        ("--noises=", "noises"),
        ("--noises=2,1", "rising"),
        ("--noises=0,1", "above 0"),
        ("--pair-counts=5,8", "pair_counts"),
        ("--pair-counts=4,8,8", "rising"),
        ("--pair-counts=4,8,100000", "none above 10000"),
        ("--pairs=7", "one of `pair_counts`"),
        ("--outlier-pairs=3", "from 10 to 10000"),
        ("--outlier-shares=0.3,1", "from 0 to below 1"),
        ("--outlier-share=0.31", "one of `outlier_shares`"),
        ("--ransac-threshold=inf", "ransac_threshold"),
        ("--distances=-1,0", "0 or more"),
        ("--corners=0", "from 50 to 20000"),
    ]);
}

const TO: &str = "0,0,50,0,0,50,50,50";

/// Runs `rectify photo.png -o out.png` with each of these flags, which must be refused as usage.
fn refused_flags(cases: &[(&[&str], &str)]) {
    let folder = folder_with_photo();
    for (flags, words) in cases {
        let arguments = [&["rectify", "photo.png", "-o", "out.png"], *flags].concat();
        PROGRAM.refused(folder.path(), &arguments, 2, &[words]);
    }
}

#[test]
fn points_that_give_no_homography_are_refused_by_number() {
    let five = "0,0,10,1,20,0,30,0,7,9";
    for (from, to, words) in [
        ("0,0,10,10,20,20,5,50", TO, "\"from\" points 1, 2 and 3"),
        ("0,0,50,0,0,50,50,55", "0,0,9,9,3,7,9,9", "points 2 and 4"),
        ("0,0,50,0,0,50", "0,0,50,0,0,50", "at least 4 pairs"),
        ("0,0,50,0,0,50,50", TO, "two numbers per point, found 7"),
        ("0,0,50,0,0,NaN,50,50", TO, "finite numbers, found \"NaN\""),
        ("0,0,50,0,0,1e999,50,50", TO, "found \"1e999\""),
        ("0,0,50,0,0,,50,50", TO, "finite numbers, found \"\""),
        ("0,0,5,0,0,5,5,5,7,8", TO, "`--from` has 5 points and"),
        ("0,0,1,0,2,0,3,0,7,9", five, "except number 5 lie on"),
    ] {
        refused_flags(&[(&["--from", from, "--to", to], words)]);
    }
}

#[test]
fn frames_that_cannot_be_drawn_are_refused() {
    let with = |flags: &[&'static str]| [&["--from", TO, "--to", TO], flags].concat();
    refused_flags(&[
        (&with(&["--size", "90000x90000"]), "90000 x 90000 pixels"),
        (&with(&["--size", "0x5"]), "such as 640x480"),
        (&with(&["--size", "5"]), "such as 640x480"),
        (&with(&["--corner", "5,5"]), "--size"),
        (&with(&["--size", "5x5", "--corner", "5"]), "such as -20,35"),
        (&with(&["--size", "5x5", "--frame", "input"]), "--frame"),
        (&["--from", TO], "--to"),
        (&[], "--from"),
        (&with(&["--matrix", "h.json"]), "--matrix"),
        (&with(&["--sampling", "cubic"]), "bicubic"),
    ]);
    // The right side of the square shrinks so much that lines meet within the photo.
    let (from, to) = ("0,0,40,20,40,30,0,50", "0,0,40,0,40,50,0,50");
    let crossed = ["--from", from, "--to", to];
    let enlarged = ["--from", TO, "--to", "0,0,9000,0,0,9000,9000,9000"];
    refused_flags(&[
        (&crossed, "photo.png: the horizon of this homography"),
        (&crossed, "infinitely large"),
        (&crossed, "`--frame input`, `--frame targets`, `--size WxH`"),
        (&enlarged, "million that are drawn"),
    ]);
    let start = ["rectify", "photo.png", "-o", "out.png", "--frame", "input"];
    PROGRAM.done(folder_with_photo().path(), &[&start[..], &crossed].concat());
}

#[test]
fn files_that_are_no_pictures_are_refused_by_name() {
    let folder = folder_with_photo();
    let good = fs::read(folder.path().join("photo.png")).unwrap();
    let mut corrupt = good.clone();
    corrupt[good.len() / 2] ^= 0x55;
    // A PNG header that promises 60,000 x 60,000 pixels, with its checksum.
    let mut huge = good[..16].to_vec();
    huge.extend([
        0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0, 0x0f, 0xb0, 0xe2, 0x15,
    ]);
    huge.extend(&good[33..]);
    let files: [(&str, Option<&[u8]>, &str); 8] = [
        ("corrupt.png", Some(&corrupt), "damaged"),
        ("cut.png", Some(&good[..good.len() / 2]), "damaged"),
        ("text.png", Some(b"my holiday"), "expected a picture"),
        ("empty.png", Some(b""), "expected a picture"),
        ("huge.png", Some(&huge), "60000x60000"),
        ("huge.ppm", Some(b"P6 60000 60000 255\n"), "60000x60000"),
        ("gone.jpg", None, "cannot read"),
        (".", None, "cannot read"),
    ];
    for (name, bytes, words) in files {
        if let Some(bytes) = bytes {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let arguments = ["rectify", name, "--from", TO, "--to", TO, "-o", "out.png"];
        PROGRAM.refused(folder.path(), &arguments, 3, &[name, words]);
    }
}

#[test]
fn outputs_that_cannot_be_written_are_refused_by_name() {
    let folder = folder_with_photo();
    fs::create_dir(folder.path().join("taken.png")).unwrap();
    let points = ["--from", TO, "--to", TO];
    for (output, code, words) in [
        ("photo.png", 2, "photo.png is the photo itself"),
        ("./photo.png", 2, "photo.png is the photo itself"),
        ("no/such/folder/out.png", 1, "cannot write"),
        ("out.tiff", 2, ".png, .jpg, .pgm or .ppm"),
        ("out", 2, "--output"),
        ("taken.png", 1, "cannot write"),
    ] {
        let start = ["rectify", "photo.png", "-o", output];
        let arguments = [&start[..], &points].concat();
        PROGRAM.refused(folder.path(), &arguments, code, &[output, words]);
    }
}

#[test]
fn files_that_hold_no_matrix_are_refused_by_name() {
    let folder = folder_with_photo();
    let start = [
        "rectify",
        "photo.png",
        "-o",
        "out.png",
        "--matrix",
        "h.json",
    ];
    let refused = |content: &[u8], flags: &[&str], code, words: &str| {
        fs::write(folder.path().join("h.json"), content).unwrap();
        let arguments = [&start[..], flags].concat();
        PROGRAM.refused(folder.path(), &arguments, code, &[words]);
    };
    PROGRAM.refused(folder.path(), &start, 3, &["cannot read h.json"]);
    refused(
        b"not json",
        &[],
        3,
        "h.json: expected three rows of three numbers",
    );
    refused(b"[[1,2,0],[2,4,0],[0,0,1]]", &[], 3, "singular");
    let targets = ["--frame", "targets"];
    refused(
        b"[[1,0,0],[0,1,0],[0,0,1]]",
        &targets,
        2,
        "`--frame targets` needs the points",
    );
}

const HEADER: &str = "from_x,from_y,to_x,to_y\n";

#[test]
fn files_that_hold_no_pairs_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |content: &str, flags: &[&str], code, words: &[&str]| {
        fs::write(folder.path().join("pairs.csv"), content).unwrap();
        let arguments = [&["estimate", "--pairs", "pairs.csv"], flags].concat();
        PROGRAM.refused(folder.path(), &arguments, code, words);
    };
    let few = format!("{HEADER}0,0,1,1\n5,0,6,1\n0,5,1,6\n");
    let line = format!("{HEADER}0,0,1,1\n5,0,6,1\n10,0,1,6\n5,5,6,6\n");
    for (content, words) in [
        ("x,y,u,v\n1,2,3,4\n", &["from_x, from_y, to_x, to_y"][..]),
        ("", &[]),
        (&few, &["at least 4", "found 3"]),
        (&format!("{few}5,five,6,6\n"), &["line 5", "from_y", "five"]),
        (&format!("{few}5,5,NaN,6\n"), &["line 5", "to_x", "NaN"]),
        (&format!("{few}5,5,6\n"), &[]),
        (&line, &["\"from\" points 1, 2 and 3 lie on one line"]),
    ] {
        refused(content, &[], 3, &[&["pairs.csv"], words].concat());
    }
    let four = format!("{HEADER}0,0,1,1\n50,0,60,1\n0,50,1,60\n50,50,60,60\n");
    refused(
        &four,
        &["--ransac"],
        3,
        &["at least 5 different pairs, found 4"],
    );
    let mut scattered = HEADER.to_owned();
    for k in 0..30_u32 {
        // Two multiplicative sequences that have nothing to do with each other.
        let (a, b) = (k * 7919 % 1009, k * 104_729 % 1013);
        let (c, d) = (k * k * 6007 % 997, k * k * k * 3571 % 991);
        scattered.push_str(&format!("{a},{b},{c},{d}\n"));
    }
    let none = [
        "no consensus",
        "of 30 different pairs agree within 3",
        "by chance; check the pairs",
    ];
    refused(&scattered, &["--ransac"], 3, &none);
    for (flags, words) in [
        (&["--ransac", "--threshold", "0"][..], "found \"0\""),
        (&["--ransac", "--threshold", "NaN"], "threshold must be"),
        (&["--ransac", "--threshold", "3,-1"], "found \"-1\""),
        (&["--ransac", "--confidence", "1"], "between 0 and 1"),
        (&["--ransac", "--max-trials", "0"], "at least 1"),
        (&["--max-trials", "9"], "--ransac"),
        (&["--threshold", "2"], "--ransac"),
        (&["--ransac", "--method", "plain"], "--method"),
    ] {
        refused(&scattered, flags, 2, &[words]);
    }
    let gone = ["estimate", "--pairs", "gone.csv"];
    PROGRAM.refused(folder.path(), &gone, 3, &["gone.csv"]);
    PROGRAM.refused(folder.path(), &["estimate"], 2, &["--pairs"]);
}
