//! Which pictures of a folder are coloured, and where they go.

use std::fs;

use super::{colorize, names, said, slope, write};

#[test]
fn outputs_within_the_folder_of_pictures_are_not_coloured_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/a.png", &slope(20, 18).into());
    write(folder, "album/trip/b.png", &slope(18, 20).into());
    let lines = || {
        let mut command = colorize(folder, &["album", "-o", "album/trip/out"]);
        let done = command.assert().success();
        String::from_utf8_lossy(&done.get_output().stdout).into_owned()
    };
    let all = [
        "a.png",
        "trip",
        "trip/b.png",
        "trip/out",
        "trip/out/a.png",
        "trip/out/trip",
        "trip/out/trip/b.png",
    ];
    for _ in 0..2 {
        let lines = lines();
        assert_eq!(lines.lines().count(), 2, "{lines}");
        assert_eq!(names(&folder.join("album")), all);
    }
    // Another output: what the first one holds are pictures as any others.
    let mut other = colorize(folder, &["album", "-o", "other"]);
    other.assert().success();
    assert!(folder.join("other/trip/out/trip/b.png").exists());
}

#[test]
fn the_folder_of_pictures_is_not_written_into_itself() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/a.jpg", &slope(20, 18).into());
    for output in ["album", "album/.", "album/../album"] {
        let error = said(&mut colorize(folder, &["album", "-o", output]), 2);
        assert!(error.contains("folder of pictures itself"), "{error}");
    }
    assert_eq!(names(folder), ["album", "album/a.jpg"]);
}

#[test]
fn subfolders_are_coloured_at_any_depth_but_for_hidden_ones() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for name in [
        "1/2/3/4/deep.png",
        "1/shallow.png",
        "1/.thumbs/no.png",
        ".no.png",
    ] {
        write(folder, &format!("album/{name}"), &slope(18, 18).into());
    }
    let mut command = colorize(folder, &["album", "-o", "out"]);
    command.assert().success();
    let made = names(&folder.join("out"));
    let folders = ["1", "1/2", "1/2/3", "1/2/3/4"];
    let pictures: Vec<_> = made
        .iter()
        .filter(|name| !folders.contains(&name.as_str()))
        .collect();
    assert_eq!(pictures, ["1/2/3/4/deep.png", "1/shallow.png"]);
    let mut help = colorize(folder, &["--help"]);
    let help = help.assert().success();
    let help = String::from_utf8_lossy(&help.get_output().stdout).into_owned();
    assert!(help.contains("all its subfolders"), "{help}");
}

#[test]
fn no_folder_is_made_when_the_model_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "album/a.png", &slope(18, 18).into());
    fs::write(folder.join("m.safetensors"), "no model").unwrap();
    let model = folder.join("m.safetensors");
    let mut command = super::colorize_by(&model, folder, &["album", "-o", "out"]);
    let error = said(&mut command, 3);
    assert!(error.contains("m.safetensors"), "{error}");
    assert_eq!(names(folder), ["album", "album/a.png", "m.safetensors"]);
}
