//! The whole experiment end to end, through the command line.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use assert_cmd::assert::Assert;

const FIGURES: [&str; 14] = [
    "training-set",
    "mean-and-centred",
    "eigenfaces",
    "rebuilt",
    "spectrum",
    "above-one",
    "weights",
    "test-pictures",
    "distances",
    "eigenfaces-of-many",
    "recognition",
    "roc",
    "roc-by-components",
    "thresholds",
];

const CLAIMS: [&str; 25] = [
    "small-covariance-gives-the-eigenfaces",
    "weights-and-eigenfaces-give-the-pictures",
    "all-sixteen-are-important",
    "above-one-ignores-the-scale",
    "mean-rejects-a-training-picture",
    "minimum-accepts-training-pictures",
    "face-space-accepts-training-pictures",
    "mean-separates-the-post-pictures",
    "minimum-separates-the-post-pictures",
    "face-space-separates-the-post-pictures",
    "last-eigenfaces-are-not-needed",
    "without-the-last-recognition-rises",
    "last-eigenfaces-are-only-noise",
    "without-the-first-three-recognition-rises",
    "above-one-ignores-the-scale-for-many-persons",
    "mean-separates-faces",
    "minimum-separates-faces",
    "face-space-separates-faces",
    "minimum-beats-mean",
    "face-space-beats-mean",
    "face-space-beats-minimum",
    "minimum-knows-persons-better",
    "mean-rejects-training-pictures",
    "minimum-accepts-all-training-pictures",
    "face-space-accepts-nearly-all-training-pictures",
];

fn run(out: &Path, more: &[&str]) -> Assert {
    Command::cargo_bin("eigenfaces")
        .unwrap()
        .env_remove("RETRACE_DATA")
        .args(["--preset", "smoke", "--out"])
        .arg(out)
        .args(more)
        .assert()
}

/// The only run below `out`.
fn folder(out: &Path) -> PathBuf {
    let runs = std::fs::read_dir(out.join("eigenfaces")).unwrap();
    runs.map(|run| run.unwrap().path())
        .find(|path| path.is_dir())
        .unwrap()
}

/// Every figure is there and decodes, and every claim has an answer.
fn check(out: &Path, origin: &str) {
    let folder = folder(out);
    for name in FIGURES {
        let picture = image::open(folder.join(format!("figures/{name}.png"))).unwrap();
        assert!(picture.width() >= 600, "{name}");
        let json = std::fs::read_to_string(folder.join(format!("figures/{name}.json"))).unwrap();
        assert!(
            json.contains(origin),
            "{name} does not say that its pictures are {origin}"
        );
    }
    let claims: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.join("claims.json")).unwrap()).unwrap();
    let claims = claims.as_array().unwrap();
    let ids: Vec<&str> = claims
        .iter()
        .map(|claim| claim["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, CLAIMS);
}

#[test]
fn a_smoke_run_on_the_twins_gives_all_figures_and_claims_and_the_same_bytes_twice() {
    let temporary = tempfile::tempdir().unwrap();
    let (first, second) = (
        temporary.path().join("first"),
        temporary.path().join("second"),
    );
    let twins = ["--data", "synthetic"].as_slice();
    run(&first, &[twins, &["--jobs", "1"]].concat()).success();
    run(&second, &[twins, &["--jobs", "2"]].concat()).success();
    check(&first, "(synthetic)");
    for cell in ["post/seed-0", "recognition/seed-1", "detection/seed-0"] {
        let outcome = |out| std::fs::read(folder(out).join(format!("cells/{cell}/outcome.json")));
        assert!(
            outcome(&first).unwrap() == outcome(&second).unwrap(),
            "{cell} differs"
        );
    }
}

#[test]
fn a_smoke_run_on_the_published_sets_says_that_they_are_real() {
    let Some(data) = std::env::var_os("RETRACE_DATA") else {
        return;
    };
    let temporary = tempfile::tempdir().unwrap();
    let data = data.to_str().unwrap();
    run(temporary.path(), &["--data", "real", "--data-dir", data]).success();
    check(temporary.path(), "(real)");
}

#[test]
fn one_seed_without_skipped_eigenfaces_still_gives_every_figure() {
    let temporary = tempfile::tempdir().unwrap();
    let flags = ["--seeds", "1", "--without-first", "0", "--components", "15"];
    run(
        temporary.path(),
        &[["--data", "synthetic"].as_slice(), &flags].concat(),
    )
    .success();
    check(temporary.path(), "(synthetic)");
}

#[test]
fn settings_that_cannot_be_run_are_refused_by_name() {
    let temporary = tempfile::tempdir().unwrap();
    let cases = [
        ("--components", "16", "components"),
        ("--share", "1", "share"),
        ("--rebuilt-from", "4,2", "rebuilt_from"),
        ("--training-pictures", "6", "training_pictures"),
        ("--unknown-persons", "7", "unknown_persons"),
        ("--accepted", "nan", "accepted"),
        ("--shrink", "0", "shrink"),
    ];
    for (flag, value, key) in cases {
        let refused = run(temporary.path(), &[flag, value]).code(2);
        let message = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(message.contains(&format!("`{key}`")), "{message}");
    }
}

#[test]
fn a_published_set_of_which_files_are_missing_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    let (data, out) = (temporary.path().join("data"), temporary.path().join("out"));
    std::fs::create_dir_all(data.join("faces-orl/s1")).unwrap();
    let refused = run(
        &out,
        &["--data", "auto", "--data-dir", data.to_str().unwrap()],
    )
    .code(3);
    let message = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(
        message.contains("retrace data fetch faces-orl"),
        "{message}"
    );
}
