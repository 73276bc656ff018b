//! The checks must see what is wrong: each is tried on a folder that has one fault.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use super::*;

/// A run folder with a figure, two claims and the outcome of a cell.
fn whole() -> Run {
    let out = temporary();
    let path = out.path().join("rings/smoke");
    fs::create_dir_all(path.join("figures")).unwrap();
    fs::create_dir_all(path.join("cells/a/seed-0")).unwrap();
    let picture = image::GrayImage::new(40, 30);
    picture.save(path.join("figures/curves.png")).unwrap();
    let said = Said {
        code: 0,
        stdout: String::new(),
        stderr: String::new(),
    };
    let run = Run {
        _out: out,
        path,
        said,
    };
    put(&run, "figures/curves.svg", "<svg></svg>");
    put(&run, "figures/curves.json", r#"{"name":"curves"}"#);
    put(&run, "claims.json", r#"[{"id":"b"},{"id":"a"}]"#);
    put(&run, "cells/a/seed-0/outcome.json", r#"{"outcome":[1,2]}"#);
    run
}

fn put(run: &Run, file: &str, text: &str) {
    fs::write(run.path().join(file), text).unwrap();
}

#[test]
fn a_run_without_faults_passes() {
    let run = whole();
    run.has_figures(&["curves"], (39, 29));
    assert_eq!(run.claims(2)[1]["id"], "a");
    assert_eq!(run.outcome::<[u8; 2]>("a", 0), [1, 2]);
    run.has_the_bytes_of(&whole(), [("a", 0)], &["curves"]);
}

#[test]
#[should_panic(expected = "curves: 40x30")]
fn a_small_figure_is_seen() {
    whole().has_figures(&["curves"], (39, 30));
}

#[test]
#[should_panic(expected = "curves")]
fn a_broken_picture_is_seen() {
    let run = whole();
    put(&run, "figures/curves.png", "P5");
    run.has_figures(&["curves"], (0, 0));
}

#[test]
#[should_panic(expected = "codes")]
fn the_numbers_of_another_figure_are_seen() {
    let run = whole();
    put(&run, "figures/curves.json", r#"{"name":"codes"}"#);
    run.has_figures(&["curves"], (0, 0));
}

#[test]
#[should_panic(expected = "(1, 2)")]
fn a_claim_that_is_answered_twice_is_seen() {
    let run = whole();
    put(&run, "claims.json", r#"[{"id":"a"},{"id":"a"}]"#);
    run.claims(2);
}

#[test]
#[should_panic(expected = "outcome.json")]
fn an_outcome_with_other_bytes_is_seen() {
    let other = whole();
    put(
        &other,
        "cells/a/seed-0/outcome.json",
        r#"{"outcome":[1,3]}"#,
    );
    whole().has_the_bytes_of(&other, [("a", 0)], &["curves"]);
}

#[test]
#[should_panic(expected = "curves.svg")]
fn a_picture_with_other_bytes_is_seen() {
    let other = whole();
    put(&other, "figures/curves.svg", "<svg>1</svg>");
    whole().has_the_bytes_of(&other, [("a", 0)], &["curves"]);
}
