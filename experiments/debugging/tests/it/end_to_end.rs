//! The binary, from the command line to the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use debugging::Debugging;
use debugging::config::DebuggingConfig;
use debugging::outcome::Outcome;
use retrace_lab::{Config, Experiment, Preset};
use retrace_test_support::Program;
use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_debugging"));

const FIGURES: [&str; 10] = [
    "checks",
    "flatten",
    "kernels",
    "maps",
    "ones",
    "phase-values",
    "phases",
    "split",
    "summary",
    "weights",
];

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    PROGRAM.done(folder.path(), &["--preset", "smoke", "--jobs", "2"]);
    folder
});

fn run_in(folder: &Path) -> PathBuf {
    folder.join("out/debugging/smoke")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn outcome(arm: &str, seed: u64) -> Outcome {
    let path = format!("cells/{arm}/seed-{seed}/outcome.json");
    let file = json(&run_in(SMOKE.path()).join(path));
    serde_json::from_value(file["outcome"].clone()).unwrap()
}

#[test]
fn every_figure_is_there_and_its_png_can_be_read() {
    for name in FIGURES {
        let stem = run_in(SMOKE.path()).join("figures").join(name);
        let png = image::open(stem.with_extension("png")).unwrap();
        assert!(png.width() > 600 && png.height() > 300, "{name}");
        assert_eq!(json(&stem.with_extension("json"))["name"], name);
    }
    assert!(FIGURES.contains(&Debugging::COVER));
}

/// Three steps of training say nothing about a trained network; all else does not depend on it.
#[test]
fn exact_claims_are_reproduced_in_any_preset() {
    let claims = json(&run_in(SMOKE.path()).join("claims.json"));
    let claims = claims.as_array().unwrap();
    assert_eq!(claims.len(), 41);
    for claim in claims {
        let id = claim["id"].as_str().unwrap();
        let exact = claim["rule"].as_str().unwrap().starts_with("the largest");
        assert!(claim["estimate"].is_number(), "{claim}");
        if exact {
            assert_eq!(claim["verdict"], "reproduced", "{id}: {claim}");
        }
    }
    let exact = |claim: &&Value| claim["rule"].as_str().unwrap().starts_with("the largest");
    assert_eq!(claims.iter().filter(exact).count(), 35);
}

#[test]
fn the_rows_are_those_of_the_post() {
    let outcome = outcome("summary", 0);
    let structure = outcome.structure().unwrap();
    let rows: Vec<(&str, &str, u64)> = structure
        .layers
        .iter()
        .map(|layer| (layer.name.as_str(), layer.kind.as_str(), layer.parameters))
        .collect();
    let expected = [
        ("conv1", "Conv2d + Relu", 320),
        ("conv2", "Conv2d + Relu", 18_496),
        ("max_pool2d", "MaxPool2d", 0),
        ("reshape", "Reshape", 0),
        ("dense1", "Linear + Relu", 1_179_776),
        ("dense2", "Linear + Softmax", 1_290),
    ];
    assert_eq!(rows, expected);
    // Each output is the sum of a kernel's products: 26 x 26 x 32 x 9, and so on.
    let products: Vec<u64> = structure.layers.iter().map(|l| l.multiply_adds).collect();
    assert_eq!(products, [194_688, 10_616_832, 0, 0, 1_179_648, 1_280]);
}

#[test]
fn seeds_draw_weights_of_their_own() {
    let [first, second] = [0, 1].map(|seed| outcome("split", seed));
    let checks = |outcome: &Outcome| outcome.split().unwrap().checks.clone();
    assert_ne!(checks(&first), checks(&second));
}

#[test]
fn the_same_seed_gives_the_same_bytes_also_with_checkpoints() {
    let again = tempfile::tempdir().unwrap();
    let flags = ["--preset", "smoke", "--checkpoint-steps", "1"];
    PROGRAM.done(again.path(), &flags);
    let cells =
        ["split", "trained", "phases"].map(|arm| format!("cells/{arm}/seed-1/outcome.json"));
    let figures = FIGURES.map(|name| format!("figures/{name}.svg"));
    for file in cells.into_iter().chain(figures) {
        let bytes = |folder: &Path| fs::read(run_in(folder).join(&file)).unwrap();
        assert!(bytes(SMOKE.path()) == bytes(again.path()), "{file}");
    }
}

#[test]
fn a_training_that_diverges_is_an_outcome() {
    let folder = tempfile::tempdir().unwrap();
    let flags = [
        "--preset",
        "smoke",
        "--learning-rate",
        "1e30",
        "--seeds",
        "1",
    ];
    PROGRAM.done(folder.path(), &flags);
    let run = fs::read_dir(folder.path().join("out/debugging")).unwrap();
    let run = run.last().unwrap().unwrap().path();
    let file = json(&run.join("cells/trained/seed-0/outcome.json"));
    let outcome: Outcome = serde_json::from_value(file["outcome"].clone()).unwrap();
    assert!(outcome.trained().unwrap().diverged_at.is_some());
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    let refused = [
        ("--image=20", "0 to 19"),
        ("--steps=0", "from 1"),
        ("--batch=0", "from 1"),
        ("--learning-rate=0", "above 0"),
        ("--learning-rate=nan", "above 0"),
        ("--test-images=0", "from 1"),
        ("--dropout-pool=0", "above 0 and below 1"),
        ("--dropout-dense=1", "above 0 and below 1"),
        ("--norm-batches=0", "from 1"),
        ("--phase-batch=1", "from 2"),
        ("--twin-images=59", "from 60"),
    ];
    for (flag, sentence) in refused {
        let folder = tempfile::tempdir().unwrap();
        PROGRAM.refused(folder.path(), &["--preset", "smoke", flag], 2, &[sentence]);
    }
}

#[test]
fn every_preset_can_be_run() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        assert_eq!(DebuggingConfig::preset(preset).validate(), Ok(()));
    }
}
