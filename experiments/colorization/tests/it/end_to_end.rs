//! The binary, from the command line to the files.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use colorization::arm::Setup;
use colorization::config::ColorizationConfig;
use colorization::outcome::Outcome;
use retrace_lab::{Config, Preset};
use retrace_test_support::run::{Run, Runs};
use retrace_test_support::{Program, files};

const FIGURES: [&str; 12] = [
    "best-and-worst",
    "bins",
    "categories",
    "class-weights",
    "colour-histogram",
    "curves",
    "gallery",
    "results",
    "scores",
    "seeds",
    "temperatures",
    "triples",
];

const COLORIZATION: Runs = Runs::of(
    Program::at(env!("CARGO_BIN_EXE_colorization")),
    "colorization",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| COLORIZATION.named("smoke", &["--jobs", "2"]));

#[test]
fn every_figure_is_there_and_its_png_can_be_read() {
    let found = files(&SMOKE.path().join("figures"));
    let names: BTreeSet<_> = found.iter().filter_map(|file| file.file_stem()).collect();
    assert_eq!(names.len(), FIGURES.len(), "{found:?}");
    SMOKE.has_figures(&FIGURES, (500, 300));
}

#[test]
fn every_claim_is_answered_once() {
    SMOKE.claims(23);
}

#[test]
fn networks_see_the_patches_that_their_arm_says() {
    let config = ColorizationConfig::preset(Preset::Smoke);
    for setup in Setup::ALL {
        let outcome: Outcome = SMOKE.outcome(setup.name, 1);
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
        let outcome: Outcome = SMOKE.outcome(arm, 0);
        outcome.training().unwrap().looks[0].test
    };
    // Before training, what the weights of pixels are makes no difference.
    assert_eq!(first("as-described"), first("unweighted"));
    assert_eq!(first("as-described"), first("raw-counts"));
    assert_ne!(first("as-described"), first("before-relu"));
}

#[test]
fn the_same_seed_gives_the_same_bytes_also_with_checkpoints() {
    let flags = ["--checkpoint-steps", "1"];
    let again = COLORIZATION.named("smoke", &flags);
    let cells = Setup::ALL.map(|setup| (setup.name, 1));
    SMOKE.has_the_bytes_of(&again, cells, &FIGURES);
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
        COLORIZATION.refuses(&[flag], 2, sentence);
    }
    let too_large = ["--twin-pictures=100000", "--side=1024"];
    COLORIZATION.refuses(&too_large, 2, "100008 drawn pictures of 1024x1024");
}

#[test]
fn every_preset_can_be_run() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        assert_eq!(ColorizationConfig::preset(preset).validate(), Ok(()));
    }
}
