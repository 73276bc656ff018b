//! The binary, from the command line to the files.

use std::fs;

use regularization::Regularization;
use regularization::training::Training;
use retrace_test_support::run::Runs;
use retrace_test_support::{Program, refuses};
use tempfile::TempDir;

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_regularization"));
const RUNS: Runs = Runs::of(PROGRAM, "regularization", &["--preset", "smoke"]);

#[test]
fn a_training_that_diverges_is_an_outcome_and_all_that_is_left_is_drawn() {
    let run = RUNS.run(&["--seeds", "1", "--learning-rate", "1e6"]);
    let outcome: Training = run.outcome("l1", 0);
    assert!(outcome.diverged_at.is_some() && outcome.layers.is_none());
    let drawn = ["fits", "total-errors", "weights", "near-zero", "oracles"];
    run.has_figures(&drawn, (300, 100));
}

#[test]
fn own_points_are_read_and_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.csv");
    let rows: String = (0..30)
        .map(|k| format!("{k},{}\n", 3 * k + k % 4))
        .collect();
    fs::write(&file, format!("x,y\n{rows}")).unwrap();
    let points = ["--points", file.to_str().unwrap()];
    let run = RUNS.run(&[&points[..], &["--learning-rate", "0.0001"]].concat());
    let config = fs::read_to_string(run.path().join("config.toml")).unwrap();
    assert!(config.contains("mine.csv") && config.contains("sha256"));
    let fits = run.json("figures/fits.json").to_string();
    assert!(fits.contains("not known which are outliers"));
}

#[test]
fn points_through_which_no_line_can_be_tested_are_refused() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.csv");
    let same = "4,1\n".repeat(30);
    for (rows, sentence) in [("1,2\n2,3\n", "2 folds"), (&same, "different x")] {
        fs::write(&file, format!("x,y\n{rows}")).unwrap();
        RUNS.refuses(&["--points", file.to_str().unwrap()], 3, sentence);
    }
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    refuses::<Regularization>(&[
        ("--lambda=-1", "0 or more"),
        ("--lambda=NaN", "0 or more"),
        ("--learning-rate=0", "above 0"),
        ("--epochs=0", "from 1"),
        ("--test-share=1", "between 0 and 1"),
        ("--samples=3", "from 10 to 100000"),
        ("--outliers=51", "no more than there are samples"),
        ("--l1-share=1.5", "from 0 to 1"),
        ("--hidden=10,0", "1 to 1000 units"),
        ("--folds=1", "a point each"),
        ("--lambdas=0.3,0.1", "rising numbers above 0"),
        ("--outlier-sizes=1,2", "the first 0"),
        ("--pruning-threshold=inf", "above 0"),
    ]);
}
