//! What `colorize` refuses, and with which sentence.

use std::fs;

use serde_json::Value;

use super::{colorization, colorize, model, names, said, slope, write};

#[test]
fn a_damaged_picture_is_named_and_left_out_only_when_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/a.jpg", &slope(30, 20).into());
    write(folder, "album/b.jpg", &slope(30, 20).into());
    let whole = fs::read(folder.join("album/a.jpg")).unwrap();
    fs::write(folder.join("album/a.jpg"), &whole[..whole.len() / 2]).unwrap();
    let error = said(&mut colorize(folder, &["album", "-o", "out"]), 3);
    assert!(error.contains("a.jpg is a damaged picture"), "{error}");
    assert!(error.contains("`--skip-damaged` leaves out"), "{error}");
    let arguments = ["album", "-o", "out", "--skip-damaged", "--json"];
    let done = colorize(folder, &arguments).assert().success();
    let told: Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
    assert!(told[0]["error"].as_str().unwrap().contains("a.jpg"));
    assert!(told[1]["error"].is_null());
    assert!(folder.join("out/b.png").exists() && !folder.join("out/a.png").exists());
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "photo.png", &slope(20, 20).into());
    fs::create_dir(folder.join("empty")).unwrap();
    write(folder, "twice/a.png", &slope(20, 20).into());
    write(folder, "twice/a.jpg", &slope(20, 20).into());
    let refused = [
        (
            vec!["photo.png", "-o", "photo.png"],
            2,
            "is the picture itself",
        ),
        (vec!["photo.png", "-o", "out.webp"], 2, "ends in .png"),
        (
            vec!["photo.png", "-o", "o.png", "--temperature", "0"],
            2,
            "from 0.001 to 10",
        ),
        (
            vec!["photo.png", "-o", "o.png", "--temperature", "-1"],
            2,
            "from 0.001 to 10",
        ),
        (vec!["empty", "-o", "out"], 3, "holds no picture"),
        (vec!["twice", "-o", "out"], 2, "rename one"),
        (vec!["missing.png", "-o", "o.png"], 3, "missing.png"),
    ];
    for (arguments, code, sentence) in refused {
        let error = said(&mut colorize(folder, &arguments), code);
        assert!(error.contains(sentence), "{arguments:?}: {error}");
    }
    let left = ["empty", "photo.png", "twice", "twice/a.jpg", "twice/a.png"];
    assert_eq!(names(folder), left);
}

#[test]
fn an_output_without_a_format_is_said_before_the_model_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "photo.png", &slope(20, 20).into());
    for output in ["out.webp", "out", "out/photo.gif"] {
        let mut command = colorization(folder);
        command.args(["colorize", "photo.png", "--model", "none", "-o", output]);
        let error = said(&mut command, 2);
        assert!(
            error.contains("`--output`") && error.contains("ends in .png"),
            "{error}"
        );
        assert!(error.contains(output), "{error}");
    }
    assert_eq!(names(folder), ["photo.png"]);
}

#[test]
fn a_model_file_that_is_not_what_was_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "photo.png", &slope(20, 20).into());
    let whole = fs::read(model()).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(folder.join("m.safetensors"), bytes).unwrap();
        let mut command = colorization(folder);
        command.args([
            "colorize",
            "photo.png",
            "-o",
            "o.png",
            "--model",
            "m.safetensors",
        ]);
        let error = said(&mut command, 3);
        assert!(error.contains("m.safetensors"), "{error}");
        error
    };
    for part in 0..12 {
        refused(&whole[..whole.len() * part / 12]);
    }
    for part in 0..24 {
        let mut flipped = whole.clone();
        flipped[whole.len() * part / 24] ^= 4;
        refused(&flipped);
    }
    // Other bins: the window of the metadata changed, and the checksum says so.
    let text = String::from_utf8_lossy(&whole);
    let place = text.find("\\\"window\\\":40.0").map(|at| text[..at].len());
    let mut other = whole.clone();
    let at = place.unwrap() + "\\\"window\\\":".len();
    other[at..at + 2].copy_from_slice(b"20");
    assert!(refused(&other).contains("checksum"));
    let error = said(
        colorization(folder).args(["colorize", "photo.png", "-o", "o.png"]),
        3,
    );
    assert!(error.contains("colorization train"), "{error}");
}
