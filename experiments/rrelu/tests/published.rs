//! The published MNIST, where `RETRACE_DATA` says that it is.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::path::PathBuf;

use assert_cmd::Command;
use retrace_lab::{Config, DataSets, Experiment, InputKind, Preset};
use rrelu::Rrelu;
use rrelu::config::RreluConfig;
use rrelu::outcome::Outcome;

/// Nothing where there are no published data; continuous integration has them.
fn folder() -> Option<PathBuf> {
    std::env::var_os("RETRACE_DATA").map(PathBuf::from)
}

#[test]
fn the_split_is_tensorflows() {
    let Some(folder) = folder() else { return };
    let config = RreluConfig::preset(Preset::Post);
    let loaded = Rrelu::load(&config, &DataSets::real(folder)).unwrap();
    let digits = loaded.data;
    let sizes = (
        digits.train.len(),
        digits.validation.len(),
        digits.test.len(),
    );
    assert_eq!(sizes, (55_000, 5_000, 10_000));
    assert_eq!(loaded.inputs[0].kind, InputKind::Real);
    // The file's first labels are known to everyone who has ever plotted MNIST; they are set
    // aside, and training begins with what TensorFlow's users know as its first, a seven.
    assert_eq!(digits.validation.labels()[..5], [5, 0, 4, 1, 9]);
    assert_eq!(digits.train.labels()[0], 7);
    assert_eq!(digits.test.labels()[..5], [7, 2, 1, 0, 4]);
}

/// A small network, an epoch of 100 steps: far from chance, and far from what the post's reaches.
#[test]
fn digits_are_learnt() {
    let Some(folder) = folder() else { return };
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::cargo_bin("rrelu").unwrap();
    command.args(["--preset", "smoke", "--data", "real", "--data-dir"]);
    command.arg(folder).arg("--out").arg(out.path());
    command.args(["--images", "6000", "--epochs", "1", "--seeds", "1"]);
    command.args(["--jobs", "2"]).assert().success();
    let run = std::fs::read_dir(out.path().join("rrelu")).unwrap().next();
    let run = run.unwrap().unwrap().path();
    for arm in ["relu", "relu+bn", "elu", "rrelu"] {
        let path = run.join(format!("cells/{arm}/seed-0/outcome.json"));
        let file: serde_json::Value =
            serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let outcome: Outcome = serde_json::from_value(file["outcome"].clone()).unwrap();
        let accuracy = outcome.full.end.unwrap().test.accuracy;
        assert!((0.75..0.95).contains(&accuracy), "{arm}: {accuracy}");
    }
}
