//! Points, pictures and files that are not what they should be: a sentence that names the point
//! or the file, the right exit code, never a panic, nothing written.

use std::fs;

use crate::program::{folder_with_photo, refused, say};

const TO: &str = "0,0,50,0,0,50,50,50";

/// Runs `rectify photo.png -o out.png` with these flags, which must be refused as usage.
fn refused_flags(flags: &[&str], words: &[&str]) {
    let folder = folder_with_photo();
    let arguments = [&["rectify", "photo.png", "-o", "out.png"], flags].concat();
    refused(folder.path(), &arguments, 2, words);
}

#[test]
fn points_that_give_no_homography_are_refused_by_number() {
    let refused_points = |from: &str, to: &str, words: &[&str]| {
        refused_flags(&["--from", from, "--to", to], words);
    };
    let line = "\"from\" points 1, 2 and 3 lie on one line: expected four points of which no three";
    refused_points("0,0,10,10,20,20,5,50", TO, &[line]);
    let equal = "\"to\" points 2 and 4 are the same";
    refused_points("0,0,50,0,0,50,50,55", "0,0,9,9,3,7,9,9", &[equal]);
    refused_points(
        "0,0,50,0,0,50",
        "0,0,50,0,0,50",
        &["at least 4 pairs of points, found 3"],
    );
    refused_points(
        "0,0,50,0,0,50,50",
        TO,
        &["--from", "two numbers a point, found 7 numbers"],
    );
    refused_points(
        "0,0,50,0,0,NaN,50,50",
        TO,
        &["--from", "finite numbers, found \"NaN\""],
    );
    refused_points(
        "0,0,50,0,0,1e999,50,50",
        TO,
        &["finite numbers, found \"1e999\""],
    );
    refused_points("0,0,50,0,0,,50,50", TO, &["finite numbers, found \"\""]);
    refused_points(
        "0,0,50,0,0,50,50,55,7,8",
        TO,
        &["`--from` has 5 points and `--to` has 4"],
    );
    let five = "0,0,10,0,20,0,30,0,7,9";
    let beside = "the \"from\" points except number 5 lie on one line";
    refused_points(five, "0,0,10,1,20,0,30,0,7,9", &[beside]);
}

#[test]
fn a_horizon_through_the_picture_is_an_infinite_output() {
    // The right side of the square shrinks so much that lines meet within the photo.
    let points = [
        "--from",
        "0,0,40,20,40,30,0,50",
        "--to",
        "0,0,40,0,40,50,0,50",
    ];
    let words = [
        "photo.png",
        "horizon",
        "infinitely large",
        "--frame input",
        "--size",
    ];
    refused_flags(&points, &words);
    let folder = folder_with_photo();
    let finite = [
        &["rectify", "photo.png", "-o", "out.png", "--frame", "input"][..],
        &points,
    ];
    assert_eq!(say(folder.path(), &finite.concat()).code, 0);
    // Just short of that, the output is finite and far too large.
    let steep = [
        "--from",
        "0,0,60,24,60,27,0,50",
        "--to",
        "0,0,9000,0,9000,9000,0,9000",
    ];
    refused_flags(&steep, &["photo.png", "--size"]);
}

#[test]
fn frames_that_cannot_be_drawn_are_refused() {
    let points = ["--from", TO, "--to", TO];
    let with = |flags: &[&'static str]| [&points[..], flags].concat();
    let large = "90000 x 90000 pixels, more than";
    refused_flags(&with(&["--size", "90000x90000"]), &[large]);
    refused_flags(&with(&["--size", "0x5"]), &["such as 640x480"]);
    refused_flags(&with(&["--size", "5"]), &["such as 640x480"]);
    refused_flags(&with(&["--corner", "5,5"]), &["--size"]);
    refused_flags(
        &with(&["--size", "5x5", "--corner", "5"]),
        &["such as -20,35"],
    );
    refused_flags(&with(&["--size", "5x5", "--frame", "input"]), &["--frame"]);
    refused_flags(&["--from", TO], &["--to"]);
    refused_flags(&[], &["--from"]);
    refused_flags(&with(&["--matrix", "h.json"]), &["--matrix"]);
    refused_flags(&with(&["--sampling", "cubic"]), &["bicubic"]);
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
    let files: [(&str, &[u8], &str); 6] = [
        ("corrupt.png", &corrupt, "damaged"),
        ("cut.png", &good[..good.len() / 2], "damaged"),
        (
            "text.png",
            b"my holiday, a description",
            "expected a picture",
        ),
        ("empty.png", b"", "expected a picture"),
        ("huge.png", &huge, "60000x60000"),
        ("huge.ppm", b"P6 60000 60000 255\n", "60000x60000"),
    ];
    for (name, bytes, words) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
        let arguments = ["rectify", name, "--from", TO, "--to", TO, "-o", "out.png"];
        refused(folder.path(), &arguments, 3, &[name, words]);
    }
    let missing = [
        "rectify", "gone.jpg", "--from", TO, "--to", TO, "-o", "out.png",
    ];
    refused(folder.path(), &missing, 3, &["gone.jpg"]);
    let a_folder = ["rectify", ".", "--from", TO, "--to", TO, "-o", "out.png"];
    refused(folder.path(), &a_folder, 3, &["cannot read"]);
}

#[test]
fn outputs_that_cannot_be_written_are_refused_by_name() {
    let folder = folder_with_photo();
    let refused_output = |output: &str, code: i32, words: &[&str]| {
        let arguments = [
            "rectify",
            "photo.png",
            "--from",
            TO,
            "--to",
            TO,
            "-o",
            output,
        ];
        refused(folder.path(), &arguments, code, words);
    };
    refused_output("photo.png", 2, &["photo.png is the photo itself"]);
    refused_output("./photo.png", 2, &["photo.png is the photo itself"]);
    refused_output(
        "no/such/folder/out.png",
        1,
        &["cannot write", "no/such/folder/out.png"],
    );
    refused_output("out.tiff", 2, &["out.tiff", ".png, .jpg, .pgm or .ppm"]);
    refused_output("out", 2, &["--output", "out"]);
    fs::create_dir(folder.path().join("taken.png")).unwrap();
    refused_output("taken.png", 1, &["cannot write", "taken.png"]);
}

/// Runs `estimate` on a file with this content, with these flags as well.
fn refused_pairs(content: &str, flags: &[&str], code: i32, words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pairs.csv"), content).unwrap();
    let arguments = [&["estimate", "--pairs", "pairs.csv"], flags].concat();
    refused(folder.path(), &arguments, code, words);
}

const HEADER: &str = "from_x,from_y,to_x,to_y\n";

#[test]
fn files_that_hold_no_pairs_are_refused_by_name() {
    let file = "pairs.csv";
    refused_pairs(
        "x,y,u,v\n1,2,3,4\n",
        &[],
        3,
        &[file, "from_x, from_y, to_x, to_y"],
    );
    refused_pairs("", &[], 3, &[file]);
    let few = format!("{HEADER}0,0,1,1\n5,0,6,1\n0,5,1,6\n");
    refused_pairs(&few, &[], 3, &[file, "at least 4", "found 3"]);
    let bad = format!("{few}5,five,6,6\n");
    refused_pairs(&bad, &[], 3, &[file, "line 5", "from_y", "five"]);
    let nan = format!("{few}5,5,NaN,6\n");
    refused_pairs(&nan, &[], 3, &[file, "line 5", "to_x", "NaN"]);
    let ragged = format!("{few}5,5,6\n");
    refused_pairs(&ragged, &[], 3, &[file]);
    let line = format!("{HEADER}0,0,1,1\n5,0,6,1\n10,0,1,6\n5,5,6,6\n");
    refused_pairs(
        &line,
        &[],
        3,
        &[file, "\"from\" points 1, 2 and 3 lie on one line"],
    );
    let folder = tempfile::tempdir().unwrap();
    refused(
        folder.path(),
        &["estimate", "--pairs", "gone.csv"],
        3,
        &["gone.csv"],
    );
    refused(folder.path(), &["estimate"], 2, &["--pairs"]);
}

#[test]
fn pairs_without_a_consensus_and_flags_out_of_range_are_refused() {
    let mut scattered = HEADER.to_owned();
    for k in 0..30_u32 {
        // Two multiplicative sequences that have nothing to do with each other.
        let (a, b) = (k * 7919 % 1009, k * 104_729 % 1013);
        let (c, d) = (k * k * 6007 % 997, k * k * k * 3571 % 991);
        scattered.push_str(&format!("{a},{b},{c},{d}\n"));
    }
    let words = [
        "pairs.csv",
        "no consensus",
        "of 30 pairs agree within 3 pixels",
        "by chance",
    ];
    refused_pairs(&scattered, &["--ransac"], 3, &words);
    let zero = ["--ransac", "--threshold", "0"];
    refused_pairs(&scattered, &zero, 2, &["threshold", "found 0"]);
    refused_pairs(
        &scattered,
        &["--ransac", "--threshold", "NaN"],
        2,
        &["threshold", "NaN"],
    );
    refused_pairs(&scattered, &["--threshold", "2"], 2, &["--ransac"]);
    refused_pairs(
        &scattered,
        &["--ransac", "--method", "plain"],
        2,
        &["--method"],
    );
    let four = format!("{HEADER}0,0,1,1\n50,0,60,1\n0,50,1,60\n50,50,60,60\n");
    refused_pairs(&four, &["--ransac"], 3, &["at least 5 pairs, found 4"]);
}

#[test]
fn files_that_hold_no_matrix_are_refused_by_name() {
    let folder = folder_with_photo();
    let arguments = [
        "rectify",
        "photo.png",
        "--matrix",
        "h.json",
        "-o",
        "out.png",
    ];
    refused(folder.path(), &arguments, 3, &["cannot read h.json"]);
    for (content, words) in [
        ("not json", "three rows of three numbers"),
        ("[[1,0,0],[0,1,0]]", "three rows of three numbers"),
        ("{\"matrix\": 5}", "three rows of three numbers"),
        ("[[1,0,0],[0,1,0],[1,1,0]]", "singular"),
        ("[[1,2,0],[2,4,0],[0,0,1]]", "singular"),
        ("[[0,0,0],[0,0,0],[0,0,0]]", "singular"),
        ("[[1e999,0,0],[0,1,0],[0,0,1]]", "h.json"),
    ] {
        fs::write(folder.path().join("h.json"), content).unwrap();
        refused(folder.path(), &arguments, 3, &["h.json", words]);
    }
    fs::write(folder.path().join("h.json"), " ".repeat(2 << 20)).unwrap();
    refused(folder.path(), &arguments, 3, &["h.json is larger"]);
    fs::write(folder.path().join("h.json"), "[[1,0,0],[0,1,0],[0,0,1]]").unwrap();
    let targets = [&arguments[..], &["--frame", "targets"]].concat();
    refused(folder.path(), &targets, 2, &["--frame targets", "--size"]);
}
