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
    // The arms with small steps take the author's.
    let run = RUNS.run(&["--seeds=1", "--learning-rate=1e6", "--small-step=1e-8"]);
    let outcome: Training = run.outcome("l1", 0);
    assert!(outcome.diverged_at.is_some() && outcome.layers.is_none());
    let drawn = ["fits", "total-errors", "weights", "near-zero", "oracles"];
    run.has_figures(&drawn, (300, 100));
}

#[test]
fn own_points_are_read_and_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.csv");
    let rows: String = (0..30).map(|k| format!("{k},{}\n", k + k % 4)).collect();
    fs::write(&file, format!("x,y\n{rows}")).unwrap();
    let points = ["--points", file.to_str().unwrap()];
    let run = RUNS.run(&points);
    let config = fs::read_to_string(run.path().join("config.toml")).unwrap();
    assert!(config.contains("mine.csv") && config.contains("sha256"));
    let fits = run.json("figures/fits.json").to_string();
    assert!(fits.contains("not known which are outliers"));
    let moved = "x from 0 to 29 is fitted as 0.5 to 9.5, where the step size works";
    assert!(
        fits.contains(moved) && run.said().stderr.contains(moved),
        "{fits}"
    );
}

#[test]
fn points_on_any_scale_are_fitted_where_the_step_size_works() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mine.csv");
    let scales: [fn(f64) -> (f64, f64); 4] = [
        |k| (1.7e9 + 86_400.0 * k, 20.0 + k),
        |k| (k, 1e300 * k),
        |k| (1e308 * (k / 10.0 - 1.5), -1e308),
        |k| (-1e5 - k, 1e-9 * k),
    ];
    for (case, at) in scales.iter().enumerate() {
        let row = |k: u8| at(f64::from(k));
        let rows: String = (0..30)
            .map(|k| format!("{:e},{:e}\n", row(k).0, row(k).1))
            .collect();
        fs::write(&file, format!("x,y\n{rows}")).unwrap();
        let run = RUNS.run(&["--points", file.to_str().unwrap(), "--seeds=1"]);
        let training: Training = run.outcome("l1", 0);
        assert_eq!(training.diverged_at, None, "case {case}");
    }
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
