//! The whole experiment end to end, through the command line.

use std::path::Path;

use assert_cmd::Command;

const FIGURES: [&str; 12] = [
    "penalties",
    "geometry",
    "fits",
    "total-errors",
    "jitter",
    "weights",
    "weights-in-training",
    "near-zero",
    "pruned-network",
    "cross-validation",
    "oracles",
    "outlier-size",
];

const CLAIMS: [&str; 19] = [
    "l2-error-below-l1",
    "l2-settled-error-below-l1",
    "l2-error-below-l1-with-small-steps",
    "l1-more-weights-near-zero",
    "l2-spreads",
    "l2-shrinks-weights",
    "l1-disconnects-units",
    "pruning-keeps-the-function",
    "pruned-no-worse",
    "pruned-and-continued-no-worse",
    "l1-bends-less",
    "l2-bends-less",
    "l2-error-below-l1-at-chosen-lambda",
    "l1-chosen-lambda-is-weaker",
    "l2-chosen-lambda-is-weaker",
    "l1-settles-at-its-least-cost",
    "l2-settles-at-its-least-cost",
    "l1-settles-at-its-least-cost-with-small-steps",
    "l2-settles-at-its-least-cost-with-small-steps",
];

fn run(out: &Path, more: &[&str]) {
    let command = ["--preset", "smoke", "--out"];
    Command::cargo_bin("regularization")
        .unwrap()
        .args(command)
        .arg(out)
        .args(more)
        .assert()
        .success();
}

/// Every figure is there and decodes, and every claim has an answer.
fn check(folder: &Path) {
    for name in FIGURES {
        let picture = folder.join(format!("figures/{name}.png"));
        let picture =
            image::open(&picture).unwrap_or_else(|e| panic!("{}: {e}", picture.display()));
        assert!(picture.width() >= 600, "{name}");
        assert!(
            folder.join(format!("figures/{name}.json")).exists(),
            "{name}"
        );
    }
    let gif = folder.join("figures/weights-in-training.gif");
    assert!(std::fs::metadata(gif).unwrap().len() < 2_000_000);
    let claims: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("claims.json")).unwrap()).unwrap();
    let ids: Vec<&str> = claims
        .as_array()
        .unwrap()
        .iter()
        .map(|claim| claim["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, CLAIMS);
}

fn outcome(out: &Path, cell: &str) -> Vec<u8> {
    let path = out
        .join("regularization/smoke/cells")
        .join(cell)
        .join("outcome.json");
    std::fs::read(path).unwrap()
}

#[test]
fn a_smoke_run_gives_all_figures_and_claims_and_the_same_bytes_twice() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    run(&first, &[]);
    run(&second, &["--jobs", "2", "--checkpoint-steps", "7"]);
    check(&first.join("regularization/smoke"));
    for cell in [
        "l1/seed-1",
        "l1-pruned/seed-0",
        "l2-cv/seed-1",
        "none-outliers/seed-0",
    ] {
        assert!(
            outcome(&first, cell) == outcome(&second, cell),
            "{cell} differs"
        );
    }
}

#[test]
fn one_seed_and_a_training_that_diverges_still_give_everything_that_can_be_drawn() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["--seeds", "1", "--learning-rate", "1e6"]);
    let runs = std::fs::read_dir(folder.path().join("regularization")).unwrap();
    let run = runs.map(|entry| entry.unwrap().path()).next().unwrap();
    for name in [
        "fits",
        "total-errors",
        "weights",
        "near-zero",
        "cross-validation",
        "oracles",
    ] {
        assert!(run.join(format!("figures/{name}.png")).exists(), "{name}");
    }
    let claims = std::fs::read_to_string(run.join("claims.json")).unwrap();
    assert!(claims.contains("undecided"));
}

#[test]
fn own_points_are_taken_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.csv");
    let rows: String = (0..30)
        .map(|k| format!("{k},{}\n", 3 * k + k % 4))
        .collect();
    std::fs::write(&file, format!("x,y\n{rows}")).unwrap();
    run(
        folder.path(),
        &[
            "--points",
            file.to_str().unwrap(),
            "--learning-rate",
            "0.0001",
        ],
    );
    let runs = std::fs::read_dir(folder.path().join("regularization")).unwrap();
    let run = runs.map(|entry| entry.unwrap().path()).next().unwrap();
    check(&run);
    let config = std::fs::read_to_string(run.join("config.toml")).unwrap();
    assert!(
        config.contains("mine.csv") && config.contains("sha256"),
        "{config}"
    );
    let fits = std::fs::read_to_string(run.join("figures/fits.json")).unwrap();
    assert!(fits.contains("not known which are outliers"));
}
