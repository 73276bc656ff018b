//! The binary, from the command line to the files.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use assert_cmd::Command;
use burn::tensor::{Device, Tensor};
use retrace_lab::{Config, Preset, random};
use rrelu::arm;
use rrelu::config::RreluConfig;
use rrelu::network::NetworkConfig;
use rrelu::outcome::Outcome;
use serde_json::Value;
use tempfile::TempDir;

const FIGURES: [&str; 8] = [
    "curves",
    "drawn-slopes",
    "few-curves",
    "gap",
    "loss-gap",
    "mean-activation",
    "ranking",
    "test-error",
];

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<TempDir> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), &["--jobs", "2"]).assert().success();
    out
});

fn run(out: &Path, flags: &[&str]) -> Command {
    let mut command = Command::cargo_bin("rrelu").unwrap();
    command
        .args(["--preset", "smoke", "--data", "synthetic", "--out"])
        .arg(out)
        .args(flags)
        .env_remove("RETRACE_DATA");
    command
}

fn smoke() -> PathBuf {
    SMOKE.path().join("rrelu/smoke")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn outcome_in(folder: &Path, arm: &str, seed: u64) -> Outcome {
    let path = folder.join(format!("cells/{arm}/seed-{seed}/outcome.json"));
    serde_json::from_value(json(&path)["outcome"].clone()).unwrap()
}

/// The folder of the only run below `out`.
fn only_run(out: &Path) -> PathBuf {
    let mut runs = fs::read_dir(out.join("rrelu")).unwrap();
    let run = runs.next().unwrap().unwrap().path();
    assert!(runs.next().is_none());
    run
}

#[test]
fn every_figure_is_there_and_its_png_can_be_read() {
    for name in FIGURES {
        let stem = smoke().join("figures").join(name);
        let png = image::open(stem.with_extension("png")).unwrap();
        assert!(png.width() > 600 && png.height() > 400, "{name}");
        let svg = fs::read_to_string(stem.with_extension("svg")).unwrap();
        assert!(svg.starts_with("<svg"), "{name}");
        assert_eq!(json(&stem.with_extension("json"))["name"], name);
    }
}

#[test]
fn every_claim_is_answered_once_and_measured() {
    let claims = json(&smoke().join("claims.json"));
    let claims = claims.as_array().unwrap();
    let ids: std::collections::BTreeSet<&str> =
        claims.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), claims.len()), (36, 36));
    for claim in claims {
        assert!(claim["estimate"].is_number(), "{claim}");
        assert_eq!(claim["n"], 2, "{claim}");
    }
}

#[test]
fn the_run_says_that_its_digits_are_synthetic() {
    let manifest = fs::read_to_string(smoke().join("config.toml")).unwrap();
    assert!(manifest.contains("synthetic"), "{manifest}");
    assert!(manifest.contains("sha256"), "{manifest}");
}

#[test]
fn networks_see_the_images_that_the_config_names() {
    let config = RreluConfig::preset(Preset::Smoke);
    for arm in arm::all() {
        for seed in 0..2 {
            let outcome = outcome_in(&smoke(), &arm.name, seed);
            assert_eq!(outcome.full.images, config.images);
            assert_eq!(outcome.few.images, config.few_images);
            let epochs = |looks: &[rrelu::outcome::Look]| -> Vec<u64> {
                looks.iter().map(|look| look.epoch).collect()
            };
            assert_eq!(epochs(&outcome.full.looks), [1, 2]);
            assert_eq!(epochs(&outcome.few.looks), [2, 4]);
            let slopes = if arm.name.starts_with("prelu") { 2 } else { 0 };
            assert_eq!(outcome.learnt_slopes.len(), slopes, "{}", arm.name);
            assert_eq!(outcome.activity.len(), 2);
        }
    }
}

/// The slopes of a step are drawn again after the training; here a network passes through the
/// same step, and what its first layer multiplied is read off its values.
#[test]
fn the_slopes_shown_are_those_that_the_network_met() {
    let config = RreluConfig::preset(Preset::Smoke);
    let device = Device::flex().autodiff();
    for name in ["rrelu", "rrelu-as-written", "rrelu-layer"] {
        let (function, _) = arm::of(name).unwrap();
        let network = NetworkConfig {
            sizes: config.sizes(),
            activation: function.activation(),
            normalisation: None,
        };
        let network = network.init(&device).unwrap();
        // Against the first unit's own weights: its value is negative for every example.
        let weights = network.mlp.layers[0].weight.val();
        let against = weights.slice([0..784, 0..1]).transpose().neg();
        let x: Tensor<2> = against.repeat_dim(0, config.batch);
        let z = network.mlp.layers[0].forward(x.clone());
        let drawn = outcome_in(&smoke(), name, 1).drawn.unwrap();
        for step in [0, 1, 9] {
            device.seed(random::device_seed(1, name, step));
            let a = network.hidden(x.clone()).remove(0);
            let slope = (a / z.clone()).into_data().iter::<f64>().next().unwrap();
            let shown = drawn.first[step as usize];
            assert!((slope - shown).abs() < 1e-5, "{name}: {slope}, {shown}");
        }
        let (least, most) = drawn.bounds;
        assert!(drawn.first.iter().all(|s| (least..=most).contains(s)));
        let counted = drawn.counts.iter().sum::<u64>();
        let expected = if name == "rrelu" { 60 * 24 } else { 10 };
        assert_eq!(counted, expected, "{name}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_also_with_checkpoints() {
    let again = tempfile::tempdir().unwrap();
    run(again.path(), &["--checkpoint-steps", "3", "--threads", "1"])
        .assert()
        .success();
    let again = again.path().join("rrelu/smoke");
    let cells = arm::all()
        .into_iter()
        .map(|arm| format!("cells/{}/seed-1/outcome.json", arm.name));
    let figures = FIGURES.map(|name| format!("figures/{name}.svg"));
    for file in cells.chain(figures) {
        let bytes = |root: &Path| fs::read(root.join(&file)).unwrap();
        assert!(bytes(&smoke()) == bytes(&again), "{file}");
    }
}

#[test]
fn shuffling_changes_the_training_and_nothing_else() {
    let out = tempfile::tempdir().unwrap();
    let flags = ["--shuffle", "true", "--seeds", "1", "--jobs", "2"];
    run(out.path(), &flags).assert().success();
    let shuffled = outcome_in(&only_run(out.path()), "relu", 0);
    let as_filed = outcome_in(&smoke(), "relu", 0);
    assert_ne!(shuffled.full.looks, as_filed.full.looks);
    assert_eq!(shuffled.full.images, as_filed.full.images);
}

#[test]
fn a_training_that_diverges_is_an_outcome() {
    let out = tempfile::tempdir().unwrap();
    let flags = ["--learning-rate", "1e30", "--seeds", "2"];
    run(out.path(), &flags).assert().success();
    let outcome = outcome_in(&only_run(out.path()), "relu", 0);
    assert!(outcome.full.diverged_at.is_some() && outcome.full.end.is_none());
    assert!(outcome.activity.is_empty());
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    let refused = [
        ("--hidden=0", "1 to 8192 units"),
        ("--hidden=1,1,1,1,1,1,1,1,1", "one to eight layers"),
        ("--batch=1", "from 2 to 10000"),
        ("--learning-rate=0", "above 0"),
        ("--learning-rate=nan", "above 0"),
        ("--bn-decay=1", "below 1"),
        ("--bn-epsilon=0", "above 0"),
        ("--images=1", "from 2"),
        ("--epochs=0", "from 1"),
        ("--few-images=0", "from 2"),
        ("--few-epochs=0", "from 1"),
        ("--few-look-every=5", "from 1 to 4"),
        ("--twin-images=59", "from 60"),
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
        assert_eq!(RreluConfig::preset(preset).validate(), Ok(()));
    }
}

/// Files of MNIST's names and sizes, all zeros.
#[test]
fn published_data_that_are_damaged_are_an_error_that_names_the_file() {
    let data = tempfile::tempdir().unwrap();
    let mnist = data.path().join("mnist");
    fs::create_dir(&mnist).unwrap();
    for (name, bytes) in [
        ("train-images-idx3", 9_912_422),
        ("train-labels-idx1", 28_881),
        ("t10k-images-idx3", 1_648_877),
        ("t10k-labels-idx1", 4_542),
    ] {
        let file = fs::File::create(mnist.join(format!("{name}-ubyte.gz"))).unwrap();
        file.set_len(bytes).unwrap();
    }
    let out = tempfile::tempdir().unwrap();
    let mut command = Command::cargo_bin("rrelu").unwrap();
    command.args(["--preset", "smoke", "--data", "real", "--data-dir"]);
    command.arg(data.path()).arg("--out").arg(out.path());
    let done = command.assert().code(3);
    let error = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
    assert!(error.contains("train-images-idx3-ubyte.gz"), "{error}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0);
}
