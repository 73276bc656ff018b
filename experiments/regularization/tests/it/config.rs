//! Settings that cannot be run are refused with a sentence that names the key.

use assert_cmd::Command;
use regularization::Config;
use retrace_lab::{Config as _, Preset};

#[test]
fn the_presets_can_be_run() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        assert_eq!(Config::preset(preset).validate(), Ok(()));
    }
    let post = Config::preset(Preset::Post);
    assert_eq!(post.sizes(), [1, 10, 10, 10, 1]);
    assert_eq!(
        (post.lambda, post.learning_rate, post.epochs),
        (0.3, 0.01, 100)
    );
}

/// Runs the binary with one flag too many and expects exit code `code` and a sentence.
fn refused(flag: &str, value: &str, code: i32, sentence: &str) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let output = Command::cargo_bin("regularization")
        .unwrap()
        .args(["--preset", "smoke", "--out"])
        .arg(&out)
        .arg(format!("{flag}={value}"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{flag} {value}: {said}");
    assert!(said.contains(sentence), "{flag} {value}: {said}");
    assert!(!out.exists(), "{flag} {value} left something behind");
}

#[test]
fn numbers_without_sense_are_refused() {
    refused("--lambda", "-1", 2, "config `lambda` (flag --lambda)");
    refused("--lambda", "NaN", 2, "0 or more");
    refused("--learning-rate", "0", 2, "above 0");
    refused("--epochs", "0", 2, "epochs");
    refused("--test-share", "1", 2, "between 0 and 1");
    refused("--samples", "3", 2, "10 to 100000");
    refused("--outliers", "51", 2, "no more than there are samples");
    refused("--l1-share", "1.5", 2, "from 0 to 1");
    refused("--hidden", "10,0", 2, "hidden");
    refused("--folds", "1", 2, "folds");
    refused("--lambdas", "0.3,0.1", 2, "rising");
    refused("--outlier-sizes", "1,2", 2, "the first 0");
    refused("--pruning-threshold", "inf", 2, "pruning_threshold");
}

#[test]
fn points_that_cannot_be_used_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    refused("--points", "no-such-file.csv", 3, "no-such-file.csv");
    refused(
        "--points",
        &file("text.csv", "x,y\n1,2\n3,many\n"),
        3,
        "line 3",
    );
    refused(
        "--points",
        &file("one.csv", "x,y\n1,2\n"),
        3,
        "at least 2 rows",
    );
    refused("--points", &file("two.csv", "x,y\n1,2\n2,3\n"), 3, "folds");
    let same = format!("x,y\n{}", "4,1\n".repeat(30));
    refused("--points", &file("same.csv", &same), 3, "different x");
}
