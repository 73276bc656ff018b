//! The binary, from the command line to the files, and what it refuses.

use std::sync::LazyLock;

use debugging::Debugging;
use debugging::config::DebuggingConfig;
use debugging::layers::Structure;
use debugging::split::Split;
use debugging::training::Trained;
use retrace_lab::{Config, DataSets, Experiment, Preset};
use retrace_test_support::run::{Run, Runs};
use retrace_test_support::{Program, refuses};

const RUNS: Runs = Runs::of(
    Program::at(env!("CARGO_BIN_EXE_debugging")),
    "debugging",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| RUNS.named("smoke", &["--jobs", "2"]));

/// Three steps of training say nothing about a trained network; all else does not depend on it.
#[test]
fn exact_claims_are_reproduced_in_any_preset() {
    let claims = SMOKE.claims(41);
    let is_exact = |rule: &str| rule.starts_with("the largest");
    for claim in &claims {
        assert!(claim["estimate"].is_number(), "{claim}");
        if is_exact(claim["rule"].as_str().unwrap()) {
            assert_eq!(claim["verdict"], "reproduced", "{claim}");
        }
    }
}

#[test]
fn layers_are_named_by_their_operations_and_cost_the_products_of_their_kernels() {
    let structure: Structure = SMOKE.outcome("summary", 0);
    let layers = structure.layers.iter();
    let layers: Vec<(&str, &str, u64)> = layers
        .map(|layer| {
            (
                layer.name.as_str(),
                layer.kind.as_str(),
                layer.multiply_adds,
            )
        })
        .collect();
    let expected = [
        ("conv1", "Conv2d + Relu", 26 * 26 * 32 * 9),
        ("conv2", "Conv2d + Relu", 24 * 24 * 64 * 9 * 32),
        ("max_pool2d", "MaxPool2d", 0),
        ("reshape", "Reshape", 0),
        ("dense1", "Linear + Relu", 9_216 * 128),
        ("dense2", "Linear + Softmax", 128 * 10),
    ];
    assert_eq!(layers, expected);
}

#[test]
fn seeds_draw_weights_of_their_own() {
    let [first, second] = [0, 1].map(|seed| SMOKE.outcome::<Split>("split", seed));
    assert_ne!(first.checks, second.checks);
}

#[test]
fn a_training_that_diverges_is_an_outcome() {
    let run = RUNS.run(&["--learning-rate", "1e30", "--seeds", "1"]);
    let trained: Trained = run.outcome("trained", 0);
    assert!(trained.diverged_at.is_some());
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    refuses::<Debugging>(&[
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
    ]);
    let config = DebuggingConfig {
        image: 20,
        ..DebuggingConfig::preset(Preset::Smoke)
    };
    let error = Debugging::load(&config, &DataSets::synthetic()).unwrap_err();
    assert!(error.to_string().contains("0 to 19"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_digit_is_the_first_image_of_mnists_training_file() {
    let folder = std::env::var_os("RETRACE_DATA").unwrap();
    let config = DebuggingConfig::preset(Preset::Post);
    let loaded = Debugging::load(&config, &DataSets::real(folder)).unwrap();
    // A five, known to everyone who has ever plotted MNIST: 166 of its pixels have ink.
    assert_eq!(loaded.data.validation.labels()[config.image], 5);
    let binary = config.binary_digit(&loaded.data);
    assert!(binary.iter().all(|pixel| *pixel == 0.0 || *pixel == 1.0));
    assert_eq!(binary.iter().sum::<f32>(), 166.0);
    let grey = config.digit(&loaded.data);
    let mut pairs = grey.iter().zip(&binary);
    assert!(pairs.all(|(grey, ink)| (*grey > 0.0) == (*ink > 0.0)));
}
