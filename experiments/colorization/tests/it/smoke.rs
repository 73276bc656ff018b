//! The program, from the command line to the files, and the settings that it refuses.

use std::sync::LazyLock;

use colorization::arm::{Output, Variant};
use colorization::config::ColorizationConfig;
use colorization::training::Trained;
use retrace_lab::{Arm, Config, Preset};
use retrace_test_support::Program;
use retrace_test_support::run::{Run, Runs};

const COLORIZATION: Runs = Runs::of(
    Program::at(env!("CARGO_BIN_EXE_colorization")),
    "colorization",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| COLORIZATION.named("smoke", &["--jobs", "2"]));

#[test]
fn networks_see_the_patches_that_their_arm_says() {
    let config = ColorizationConfig::preset(Preset::Smoke);
    for arm in Variant::ALL {
        let (name, method) = (arm.name(), arm.method());
        let trained: Trained = SMOKE.outcome(&name, 1);
        let batches = if method.same_patches {
            config.epochs
        } else {
            config.epochs * config.steps_an_epoch
        };
        assert!(trained.patches <= batches as usize * config.batch, "{name}");
        let epochs = trained.snapshots.iter().map(|snapshot| snapshot.epoch);
        assert_eq!(epochs.collect::<Vec<_>>(), [0, 1, 2], "{name}");
        let evaluation = trained.evaluation.unwrap();
        let has_bins = method.output == Output::Bins;
        assert_eq!(evaluation.cross_entropy.is_some(), has_bins, "{name}");
        assert_eq!(evaluation.grey.chroma_ratio, Some(0.0), "{name}");
    }
}

#[test]
fn arms_of_a_seed_start_from_the_same_weights() {
    let first = |arm: Variant| {
        let trained: Trained = SMOKE.outcome(&arm.name(), 0);
        trained.snapshots[0].test
    };
    // Before training, what the weights of pixels are makes no difference.
    let described = first(Variant::AsDescribed);
    assert_eq!(described, first(Variant::Unweighted));
    assert_eq!(described, first(Variant::RawCounts));
    assert_ne!(described, first(Variant::BeforeRelu));
}

#[test]
fn the_same_seed_gives_the_same_bytes_also_with_checkpoints() {
    let again = COLORIZATION.named("smoke", &["--checkpoint-steps", "1"]);
    let cells = Variant::ALL.map(|arm| (arm.name(), 1));
    let figures = ["gallery", "scores"];
    SMOKE.has_figures(&figures, (500, 300));
    SMOKE.has_the_bytes_of(&again, cells, &figures);
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    type Change = fn(&mut ColorizationConfig);
    let refused: [(Change, &str); 14] = [
        (|c| c.window = 1.0, "`window`: expected from 2 to 60"),
        (|c| c.window = f64::NAN, "`window`: expected from 2 to 60"),
        (|c| c.lambda = -0.1, "`lambda`: expected from 0 to 1"),
        (|c| c.sigma = 0.0, "`sigma`"),
        (|c| c.nearest_sigma = f64::INFINITY, "`nearest_sigma`"),
        (
            |c| c.temperature = 0.0,
            "`temperature`: expected from 0.001",
        ),
        (|c| c.batch = 0, "`batch`"),
        (|c| c.learning_rate = 0.0, "`learning_rate`"),
        (|c| c.epochs = 0, "`epochs`"),
        (|c| c.pictures = 7, "`pictures`"),
        (|c| c.test_pictures = 0, "`test_pictures`"),
        (|c| c.shown = 13, "`shown`"),
        (|c| c.twin_pictures = 1, "`twin_pictures`"),
        (|c| c.side = 31, "`side`"),
    ];
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        let config = ColorizationConfig::preset(preset);
        assert_eq!(config.validate(), Ok(()));
        for (change, sentence) in refused {
            let mut changed = config.clone();
            change(&mut changed);
            let refusal = changed.validate().unwrap_err().to_string();
            assert!(refusal.contains(sentence), "{refusal}");
        }
    }
    COLORIZATION.refuses(&["--window=1"], 2, "from 2 to 60");
    let too_large = ["--twin-pictures=100000", "--side=1024"];
    COLORIZATION.refuses(&too_large, 2, "100008 drawn pictures of 1024x1024");
}
