//! The binary, from the command line to the files.

use std::path::PathBuf;
use std::sync::LazyLock;

use burn::tensor::{Device, Tensor};
use retrace_lab::{Arm, Config, DataSets, Experiment, InputKind, Preset, random};
use retrace_test_support::resume::alone;
use retrace_test_support::run::{Run, Runs};
use retrace_test_support::{Program, refuses};
use rrelu::Rrelu;
use rrelu::arm::{RRELU, RRELU_AS_WRITTEN, RRELU_LAYER, Variant};
use rrelu::config::RreluConfig;
use rrelu::network::NetworkConfig;
use rrelu::training::{Outcome, Snapshot};

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_rrelu"));
const RUNS: Runs = Runs::of(
    PROGRAM,
    "rrelu",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| RUNS.named("smoke", &["--jobs", "2"]));

#[test]
fn networks_see_the_images_that_the_config_names() {
    let config = RreluConfig::preset(Preset::Smoke);
    for variant in Variant::all() {
        let arm = variant.name();
        for seed in 0..2 {
            let outcome: Outcome = SMOKE.outcome(&arm, seed);
            assert_eq!(outcome.full.images, config.images);
            assert_eq!(outcome.few.images, config.few_images);
            let epochs = |snapshots: &[Snapshot]| -> Vec<u64> {
                snapshots.iter().map(|snapshot| snapshot.epoch).collect()
            };
            assert_eq!(epochs(&outcome.full.snapshots), [1, 2]);
            assert_eq!(epochs(&outcome.few.snapshots), [2, 4]);
            let slopes = if arm.starts_with("prelu") { 2 } else { 0 };
            assert_eq!(outcome.learnt_slopes.len(), slopes, "{arm}");
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
    for function in [RRELU, RRELU_AS_WRITTEN, RRELU_LAYER] {
        let name = function.name;
        let network = NetworkConfig {
            sizes: config.sizes(10),
            activation: function.activation,
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
fn shuffling_changes_the_training_and_nothing_else() {
    let run = RUNS.run(&["--shuffle", "true", "--seeds", "1", "--jobs", "2"]);
    let shuffled: Outcome = run.outcome("relu", 0);
    let as_filed: Outcome = SMOKE.outcome("relu", 0);
    assert_ne!(shuffled.full.snapshots, as_filed.full.snapshots);
    assert_eq!(shuffled.full.images, as_filed.full.images);
}

#[test]
fn a_training_that_diverges_is_an_outcome() {
    let run = RUNS.run(&["--learning-rate", "1e9", "--seeds", "2"]);
    let outcome: Outcome = run.outcome("prelu", 0);
    assert!(outcome.full.diverged_at.is_some() && outcome.full.end.is_none());
    assert!(outcome.activity.is_empty());
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    refuses::<Rrelu>(&[
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
    ]);
}

/// Nothing where there are no published data; continuous integration has them.
fn published() -> PathBuf {
    let folder = std::env::var_os("RETRACE_DATA").unwrap();
    std::path::absolute(folder).unwrap()
}

#[test]
#[ignore = "needs RETRACE_DATA"]
fn the_split_is_tensorflows() {
    let folder = published();
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
    let folder = published();
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
