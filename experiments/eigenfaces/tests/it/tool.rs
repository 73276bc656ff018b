//! `train` and `match`: what they find, what they print, and thresholds by hand.

use std::fs;
use std::path::Path;

use eigenfaces::distances::Distances;
use eigenfaces::model::{Components, FaceModel, Thresholds, Verdict};
use eigenfaces::pictures::{Label, PictureSize, Pictures};
use ndarray::{Array2, array};

use crate::program::{HEIGHT, WIDTH, checkerboard, done, draw_faces, portrait, refused, say};

/// A folder with `faces/` and a model of them.
fn trained(components: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    draw_faces(folder.path());
    done(
        folder.path(),
        &["train", "faces", "--components", components],
    );
    folder
}

#[test]
fn a_training_picture_is_known_at_distance_zero_and_all_numbers_are_there() {
    let folder = trained("0.95");
    let said = done(
        folder.path(),
        &["match", "faces/bert/3.png", "--nearest", "2", "--json"],
    );
    let json = said.json();
    assert_eq!(json["model"], "eigenfaces.safetensors");
    let picture = &json["pictures"][0];
    assert_eq!(picture["file"], "faces/bert/3.png");
    assert_eq!(picture["verdict"], "known");
    assert_eq!(
        (&picture["is_face"], &picture["is_known"]),
        (&true.into(), &true.into())
    );
    let near = picture["nearest"].as_array().unwrap();
    assert_eq!(near.len(), 2);
    assert_eq!(
        (near[0]["person"].as_str(), near[0]["file"].as_str()),
        (Some("bert"), Some("bert/3.png"))
    );
    assert!(near[0]["distance"].as_f64().unwrap() < 1e-9);
    assert_eq!(near[1]["person"], "bert");
    let distances = &picture["distances"];
    let number = |key: &str| distances[key].as_f64().unwrap();
    assert_eq!(number("minimum"), near[0]["distance"].as_f64().unwrap());
    // Twelve pictures: the sum of the post is twelve means.
    assert!((number("sum") - 12.0 * number("mean")).abs() < 1e-9);
    assert!(number("from_face_space") < json["thresholds"]["from_face_space"].as_f64().unwrap());
    assert!(json["thresholds"]["minimum"].as_f64().unwrap() > 0.0);
}

#[test]
fn new_pictures_are_told_apart() {
    let folder = trained("0.95");
    let save = |name: &str, image: image::GrayImage| image.save(folder.path().join(name)).unwrap();
    save("new.png", portrait(2, 5));
    save("stranger.png", portrait(9, 1));
    save("board.png", checkerboard());
    let said = done(
        folder.path(),
        &["match", "new.png", "stranger.png", "board.png", "--json"],
    );
    let json = said.json();
    assert_eq!(json["pictures"][0]["nearest"][0]["person"], "carl");
    assert_eq!(json["pictures"][1]["is_known"], false);
    assert_eq!(json["pictures"][2]["verdict"], "not-a-face");
    // A threshold beyond everything makes a face of the checkerboard, an unknown one.
    let flags = ["--face-threshold", "1e9", "--known-threshold", "0"];
    let said = done(
        folder.path(),
        &[&["match", "board.png", "--json"], &flags[..]].concat(),
    );
    assert_eq!(said.json()["pictures"][0]["verdict"], "unknown-face");
}

/// With the post's pictures, where `RETRACE_DATA` has them.
#[test]
fn the_man_of_the_post_is_known_and_things_are_no_faces() {
    let Some(data) = std::env::var_os("RETRACE_DATA") else {
        return;
    };
    let published = Path::new(&data).join("faces-laid");
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("man")).unwrap();
    for number in 1..=16 {
        let name = format!("im{number}.png");
        let to = folder.path().join("man").join(&name);
        fs::copy(published.join(&name), to).unwrap();
    }
    done(folder.path(), &["train", "man", "--components", "8"]);
    let pictures = [
        "im1", "test1", "test4", "test5", "test6", "test7", "test8", "test9",
    ];
    let paths = pictures.map(|name| published.join(format!("{name}.png")));
    let paths = paths.each_ref().map(|path| path.to_str().unwrap());
    let json = done(folder.path(), &[&["match", "--json"], &paths[..]].concat()).json();
    let verdicts = json["pictures"].as_array().unwrap().iter();
    let verdicts: Vec<_> = verdicts
        .map(|picture| picture["verdict"].as_str())
        .collect();
    assert_eq!(verdicts[..2], [Some("known"); 2]);
    assert_eq!(verdicts[2..], [Some("not-a-face"); 6]);
}

#[test]
fn the_text_names_picture_verdict_and_thresholds() {
    let folder = trained("4");
    let said = done(folder.path(), &["match", "faces/anna/1.png"]);
    for words in [
        "faces/anna/1.png: known, nearest to anna",
        "threshold",
        "sum of distances",
    ] {
        assert!(said.stdout.contains(words), "{}", said.stdout);
    }
}

#[test]
fn train_tells_what_it_found() {
    let folder = tempfile::tempdir().unwrap();
    draw_faces(folder.path());
    let arguments = [
        "train",
        "faces",
        "--components",
        "3",
        "--json",
        "--model",
        "three.safetensors",
    ];
    let json = done(folder.path(), &arguments).json();
    assert_eq!(json["pictures"], 12);
    assert_eq!(json["people"], 3);
    assert_eq!(
        (&json["width"], &json["height"]),
        (&WIDTH.into(), &HEIGHT.into())
    );
    assert_eq!(json["components"], 3);
    let share = json["explained_variance"].as_f64().unwrap();
    assert!(0.5 < share && share < 1.0, "{share}");
    assert!(json["strangers_accepted"].as_f64().is_some());
    let said = done(folder.path(), &["train", "faces", "--components", "3"]);
    assert!(
        said.stdout.contains("12 pictures of 12x10, 3 names"),
        "{}",
        said.stdout
    );
}

#[test]
fn the_same_pictures_give_the_same_bytes_and_what_was_written_is_read() {
    let folder = trained("0.9");
    let path = folder.path().join("eigenfaces.safetensors");
    let bytes = fs::read(&path).unwrap();
    done(
        folder.path(),
        &["train", "faces", "--components", "0.9", "--overwrite"],
    );
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let pictures = Pictures::read(&folder.path().join("faces"), None).unwrap();
    let model = FaceModel::train(pictures, Components::Share(0.9)).unwrap();
    assert_eq!(FaceModel::read(&path).unwrap(), model);
}

#[test]
fn a_file_that_exists_is_replaced_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    draw_faces(folder.path());
    fs::write(folder.path().join("notes.txt"), "precious").unwrap();
    let train = ["train", "faces", "--model", "notes.txt"];
    refused(folder.path(), &train, 2, &["notes.txt", "--overwrite"]);
    assert_eq!(
        fs::read(folder.path().join("notes.txt")).unwrap(),
        b"precious"
    );
}

#[test]
fn flags_that_cannot_be_meant_are_refused() {
    let folder = trained("0.95");
    for components in ["0", "1.0", "-3", "NaN", "many", "1e400"] {
        let flag = format!("--components={components}");
        refused(folder.path(), &["train", "faces", &flag], 2, &["0.95"]);
    }
    let arguments = ["train", "faces", "--components", "12", "--overwrite"];
    refused(
        folder.path(),
        &arguments,
        2,
        &["12 components", "12 pictures have 11"],
    );
    refused(
        folder.path(),
        &["train", "faces", "--size", "0x9"],
        2,
        &["92x112"],
    );
    for flag in [
        "--quantile=0",
        "--quantile=1.1",
        "--face-threshold=-1",
        "--known-threshold=inf",
    ] {
        refused(
            folder.path(),
            &["match", "faces/anna/1.png", flag],
            2,
            &["expected"],
        );
    }
}

#[test]
fn a_picture_of_another_size_is_refused_or_stretched() {
    let folder = trained("0.95");
    let large = image::imageops::resize(&portrait(1, 2), 48, 40, image::imageops::Triangle);
    large.save(folder.path().join("large.png")).unwrap();
    refused(
        folder.path(),
        &["match", "large.png"],
        3,
        &["large.png", "48x40", "12x10", "--resize"],
    );
    let said = done(folder.path(), &["match", "large.png", "--resize", "--json"]);
    assert_eq!(said.json()["pictures"][0]["nearest"][0]["person"], "bert");
    let train = ["train", "faces", "--size", "6x5", "--overwrite", "--json"];
    assert_eq!(done(folder.path(), &train).json()["width"], 6);
}

fn pictures(rows: Array2<f64>, people: &[&str]) -> Pictures {
    let label = |(number, person): (usize, &&str)| Label {
        file: format!("{number}.png"),
        person: (*person).to_owned(),
    };
    Pictures {
        size: PictureSize {
            width: rows.ncols() as u32,
            height: 1,
        },
        labels: people.iter().enumerate().map(label).collect(),
        rows,
    }
}

#[track_caller]
fn assert_near(values: &[f64], by_hand: &[f64]) {
    assert_eq!(values.len(), by_hand.len(), "{values:?}");
    let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-12;
    assert!(
        values.iter().zip(by_hand).all(near),
        "{values:?}, by hand {by_hand:?}"
    );
}

#[test]
fn pictures_are_left_out_and_measured_against_the_rest() {
    let rows = array![[0.0, 0.0], [2.0, 0.0], [4.0, 3.0]];
    let all_different = pictures(rows.clone(), &["a", "b", "c"]);
    let model = FaceModel::train(all_different, Components::Count(1)).unwrap();
    // Without the third the space is the first axis. Without the first it is (2, 3)/sqrt(13)
    // through (2, 0); without the second (4, 3)/5 through the origin.
    let held_out = model.held_out();
    let root = 13.0_f64.sqrt();
    assert_near(&held_out.from_face_space, &[6.0 / root, 6.0 / 5.0, 3.0]);
    assert_near(&held_out.to_same, &[4.0 / root, 8.0 / 5.0, 2.0]);
    assert!(held_out.to_others.is_empty());
    assert_eq!(held_out.strangers_accepted(1e9), None);

    let model = FaceModel::train(pictures(rows, &["a", "a", "c"]), Components::Count(1)).unwrap();
    let held_out = model.held_out();
    assert_near(&held_out.to_same, &[4.0 / root, 8.0 / 5.0]);
    // Without both pictures of `a` a single one is left, and nothing varies.
    assert_near(&held_out.to_others, &[2.0]);
    let median = held_out.thresholds(0.5).unwrap();
    assert_near(&[median.from_face_space], &[6.0 / root]);
    assert_near(&[median.minimum], &[(4.0 / root + 8.0 / 5.0) / 2.0]);
}

#[test]
fn strangers_are_measured_with_all_their_pictures_left_out() {
    // Without `a` the space is the line x = 4, without `b` the first axis.
    let rows = array![[0.0, 0.0], [4.0, 3.0], [2.0, 0.0], [4.0, 7.0]];
    let all = pictures(rows, &["a", "b", "a", "b"]);
    let model = FaceModel::train(all, Components::Count(1)).unwrap();
    let held_out = model.held_out();
    assert_near(&held_out.to_others, &[3.0, 3.0, 2.0, 2.0]);
    assert_eq!(held_out.strangers_accepted(2.5), Some(0.5));
    let alone = pictures(array![[0.0, 0.0], [4.0, 3.0], [2.0, 0.0]], &["a", "a", "a"]);
    let model = FaceModel::train(alone, Components::Count(1)).unwrap();
    assert_eq!(model.held_out().strangers_accepted(1e9), None);
}

#[test]
fn two_pictures_leave_no_thresholds_and_match_says_so() {
    let two = pictures(array![[0.0, 1.0], [2.0, 5.0]], &["a", "b"]);
    let model = FaceModel::train(two, Components::Count(1)).unwrap();
    assert!(model.held_out().thresholds(0.95).is_none());
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("two")).unwrap();
    for number in [1, 2] {
        let path = folder.path().join(format!("two/{number}.png"));
        portrait(0, number).save(path).unwrap();
    }
    done(folder.path(), &["train", "two"]);
    refused(
        folder.path(),
        &["match", "two/1.png"],
        2,
        &["--face-threshold", "--known-threshold"],
    );
    let given = [
        "match",
        "two/1.png",
        "--face-threshold",
        "9",
        "--known-threshold",
        "9",
    ];
    assert_eq!(say(folder.path(), &given).code, 0);
}

#[test]
fn a_picture_must_pass_both_thresholds_to_be_known() {
    let thresholds = Thresholds {
        from_face_space: 10.0,
        minimum: 5.0,
    };
    let verdict = |from_face_space, minimum| {
        thresholds.verdict(&Distances {
            sum: 0.0,
            mean: 0.0,
            minimum,
            from_face_space,
        })
    };
    assert_eq!(verdict(10.0, 5.0), Verdict::Known);
    assert_eq!(verdict(10.0, 5.1), Verdict::UnknownFace);
    assert_eq!(verdict(10.1, 5.0), Verdict::NotAFace);
    assert_eq!(verdict(10.1, 5.1), Verdict::NotAFace);
}
