//! The binary, from the command line to the files.

#![allow(clippy::unwrap_used)] // in the functions that tests share

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use activations::config::ActivationsConfig;
use activations::outcome::{Functions, Network, Outcome, Started};
use assert_cmd::Command;
use retrace_core::activation::ActivationConfig;
use retrace_lab::{Config, Preset};
use serde_json::Value;
use tempfile::TempDir;

const FIGURES: [&str; 12] = [
    "functions",
    "learning",
    "mean-activation",
    "prelu-family",
    "prelu-slopes",
    "rrelu-band",
    "sigmoid-derivative",
    "softmax-cases",
    "softmax-temperature",
    "vanishing-error",
    "vanishing-gradient",
    "zero-activations",
];

/// One smoke run that several tests look at.
static SMOKE: LazyLock<TempDir> = LazyLock::new(|| {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), &["--preset", "smoke"]).assert().success();
    out
});

fn run(out: &Path, flags: &[&str]) -> Command {
    let mut command = Command::cargo_bin("activations").unwrap();
    command.arg("--out").arg(out).args(flags);
    command
}

fn smoke() -> PathBuf {
    SMOKE.path().join("activations/smoke")
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn outcome(arm: &str, seed: u64) -> Outcome {
    let path = smoke().join(format!("cells/{arm}/seed-{seed}/outcome.json"));
    serde_json::from_value(json(&path)["outcome"].clone()).unwrap()
}

fn functions() -> Functions {
    outcome("functions", 0).functions().unwrap().clone()
}

fn networks() -> Vec<Network> {
    activations::ACTIVATIONS
        .iter()
        .flat_map(|(arm, _)| (0..2).map(|seed| outcome(arm, seed).network().unwrap().clone()))
        .collect()
}

#[test]
fn every_figure_is_there_and_its_png_can_be_read() {
    for name in FIGURES {
        let stem = smoke().join("figures").join(name);
        let png = image::open(stem.with_extension("png")).unwrap();
        assert!(png.width() > 400 && png.height() > 300, "{name}");
        let svg = fs::read_to_string(stem.with_extension("svg")).unwrap();
        assert!(svg.starts_with("<svg"), "{name}");
        assert_eq!(json(&stem.with_extension("json"))["name"], name);
    }
}

#[test]
fn every_claim_is_answered_once() {
    let claims = json(&smoke().join("claims.json"));
    let claims = claims.as_array().unwrap();
    let ids: BTreeSet<&str> = claims.iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), claims.len());
    assert_eq!(claims.len(), 34);
    for case in ["softmax-case-1", "softmax-case-2", "softmax-case-3"] {
        let claim = claims.iter().find(|c| c["id"] == case).unwrap();
        assert_eq!(claim["verdict"], "reproduced", "{case}");
    }
    for claim in claims {
        assert!(claim["estimate"].is_number(), "{claim}");
    }
}

#[test]
fn autodiff_agrees_with_the_closed_form_on_the_plotted_grid() {
    let functions = functions();
    assert_eq!(functions.curves.len(), 6);
    let curves = functions.curves.iter().chain(&functions.prelu);
    for curve in curves.chain([&functions.rrelu_steepest, &functions.rrelu_flattest]) {
        let activation: ActivationConfig = curve.activation.parse().unwrap();
        let points = curve.value.iter().zip(&curve.derivative);
        for (x, (value, derivative)) in functions.x.iter().zip(points) {
            let exact = activation.value(*x).unwrap();
            assert!((value - exact).abs() < 2e-6, "{activation} at {x}");
            let exact = activation.derivative(*x).unwrap();
            assert!((derivative - exact).abs() < 1e-6, "{activation}' at {x}");
        }
    }
}

#[test]
fn what_rrelu_draws_lies_between_its_outermost_lines() {
    let functions = functions();
    let (steep, flat) = (&functions.rrelu_steepest, &functions.rrelu_flattest);
    let mut inside = 0;
    for (i, y) in functions.rrelu_pass.iter().enumerate() {
        assert!(steep.value[i] - 1e-6 <= *y && *y <= flat.value[i] + 1e-6);
        inside += usize::from(steep.value[i] < *y && *y < flat.value[i]);
    }
    assert!(inside > 100, "{inside}");
}

#[test]
fn every_layer_gets_a_gradient_and_shares_are_shares() {
    for network in networks() {
        for Started { signal, .. } in [&network.xavier, &network.he] {
            assert!(signal.gradient_norm.iter().all(|norm| *norm > 0.0));
            assert!(signal.error_norm.iter().all(|norm| *norm > 0.0));
            let shares = signal.zero_share.iter().zip(&signal.silent_share);
            for (zero, silent) in shares {
                assert!(0.0 <= *silent && silent <= zero && *zero <= 1.0);
            }
            let sizes = signal.mean.iter().zip(&signal.rms);
            assert!(sizes.clone().all(|(mean, rms)| mean.abs() <= *rms));
        }
    }
}

#[test]
fn arms_of_a_seed_share_weights_inputs_and_points() {
    // ReLU and LReLU agree where all that differs is the negative side: on the share of
    // positive units, and on the loss before the first step to within the small slope.
    let relu = outcome("relu", 0).network().unwrap().clone();
    let lrelu = outcome("lrelu", 0).network().unwrap().clone();
    let elu = outcome("elu", 0).network().unwrap().clone();
    let loss = |n: &Network| n.xavier.training.loss[0].unwrap();
    assert!((loss(&relu) - loss(&lrelu)).abs() < 1e-3);
    assert_ne!(loss(&relu), loss(&elu));
    let first = |n: &Network| n.xavier.signal.mean[0];
    assert!((first(&relu) - first(&lrelu)).abs() < 0.01);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let again = tempfile::tempdir().unwrap();
    run(again.path(), &["--preset", "smoke", "--jobs", "2"])
        .assert()
        .success();
    let again = again.path().join("activations/smoke");
    let files = ["functions/seed-0", "rrelu/seed-1", "prelu/seed-0"]
        .map(|cell| format!("cells/{cell}/outcome.json"));
    let figures = FIGURES.map(|name| format!("figures/{name}.svg"));
    for file in files.iter().chain(&figures) {
        let bytes = |root: &Path| fs::read(root.join(file)).unwrap();
        assert_eq!(bytes(&smoke()), bytes(&again), "{file}");
    }
}

#[test]
fn one_seed_is_enough_for_every_figure() {
    let out = tempfile::tempdir().unwrap();
    let flags = ["--preset", "smoke", "--seeds", "1", "--steps", "10"];
    run(out.path(), &flags).assert().success();
}

#[test]
fn a_training_that_diverges_is_an_outcome() {
    let out = tempfile::tempdir().unwrap();
    let flags = ["--preset", "smoke", "--learning-rate", "1e20"];
    run(out.path(), &flags).assert().success();
    let run = fs::read_dir(out.path().join("activations")).unwrap().next();
    let cell = run
        .unwrap()
        .unwrap()
        .path()
        .join("cells/relu/seed-0/outcome.json");
    let training = &json(&cell)["outcome"]["xavier"]["training"];
    assert!(training["diverged_at"].is_u64(), "{training}");
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    let refused = [
        (["--reach", "nan"], "a number from 1 to 50"),
        (["--points", "320"], "odd"),
        (["--saturated-below", "0.25"], "below 0.25"),
        (["--prelu-slopes", "0.1,9"], "from -2 to 2"),
        (["--temperatures", "0"], "from 0.01 to 1000"),
        (["--layers", "1"], "from 2 to 100"),
        (["--spiral-points", "1"], "from 8"),
        (["--observe-every", "41"], "from 1 to steps"),
        (["--learning-rate", "-1"], "above 0"),
        (["--momentum", "1"], "below 1"),
        (["--steps", "0"], "from 1"),
    ];
    for ([flag, value], sentence) in refused {
        let out = tempfile::tempdir().unwrap();
        let flag = format!("{flag}={value}");
        let done = run(out.path(), &["--preset", "smoke", &flag])
            .assert()
            .code(2);
        let error = String::from_utf8_lossy(&done.get_output().stderr).into_owned();
        assert!(error.contains(sentence), "{flag}: {error}");
        assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "{flag}");
    }
}

#[test]
fn every_preset_can_be_run() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        assert_eq!(ActivationsConfig::preset(preset).validate(), Ok(()));
    }
}
