//! The published MNIST, where `RETRACE_DATA` says that it is.

use std::path::PathBuf;

use retrace_lab::{Config, DataSets, Experiment, InputKind, Preset};
use retrace_test_support::Program;
use retrace_test_support::run::Runs;
use rrelu::Rrelu;
use rrelu::config::RreluConfig;
use rrelu::training::Outcome;

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_rrelu"));

/// Nothing where there are no published data; continuous integration has them.
fn folder() -> PathBuf {
    let folder = std::env::var_os("RETRACE_DATA").unwrap();
    std::path::absolute(folder).unwrap()
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_split_is_tensorflows() {
    let folder = folder();
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
#[ignore = "needs RETRACE_DATA"]
fn digits_are_learnt() {
    let folder = folder();
    let real = Runs::of(PROGRAM, "rrelu", &["--preset", "smoke", "--data", "real"]);
    let few = ["--images", "6000", "--epochs", "1", "--seeds", "1"];
    let flags = ["--data-dir", folder.to_str().unwrap(), "--jobs", "2"];
    let run = real.run(&[&flags[..], &few].concat());
    for arm in ["relu", "relu+bn", "elu", "rrelu"] {
        let outcome: Outcome = run.outcome(arm, 0);
        let accuracy = outcome.full.end.unwrap().test.accuracy;
        assert!((0.75..0.95).contains(&accuracy), "{arm}: {accuracy}");
    }
}
