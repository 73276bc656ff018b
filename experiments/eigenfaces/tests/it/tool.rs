//! `train` and `match`: what they find, what they print, what they refuse.

use std::fs;

use eigenfaces::model::{Components, FaceModel};
use eigenfaces::pictures::Pictures;
use image::{GrayImage, Luma};
use retrace_lab::Error;
use tempfile::TempDir;

use crate::{done, faces, portrait, refused};

/// A folder with `faces/` and a model of them.
fn trained() -> TempDir {
    let folder = faces();
    done(folder.path(), "train faces --components 0.95");
    folder
}

#[test]
fn a_training_picture_is_known_at_distance_zero_and_all_numbers_are_there() {
    let folder = trained();
    let json = done(folder.path(), "match faces/bert/3.png --nearest 2 --json").json();
    let picture = &json["pictures"][0];
    assert_eq!(picture["file"], "faces/bert/3.png");
    assert_eq!(picture["verdict"], "known");
    assert!(picture["is_face"] == true && picture["is_known"] == true);
    let near = picture["nearest"].as_array().unwrap();
    let files: Vec<_> = near.iter().map(|near| near["file"].as_str()).collect();
    assert_eq!((files.len(), files[0]), (2, Some("bert/3.png")));
    assert!(near.iter().all(|near| near["person"] == "bert"));
    let number = |key: &str| picture["distances"][key].as_f64().unwrap();
    assert!(number("minimum") < 1e-9 && near[0]["distance"] == number("minimum"));
    // Twelve pictures: the sum of the post is twelve means.
    assert!((number("sum") - 12.0 * number("mean")).abs() < 1e-9);
    let threshold = |key: &str| json["thresholds"][key].as_f64().unwrap();
    assert!(number("from_face_space") < threshold("from_face_space"));
    assert!(threshold("minimum") > 0.0);
}

#[test]
fn known_persons_strangers_and_other_pictures_are_told_apart() {
    let folder = trained();
    let save = |name: &str, picture: GrayImage| picture.save(folder.path().join(name)).unwrap();
    save("new.png", portrait(2, 5));
    save("stranger.png", portrait(9, 1));
    // Finer than any portrait.
    let board = GrayImage::from_fn(12, 10, |x, y| Luma([255 * ((x + y) % 2) as u8]));
    save("board.png", board);
    let json = done(folder.path(), "match new.png stranger.png board.png --json");
    let pictures = &json.json()["pictures"];
    assert_eq!(pictures[0]["nearest"][0]["person"], "carl");
    assert_eq!(pictures[1]["is_known"], false);
    assert_eq!(pictures[2]["verdict"], "not-a-face");
    // A threshold beyond everything makes a face of the checkerboard, an unknown one.
    let flags = "match board.png --json --face-threshold 1e9 --known-threshold 0";
    let json = done(folder.path(), flags).json();
    assert_eq!(json["pictures"][0]["verdict"], "unknown-face");
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_man_of_the_post_is_known_and_things_are_no_faces() {
    let published = std::env::var_os("RETRACE_DATA").unwrap();
    let published = std::path::absolute(published).unwrap().join("faces-laid");
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("man")).unwrap();
    for name in (1..=16).map(|number| format!("im{number}.png")) {
        let to = folder.path().join("man").join(&name);
        fs::copy(published.join(&name), to).unwrap();
    }
    done(folder.path(), "train man --components 8");
    for number in [1, 4, 5, 6, 7, 8, 9] {
        let picture = published.join(format!("test{number}.png"));
        let found = done(
            folder.path(),
            &format!("match --json {}", picture.display()),
        )
        .json();
        let expected = if number == 1 { "known" } else { "not-a-face" };
        assert_eq!(found["pictures"][0]["verdict"], expected, "test{number}");
    }
}

#[test]
fn train_and_match_tell_what_they_found() {
    let folder = faces();
    let json = done(folder.path(), "train faces --components 3 --json").json();
    let counts = ["pictures", "people", "width", "height", "components"];
    let counts = counts.map(|key| json[key].as_u64().unwrap());
    assert_eq!(counts, [12, 3, 12, 10, 3]);
    let share = json["explained_variance"].as_f64().unwrap();
    assert!(0.5 < share && share < 1.0, "{share}");
    assert!(json["strangers_accepted"].is_number());
    let train = done(folder.path(), "train faces --components 3 --overwrite");
    let said = train.stdout + &done(folder.path(), "match faces/anna/1.png").stdout;
    for words in [
        "12 pictures of 12x10, 3 names",
        "faces/anna/1.png: known, nearest to anna",
        "threshold",
        "sum of distances",
    ] {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn the_same_pictures_give_the_same_bytes_and_what_was_written_is_read() {
    let folder = trained();
    let path = folder.path().join("eigenfaces.safetensors");
    let bytes = fs::read(&path).unwrap();
    refused(folder.path(), "train faces", 2, &["exists", "--overwrite"]);
    done(folder.path(), "train faces --overwrite");
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let pictures = Pictures::read(&folder.path().join("faces"), None).unwrap();
    let model = FaceModel::train(pictures, Components::Share(0.95)).unwrap();
    assert_eq!(FaceModel::read(&path).unwrap(), model);
}

#[test]
fn a_picture_of_another_size_is_refused_or_stretched() {
    let folder = trained();
    let large = image::imageops::resize(&portrait(1, 2), 48, 40, image::imageops::Triangle);
    large.save(folder.path().join("large.png")).unwrap();
    let words = ["large.png", "48x40", "12x10", "--resize"];
    refused(folder.path(), "match large.png", 3, &words);
    let json = done(folder.path(), "match large.png --resize --json").json();
    assert_eq!(json["pictures"][0]["nearest"][0]["person"], "bert");
    let json = done(folder.path(), "train faces --size 6x5 --overwrite --json").json();
    assert_eq!(json["width"], 6);
}

#[test]
fn two_pictures_leave_no_thresholds_and_match_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("two")).unwrap();
    for number in [1, 2] {
        let path = folder.path().join(format!("two/{number}.png"));
        portrait(0, number).save(path).unwrap();
    }
    done(folder.path(), "train two");
    let words = ["--face-threshold", "--known-threshold"];
    refused(folder.path(), "match two/1.png", 2, &words);
    let flags = "match two/1.png --face-threshold 9 --known-threshold 9";
    done(folder.path(), flags);
}

#[test]
fn what_cannot_be_meant_or_read_is_refused() {
    for components in ["0", "1.0", "-3", "NaN", "many", "1e400"] {
        let complaint = components.parse::<Components>().unwrap_err();
        assert!(complaint.contains("0.95"), "{complaint}");
    }
    let folder = trained();
    fs::write(folder.path().join("text.png"), "not a picture").unwrap();
    let cases = [
        ("train faces --overwrite --components=many", 2, "0.95"),
        (
            "train faces --overwrite --components=12",
            2,
            "12 pictures have 11",
        ),
        ("train faces --overwrite --size=0x9", 2, "92x112"),
        ("match faces/anna/1.png --quantile=0", 2, "expected"),
        ("match faces/anna/1.png --quantile=1.1", 2, "expected"),
        ("match faces/anna/1.png --face-threshold=-1", 2, "expected"),
        (
            "match faces/anna/1.png --known-threshold=inf",
            2,
            "expected",
        ),
        ("train nowhere --overwrite", 3, "nowhere"),
        ("train text.png --overwrite", 3, "text.png"),
        ("match faces/anna/1.png text.png", 3, "text.png"),
        ("match faces", 3, "faces"),
        ("match missing.png", 3, "missing.png"),
        ("match faces/anna/1.png --model faces", 3, "faces"),
        ("match faces/anna/1.png --model text.png", 3, "text.png"),
    ];
    for (arguments, code, word) in cases {
        refused(folder.path(), arguments, code, &[word]);
    }
}

/// Why the pictures in a folder with these files are not trained on.
fn complaint(files: &[(&str, &[u8])]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    match Pictures::read(folder.path(), None) {
        Err(error) => Error::data(error).chain(),
        Ok(pictures) => {
            let trained = FaceModel::train(pictures, Components::Count(1));
            trained.unwrap_err().to_string()
        }
    }
}

#[test]
fn folders_that_cannot_be_trained_on_are_refused_with_the_reason() {
    let mut a = std::io::Cursor::new(Vec::new());
    let format = image::ImageFormat::Png;
    portrait(0, 1).write_to(&mut a, format).unwrap();
    let a = a.get_ref().as_slice();
    let cases: [(&str, &[u8], &[&str]); 7] = [
        ("b.png", a, &["all 2 pictures are the same"]),
        (
            "b.pgm",
            b"P5 3 2 255\n123456",
            &["b.pgm is 3x2", "a.png is 12x10", "--size 12x10"],
        ),
        ("cut.png", &a[..a.len() / 2], &["cut.png", "damaged"]),
        (
            "text.png",
            b"not a picture",
            &["text.png", "expected a picture"],
        ),
        ("empty.png", b"", &["empty.png", "expected a picture"]),
        (
            "huge.pgm",
            b"P5 60000 60000 255\n",
            &["huge.pgm", "60000x60000"],
        ),
        ("short.pgm", b"P5 4 4 255\n123", &["short.pgm", "damaged"]),
    ];
    for (name, bytes, words) in cases {
        let complaint = complaint(&[("a.png", a), (name, bytes)]);
        for word in words {
            assert!(complaint.contains(word), "`{word}`: {complaint}");
        }
    }
    assert!(complaint(&[("a.png", a)]).contains("at least two pictures, found 1"));
    assert!(complaint(&[]).contains("holds no picture"));
    assert!(complaint(&[("notes.txt", b"hello")]).contains("holds no picture"));
}
