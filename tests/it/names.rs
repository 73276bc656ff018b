//! Folders and files of any name: bytes that are no UTF-8, spaces, a newline, the longest there are.

#![cfg(target_os = "linux")] // other systems refuse some of these names themselves

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use retrace_test_support::{Said, files};

use crate::command::retrace;

/// Runs the program in `folder`.
fn say(folder: &Path, arguments: &[&OsStr]) -> Said {
    let said = Said::from(retrace(folder).args(arguments).output().unwrap());
    assert!(
        !said.stderr.contains("panicked"),
        "{arguments:?}: {}",
        said.stderr
    );
    said
}

/// The same, and it must succeed.
fn done(folder: &Path, arguments: &[&OsStr]) -> Said {
    let said = say(folder, arguments);
    assert_eq!(said.code, 0, "{arguments:?}: {}", said.stderr);
    said
}

fn names() -> Vec<OsString> {
    let names: [&[u8]; 5] = [
        b"with a space",
        b"not \xff\xfe text",
        b"two\nlines",
        b"\x1b[31mred\x1b[0m 'quoted' \"twice\"",
        &[b'n'; 255],
    ];
    names.map(|name| OsString::from_vec(name.to_vec())).into()
}

fn words<'a>(line: &'a str, last: &[&'a OsStr]) -> Vec<&'a OsStr> {
    let words = line.split(' ').map(OsStr::new);
    words.chain(last.iter().copied()).collect()
}

#[test]
fn a_run_goes_into_a_folder_of_any_name_and_the_book_is_made_of_it() {
    for name in names() {
        let folder = tempfile::tempdir().unwrap();
        // In this process, by workers, and as JSON.
        for flags in ["--seeds=1 --jobs=1", "--seeds=2 --jobs=2 --json"] {
            let run = format!("run freezing --preset=smoke --data=synthetic {flags} --out");
            let said = done(folder.path(), &words(&run, &[&name]));
            assert!(!said.stdout.contains('\u{1b}'), "{name:?}: {}", said.stdout);
            let run = folder.path().join(&name).join("freezing/smoke");
            let manifest = fs::read_to_string(run.join("manifest.json")).unwrap();
            let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
            let command = manifest["command"].as_array().unwrap();
            assert_eq!(
                command.last().unwrap(),
                &*name.to_string_lossy(),
                "{name:?}"
            );
            done(folder.path(), &words("figures", &[run.as_os_str()]));
            // Of the folder, which is a config's.
            let config = run.join("config.toml");
            done(
                folder.path(),
                &words("show freezing --config", &[config.as_os_str()]),
            );
            done(
                folder.path(),
                &words("compare --json", &[run.as_os_str(), run.as_os_str()]),
            );
        }
        let said = done(folder.path(), &words("book --out", &[&name]));
        assert_eq!(said.stdout.lines().count(), 1, "{}", said.stdout);
        assert!(
            folder
                .path()
                .join(&name)
                .join("book/freezing/smoke.html")
                .is_file()
        );
    }
}

#[test]
fn files_of_any_name_are_written_and_read() {
    for name in names() {
        let folder = tempfile::tempdir().unwrap();
        let freeze = "freeze freezing --preset=smoke --data=synthetic --output";
        let said = done(folder.path(), &words(freeze, &[&name]));
        assert_eq!(said.stdout.lines().count(), 1, "{}", said.stdout);
        for command in ["summary", "nodes"] {
            done(folder.path(), &words(command, &[&name]));
        }
        fs::rename(folder.path().join(&name), folder.path().join("net.onnx")).unwrap();
        done(
            folder.path(),
            &words("plan freezing --network=plain --svg", &[&name]),
        );
    }
}

#[test]
fn what_is_said_of_a_missing_file_is_one_line_with_its_name_escaped() {
    for name in names() {
        let folder = tempfile::tempdir().unwrap();
        for command in [
            "run homography --config",
            "summary",
            "figures",
            "compare x",
            "book --out",
        ] {
            let said = say(folder.path(), &words(command, &[&name]));
            assert!(
                [1, 2, 3].contains(&said.code),
                "{command} {name:?}: {}",
                said.stderr
            );
            let lines: Vec<&str> = said.stderr.lines().collect();
            let causes = lines[1..]
                .iter()
                .all(|line| line.starts_with("  because: "));
            assert!(
                lines[0].starts_with("error: ") && causes,
                "{command}: {}",
                said.stderr
            );
            assert!(
                !said.stderr.contains('\u{1b}'),
                "{command}: {}",
                said.stderr
            );
        }
        assert!(files(folder.path()).is_empty());
    }
}

#[test]
fn the_folder_of_data_sets_may_have_any_name_and_is_printed_as_it_is() {
    for name in names() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(&name)).unwrap();
        let path = retrace(folder.path())
            .args(words("data path mnist --data-dir", &[&name]))
            .output()
            .unwrap();
        let expected = [name.as_bytes(), b"/mnist\n"].concat();
        assert_eq!(path.stdout, expected);
        for action in ["list", "list --json", "verify"] {
            done(
                folder.path(),
                &words(&format!("data {action} --data-dir"), &[&name]),
            );
        }
    }
}

#[test]
fn a_config_that_names_a_file_which_is_not_utf_8_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let name = OsString::from_vec(b"p\xff.csv".to_vec());
    let rows: String = (0..30).map(|k| format!("{k},{k}\n")).collect();
    fs::write(folder.path().join(&name), format!("x,y\n{rows}")).unwrap();
    let run = "run regularization --preset=smoke --points";
    let said = say(folder.path(), &words(run, &[&name]));
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(said.stderr.contains("another name"), "{}", said.stderr);
}
