//! A run whose files were damaged: said, and made again, or refused.

use std::fs;
use std::path::Path;

use retrace_test_support::Said;

use crate::command::{results, say};

const RUN: [&str; 8] = [
    "run", "freezing", "--preset", "smoke", "--seeds", "1", "--jobs", "1",
];

/// Flips a bit in the middle of a file.
fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

/// Cuts a file in the middle.
fn cut(file: &Path) {
    let bytes = fs::read(file).unwrap();
    fs::write(file, &bytes[..bytes.len() / 2]).unwrap();
}

#[test]
fn what_is_damaged_is_named_and_the_same_command_makes_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let start = || -> Said {
        let said = say(folder.path(), &RUN);
        assert_eq!(said.code, 0, "{}", said.stderr);
        said
    };
    start();
    let out = folder.path().join("out");
    let run = out.join("freezing/smoke");
    let before = results(&out);
    let cell = "cells/plain/seed-0";
    let files = [
        (format!("{cell}/outcome.json"), "the cell is run again"),
        (format!("{cell}/timing.json"), "the cell is run again"),
        ("manifest.json".to_owned(), "it is made again"),
        ("claims.json".to_owned(), "it is made again"),
        ("figures.json".to_owned(), "it is made again"),
        ("reported.json".to_owned(), "it is made again"),
        ("networks.json".to_owned(), "it is made again"),
        (".drawn-by".to_owned(), "are made again"),
    ];
    for (file, what) in &files {
        for damage in [flip, cut] {
            damage(&run.join(file));
            // Whoever only reads it is told, too.
            if !file.starts_with("cells") {
                let said = say(folder.path(), &["book"]);
                let named = format!("{file} is damaged");
                assert!(said.stderr.contains(&named), "{file}: {}", said.stderr);
            }
            let said = start();
            let is_named = said.stderr.contains(&format!("{file} is damaged"));
            assert!(
                is_named && said.stderr.contains(what),
                "{file}: {}",
                said.stderr
            );
            let aside = run.join(cell).join("outcome.damaged.json");
            assert_eq!(aside.exists(), file.starts_with("cells"), "{file}");
            let _ = fs::remove_file(aside);
            assert!(results(&out) == before, "{file}");
        }
    }
}

#[test]
fn a_run_whose_config_is_damaged_is_refused_until_it_is_started_over() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(say(folder.path(), &RUN).code, 0);
    let config = folder.path().join("out/freezing/smoke/config.toml");
    for damage in [flip, cut] {
        damage(&config);
        let whole: [&[&str]; 2] = [&RUN, &["figures", "out/freezing/smoke"]];
        for command in whole {
            let said = say(folder.path(), command);
            assert_eq!(said.code, 1, "{}", said.stderr);
            assert!(
                said.stderr.contains("config.toml is damaged"),
                "{}",
                said.stderr
            );
        }
        let fresh = [&RUN[..], &["--fresh"]].concat();
        assert_eq!(say(folder.path(), &fresh).code, 0);
    }
}
