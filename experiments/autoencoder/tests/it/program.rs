//! The program, from the command line to the files, and what it refuses.

use std::sync::LazyLock;

use autoencoder::arm::{Arm, BASELINE, INVERSE};
use autoencoder::config::Config;
use autoencoder::score::Copying;
use autoencoder::training::{Outcome, Snapshot};
use retrace_lab::{Arm as _, Config as _, Preset};
use retrace_test_support::Program;
use retrace_test_support::run::{Run, Runs};

const AUTOENCODER: Runs = Runs::of(
    Program::at(env!("CARGO_BIN_EXE_autoencoder")),
    "autoencoder",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
pub static SMOKE: LazyLock<Run> = LazyLock::new(|| AUTOENCODER.named("smoke", &["--jobs", "2"]));

fn outcome(run: &Run, arm: &str, seed: u64) -> Outcome<Copying> {
    run.outcome(arm, seed)
}

#[test]
fn every_claim_is_measured() {
    for claim in SMOKE.json("claims.json").as_array().unwrap() {
        assert!(claim["estimate"].is_number() && claim["n"] == 2, "{claim}");
    }
}

#[test]
fn shapes_and_memory_are_said_once_before_the_first_step() {
    let said = &SMOKE.said().stderr;
    let before = said.split("autoencoder smoke: ").next().unwrap();
    let parts = [
        // A line of the table, and not a part of one long line.
        "\nbody.Stack.layers.5",
        "which is not built: 54.0 GB",
        "computing for each seed",
    ];
    for part in parts {
        assert!(before.contains(part), "{part}: {said}");
    }
    // Not by every worker.
    assert_eq!(said.matches("54.0 GB").count(), 1);
}

#[test]
fn trainings_are_noted_from_the_first_to_the_last_step() {
    let config = Config::preset(Preset::Smoke);
    for arm in Arm::all(&config) {
        let outcome = outcome(&SMOKE, &arm.name(), 1);
        assert_eq!(outcome.history.snapshots[0].done, 0, "{arm:?}");
        assert_eq!(outcome.history.probes[0].done, 0, "{arm:?}");
        if outcome.diverged_at.is_none() {
            let steps = arm.settings(&config).steps;
            let last = outcome.history.snapshots.last().unwrap();
            assert_eq!(last.done, steps, "{arm:?}");
            assert_eq!(outcome.history.losses.len() as u64, steps);
            assert!(outcome.training_share().is_some());
        }
    }
    let baseline = outcome(&SMOKE, &BASELINE.name(), 0);
    assert!(baseline.diverged_at.is_none() && baseline.end.is_some());
}

#[test]
fn trainings_that_diverge_are_outcomes_and_can_be_drawn() {
    let run = AUTOENCODER.run(&["--rates", "1e30", "--sound-rate", "1e30", "--jobs", "2"]);
    for arm in ["sum-sgd-1e30", "mean-adam-1e30", &BASELINE.name()] {
        let diverged = outcome(&run, arm, 0);
        assert!(diverged.diverged_at.is_some(), "{arm}");
        assert!(diverged.end.is_none(), "{arm}");
        assert_eq!((diverged.left(), diverged.training_share()), (1.0, None));
    }
    assert!(run.path().join("figures/losses.png").exists());
}

/// Arms of a seed that have the same network start from the same weights and see the same
/// pictures.
#[test]
fn arms_of_a_seed_are_paired() {
    let first = |arm: &str| -> Snapshot { outcome(&SMOKE, arm, 1).history.snapshots[0] };
    assert_eq!(first("sum-adam-1e-3"), first("mean-adam-1e-2"));
    assert_eq!(first("sum-adam-1e-3"), first(&INVERSE.name()));
    assert_eq!(first("sum-adam-xavier"), first(&BASELINE.name()));
    assert_ne!(first("sum-adam-xavier"), first("sum-adam-1e-3"));
    let [sum, mean] = ["sum-adam-1e-3", "mean-adam-1e-3"]
        .map(|arm| outcome(&SMOKE, arm, 1).history.losses[0].loss);
    let numbers = f64::from(2 * 12 * 8);
    assert!((sum / mean / numbers - 1.0).abs() < 1e-5, "{sum}, {mean}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_also_with_checkpoints() {
    let again = AUTOENCODER.named("smoke", &["--checkpoint-steps", "3"]);
    let arms = Arm::all(&Config::preset(Preset::Smoke));
    let cells = arms.iter().map(|arm| (arm.name(), 1));
    SMOKE.has_the_bytes_of(&again, cells, &["losses", "variants", "outputs"]);
}

#[test]
fn presets_can_be_run_and_other_settings_are_refused_with_a_sentence() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        assert_eq!(Config::preset(preset).validate(), Ok(()));
    }
    type Change = fn(&mut Config);
    let refused: [(Change, &str); 17] = [
        (|c| c.width = 4, "`width`: expected a whole number"),
        (|c| c.height = 2_000, "`height`: expected a whole number"),
        (|c| c.radius = 0.0, "`radius`: expected above 0"),
        (|c| c.circles = 0, "`circles`: expected a whole number"),
        (
            |c| c.validation = 2,
            "`validation`: expected a whole number",
        ),
        (|c| c.scenes = 5, "`scenes`: expected a whole number"),
        (
            |c| c.features = vec![8; 3],
            "`features`: expected 4 to 8 layers",
        ),
        (|c| c.features[0] = 0, "`features`: expected 4 to 8 layers"),
        (|c| c.codes = vec![4, 2], "`codes`: expected rising sizes"),
        (|c| c.dropout = 1.0, "`dropout`: expected from 0 to below 1"),
        (|c| c.batch = 0, "`batch`: expected a whole number"),
        (|c| c.steps = 3, "`steps`: expected a whole number"),
        (
            |c| c.rates = vec![1e-3, 1.1e-3],
            "`rates`: expected one or more",
        ),
        (
            |c| c.mean_rates[0] = -1.0,
            "`mean_rates`: expected one or more",
        ),
        (
            |c| c.sound_rate = f64::NAN,
            "`sound_rate`: expected a finite number",
        ),
        (
            |c| c.colour_features[0] = 0,
            "`colour_features`: expected 1 to 4",
        ),
        (
            |c| c.colour_width = 1_024,
            "at most 200 million weights, found",
        ),
    ];
    for (change, sentence) in refused {
        let mut config = Config::preset(Preset::Smoke);
        config.colour_height = 100;
        change(&mut config);
        let invalid = config.validate().unwrap_err().to_string();
        assert!(invalid.contains(sentence), "{sentence}: {invalid}");
    }
    AUTOENCODER.refuses(&["--width=4"], 2, "from 8 to 1024");
}
