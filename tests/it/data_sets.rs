//! `retrace data`: list, fetch from local copies, verify, path.

use std::fs;
use std::path::{Path, PathBuf};

use retrace_test_support::Said;

use crate::command::say;

fn fetch_from(folder: &Path, name: &str, from: &Path) -> Said {
    let from = from.to_str().unwrap();
    say(
        folder,
        &[
            "data",
            "fetch",
            name,
            "--from",
            from,
            "--data-dir",
            "sets",
            "--json",
        ],
    )
}

#[test]
fn the_list_says_what_there_is_and_what_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let text = say(folder.path(), &["data", "list", "--data-dir", "sets"]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    let said = say(
        folder.path(),
        &["data", "list", "--data-dir", "sets", "--json"],
    );
    let rows = said.json();
    let names: Vec<&str> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["name"].as_str().unwrap())
        .collect();
    for name in ["faces-laid", "faces-orl", "homography", "mnist", "scenes"] {
        assert!(names.contains(&name), "{names:?}");
        assert!(text.stdout.contains(name));
    }
    for row in rows.as_array().unwrap() {
        assert_eq!(row["state"], "not-here");
        assert!(!row["terms"].as_str().unwrap().is_empty());
    }
    assert!(
        !folder.path().join("sets").exists(),
        "listing writes nothing"
    );
}

#[test]
fn without_a_network_only_what_the_program_holds_comes_and_the_rest_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = [
        "data",
        "fetch",
        "homography",
        "--offline",
        "--data-dir",
        "sets",
    ];
    let said = say(folder.path(), &arguments);
    assert_eq!(said.code, 3, "{}", said.stderr);
    assert!(said.stdout.contains("4 files came"), "{}", said.stdout);
    assert!(said.stdout.contains("still missing: "), "{}", said.stdout);
    assert!(said.stderr.contains("offline"), "{}", said.stderr);
    assert!(
        folder
            .path()
            .join("sets/homography/oxford/bikes/H1to2p")
            .exists()
    );

    let said = say(
        folder.path(),
        &[
            "run",
            "homography",
            "--preset",
            "smoke",
            "--data-dir",
            "sets",
        ],
    );
    assert_eq!(said.code, 3, "half a data set is not taken for one");
    assert!(
        said.stderr.contains("retrace data fetch homography"),
        "{}",
        said.stderr
    );
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn a_set_comes_from_local_copies_whatever_their_names_and_damage_is_found_and_mended() {
    let published = PathBuf::from(std::env::var_os("RETRACE_DATA").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let copies = folder.path().join("copies");
    fs::create_dir(&copies).unwrap();
    for (number, entry) in fs::read_dir(published.join("faces-laid"))
        .unwrap()
        .enumerate()
    {
        fs::copy(entry.unwrap().path(), copies.join(format!("{number}.dat"))).unwrap();
    }
    let said = fetch_from(folder.path(), "faces-laid", &copies);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(said.json()[0]["came"].as_array().unwrap().len(), 25);

    let verify = || {
        say(
            folder.path(),
            &["data", "verify", "--data-dir", "sets", "--json"],
        )
    };
    assert_eq!(verify().code, 0);
    let picture = folder.path().join("sets/faces-laid/im3.png");
    let mut bytes = fs::read(&picture).unwrap();
    bytes[5000] ^= 1;
    fs::write(&picture, bytes).unwrap();
    let said = verify();
    assert_eq!(said.code, 3);
    assert_eq!(said.json()[0]["wrong"][0]["path"], "im3.png");

    let said = fetch_from(folder.path(), "faces-laid", &copies);
    assert_eq!(said.json()[0]["came"], serde_json::json!(["im3.png"]));
    assert_eq!(verify().code, 0);
}

#[test]
fn the_path_of_a_set_is_printed_for_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let said = say(
        folder.path(),
        &["data", "path", "mnist", "--data-dir", "sets"],
    );
    assert_eq!(
        said.stdout.trim_end(),
        Path::new("sets").join("mnist").to_str().unwrap()
    );
}

#[test]
fn unknown_names_and_places_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let said = say(folder.path(), &["data", "fetch", "minst"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("mnist"), "{}", said.stderr);
    let said = fetch_from(folder.path(), "mnist", "no/such/folder".as_ref());
    assert_eq!(said.code, 3);
    assert!(said.stderr.contains("no/such/folder"), "{}", said.stderr);
}
