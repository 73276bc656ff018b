//! The binary, from the command line to the files.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use colorization::arm::Setup;
use colorization::config::ColorizationConfig;
use colorization::outcome::Outcome;
use retrace_lab::{Config, Preset};
use serde_json::Value;
use tempfile::TempDir;

const FIGURES: [&str; 11] = [
    "best-and-worst",
    "bins",
    "categories",
    "class-weights",
    "colour-histogram",
    "curves",
    "gallery",
    "scores",
    "seeds",
    "temperatures",
    "triples",
];

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<TempDir> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), &["--jobs", "2"]).assert().success();
    out
});

fn run(out: &Path, flags: &[&str]) -> Command {
    let mut command = Command::cargo_bin("colorization").unwrap();
    command
        .args(["--preset", "smoke", "--data", "synthetic", "--out"])
        .arg(out)
        .args(flags)
        .env_remove("RETRACE_DATA");
    command
}

fn smoke() -> PathBuf {
    SMOKE.path().join("colorization/smoke")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn outcome_in(folder: &Path, arm: &str, seed: u64) -> Outcome {
    let path = folder.join(format!("cells/{arm}/seed-{seed}/outcome.json"));
    serde_json::from_value(json(&path)["outcome"].clone()).unwrap()
}

#[test]
fn every_figure_is_there_and_its_png_can_be_read() {
    let found = fs::read_dir(smoke().join("figures")).unwrap().count();
    assert_eq!(found, 3 * FIGURES.len());
    for name in FIGURES {
        let stem = smoke().join("figures").join(name);
        let png = image::open(stem.with_extension("png")).unwrap();
        assert!(png.width() > 500 && png.height() > 300, "{name}");
        let svg = fs::read_to_string(stem.with_extension("svg")).unwrap();
        assert!(svg.starts_with("<svg"), "{name}");
        assert_eq!(json(&stem.with_extension("json"))["name"], name);
    }
}

#[test]
fn every_claim_is_answered_once() {
    let claims = json(&smoke().join("claims.json"));
    let claims = claims.as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> =
        claims.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), claims.len()), (21, 21));
}

#[test]
fn networks_see_the_patches_that_their_arm_says() {
    let config = ColorizationConfig::preset(Preset::Smoke);
    for setup in Setup::ALL {
        let outcome = outcome_in(&smoke(), setup.name, 1);
        let training = outcome.training().unwrap();
        let steps = config.epochs * config.steps_an_epoch;
        let epochs = if setup.same_patches {
            config.epochs
        } else {
            steps
        };
        assert!(
            training.patches <= epochs as usize * config.batch,
            "{}",
            setup.name
        );
        let looks: Vec<u64> = training.looks.iter().map(|look| look.epoch).collect();
        assert_eq!(looks, [0, 1, 2], "{}", setup.name);
        let end = training.end.as_ref().unwrap();
        assert_eq!(end.cross_entropy.is_some(), setup.name != "euclidean");
        assert_eq!(end.grey.chroma_ratio, Some(0.0));
    }
}

#[test]
fn arms_of_a_seed_start_from_the_same_weights() {
    let first = |arm: &str| {
        let outcome = outcome_in(&smoke(), arm, 0);
        outcome.training().unwrap().looks[0].test
    };
    // Before training, what the weights of pixels are makes no difference.
    assert_eq!(first("as-described"), first("unweighted"));
    assert_eq!(first("as-described"), first("raw-counts"));
    assert_ne!(first("as-described"), first("before-relu"));
}

#[test]
fn the_same_seed_gives_the_same_bytes_also_with_checkpoints() {
    let again = tempfile::tempdir().unwrap();
    let flags = ["--checkpoint-steps", "1", "--threads", "1"];
    run(again.path(), &flags).assert().success();
    let again = again.path().join("colorization/smoke");
    let cells = Setup::ALL.map(|setup| format!("cells/{}/seed-1/outcome.json", setup.name));
    let figures = FIGURES.map(|name| format!("figures/{name}.svg"));
    for file in cells.into_iter().chain(figures) {
        let bytes = |root: &Path| fs::read(root.join(&file)).unwrap();
        assert!(bytes(&smoke()) == bytes(&again), "{file}");
    }
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    let refused = [
        ("--window=1", "from 2 to 60"),
        ("--window=nan", "from 2 to 60"),
        ("--lambda=-0.1", "from 0 to 1"),
        ("--sigma=0", "above 0"),
        ("--nearest-sigma=inf", "above 0"),
        ("--temperature=0", "from 0.001 to 10"),
        ("--batch=0", "from 1"),
        ("--learning-rate=0", "above 0"),
        ("--epochs=0", "from 1"),
        ("--pictures=7", "from 8"),
        ("--test-pictures=0", "from 8"),
        ("--shown=13", "from 1 to 12"),
        ("--twin-pictures=1", "from 8"),
        ("--side=31", "from 32"),
    ];
    for (flag, sentence) in refused {
        let out = tempfile::tempdir().unwrap();
        let done = run(out.path(), &[flag]).assert().code(2);
        let error = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
        assert!(error.contains(sentence), "{flag}: {error}");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "{flag}");
    }
}

#[test]
fn every_preset_can_be_run() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        assert_eq!(ColorizationConfig::preset(preset).validate(), Ok(()));
    }
}
