//! The binary, from the command line to the files.

use std::fs;
use std::sync::LazyLock;

use burn::tensor::{Device, Tensor};
use retrace_lab::{Config, Preset, random};
use retrace_test_support::Program;
use retrace_test_support::resume::alone;
use retrace_test_support::run::{Run, Runs};
use rrelu::arm;
use rrelu::config::RreluConfig;
use rrelu::network::NetworkConfig;
use rrelu::outcome::Outcome;

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

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_rrelu"));
const RRELU: Runs = Runs::of(
    PROGRAM,
    "rrelu",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| RRELU.named("smoke", &["--jobs", "2"]));

#[test]
fn every_figure_is_there_and_its_png_can_be_read() {
    SMOKE.has_figures(&FIGURES, (600, 400));
}

#[test]
fn every_claim_is_answered_once_and_measured() {
    for claim in SMOKE.claims(36) {
        assert!(claim["estimate"].is_number(), "{claim}");
        assert_eq!(claim["n"], 2, "{claim}");
    }
}

#[test]
fn the_run_says_that_its_digits_are_synthetic() {
    let manifest = fs::read_to_string(SMOKE.path().join("config.toml")).unwrap();
    assert!(manifest.contains("synthetic"), "{manifest}");
    assert!(manifest.contains("sha256"), "{manifest}");
}

#[test]
fn networks_see_the_images_that_the_config_names() {
    let config = RreluConfig::preset(Preset::Smoke);
    for arm in arm::all() {
        for seed in 0..2 {
            let outcome: Outcome = SMOKE.outcome(&arm.name, seed);
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
    let _alone = alone();
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
        let drawn = SMOKE.outcome::<Outcome>(name, 1).drawn.unwrap();
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
    let again = RRELU.named("smoke", &["--checkpoint-steps", "3"]);
    let arms = arm::all();
    let cells = arms.iter().map(|arm| (&arm.name, 1));
    SMOKE.has_the_bytes_of(&again, cells, &FIGURES);
}

#[test]
fn shuffling_changes_the_training_and_nothing_else() {
    let run = RRELU.run(&["--shuffle", "true", "--seeds", "1", "--jobs", "2"]);
    let shuffled: Outcome = run.outcome("relu", 0);
    let as_filed: Outcome = SMOKE.outcome("relu", 0);
    assert_ne!(shuffled.full.looks, as_filed.full.looks);
    assert_eq!(shuffled.full.images, as_filed.full.images);
}

#[test]
fn a_training_that_diverges_is_an_outcome() {
    let run = RRELU.run(&["--learning-rate", "1e30", "--seeds", "2"]);
    let outcome: Outcome = run.outcome("relu", 0);
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
        RRELU.refuses(&[flag], 2, sentence);
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
    let real = Runs::of(PROGRAM, "rrelu", &["--preset", "smoke", "--data", "real"]);
    let folder = data.path().to_str().unwrap();
    real.refuses(&["--data-dir", folder], 3, "train-images-idx3-ubyte.gz");
}
