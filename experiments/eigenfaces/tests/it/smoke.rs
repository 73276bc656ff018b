//! The whole experiment end to end, through the command line.

use std::collections::BTreeSet;
use std::path::Path;

use eigenfaces::Eigenfaces;
use retrace_test_support::refuses;
use retrace_test_support::run::{Run, Runs};
use serde_json::Value;

use crate::PROGRAM;

const TWINS: Runs = Runs::of(
    PROGRAM,
    "eigenfaces",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// Every question is drawn, with the origin of its pictures, and answered; every figure that a claim
/// names is there.
fn check(run: &Run, origin: &str) {
    let figures = run.json("figures.json");
    let names: BTreeSet<&str> = figures.as_array().unwrap().iter().map(name).collect();
    let names: Vec<&str> = names.into_iter().collect();
    run.has_figures(&names, (600, 200));
    for figure in figures.as_array().unwrap() {
        let caption = figure["caption"].as_str().unwrap();
        assert!(caption.contains(origin), "{caption}");
    }
    let claims = run.json("claims.json");
    for claim in claims.as_array().unwrap() {
        if let Some(figure) = claim["figure"].as_str() {
            assert!(names.contains(&figure), "{figure}");
        }
    }
}

fn name(figure: &Value) -> &str {
    figure["name"].as_str().unwrap()
}

#[test]
fn a_smoke_run_on_the_twins_gives_all_figures_and_the_same_bytes_twice() {
    let first = TWINS.named("smoke", &["--jobs", "1"]);
    let second = TWINS.named("smoke", &["--jobs", "2"]);
    check(&first, "(synthetic)");
    let cells = [("post", 0), ("recognition", 1), ("detection", 0)];
    first.has_the_bytes_of(&second, cells, &["distances", "recognition", "roc"]);
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn a_smoke_run_on_the_published_sets_says_that_they_are_real() {
    let data = std::path::absolute(std::env::var_os("RETRACE_DATA").unwrap()).unwrap();
    let published = Runs::of(
        PROGRAM,
        "eigenfaces",
        &["--preset", "smoke", "--data", "real"],
    );
    check(
        &published.run(&["--data-dir", data.to_str().unwrap()]),
        "(real)",
    );
}

#[test]
fn one_seed_without_skipped_eigenfaces_still_gives_every_figure() {
    let flags = ["--seeds", "1", "--without-first", "0", "--components", "15"];
    check(&TWINS.run(&flags), "(synthetic)");
}

#[test]
fn settings_that_cannot_be_run_are_refused_by_name() {
    refuses::<Eigenfaces>(&[
        ("--components=16", "`components`"),
        ("--share=1", "`share`"),
        ("--rebuilt-from=4,2", "`rebuilt_from`"),
        ("--training-pictures=6", "`training_pictures`"),
        ("--unknown-persons=7", "`unknown_persons`"),
        ("--accepted=nan", "`accepted`"),
        ("--shrink=0", "`shrink`"),
    ]);
}

#[test]
fn a_published_set_of_which_files_are_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("data/faces-orl/s1")).unwrap();
    let data: &Path = &folder.path().join("data");
    let auto = Runs::of(
        PROGRAM,
        "eigenfaces",
        &["--preset", "smoke", "--data", "auto"],
    );
    let flags = ["--data-dir", data.to_str().unwrap()];
    auto.refuses(&flags, 3, "retrace data fetch faces-orl");
}
