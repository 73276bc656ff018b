//! The binary, from the command line to the files.

use std::fs;
use std::sync::LazyLock;

use autoencoder::Autoencoder;
use autoencoder::arm;
use autoencoder::config::AutoencoderConfig;
use autoencoder::outcome::Outcome;
use retrace_lab::{Config, Experiment, Preset};
use retrace_test_support::Program;
use retrace_test_support::run::{Run, Runs};

const FIGURES: [&str; 18] = [
    "architectures",
    "code-pictures",
    "codes",
    "first-attempt",
    "inside",
    "kernels",
    "losses",
    "maps",
    "outputs",
    "pictures",
    "pixel",
    "rates",
    "reach",
    "scenes",
    "shares",
    "unseen",
    "unseen-pictures",
    "variants",
];

const ANIMATIONS: [&str; 2] = ["film", "maps-film"];

/// Claims of the post and ours.
const CLAIMS: usize = 52;

const AUTOENCODER: Runs = Runs::of(
    Program::at(env!("CARGO_BIN_EXE_autoencoder")),
    "autoencoder",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| AUTOENCODER.named("smoke", &["--jobs", "2"]));

#[test]
fn every_figure_is_there() {
    SMOKE.has_figures(&FIGURES, (0, 0));
    for name in ANIMATIONS {
        let gif = fs::read(SMOKE.path().join(format!("figures/{name}.gif"))).unwrap();
        assert!(gif.starts_with(b"GIF89a"), "{name}");
    }
    assert!(ANIMATIONS.contains(&Autoencoder::COVER));
}

#[test]
fn every_claim_is_answered_once_and_measured() {
    for claim in SMOKE.claims(CLAIMS) {
        assert!(claim["estimate"].is_number() && claim["n"] == 2, "{claim}");
    }
}

#[test]
fn shapes_and_memory_are_said_before_the_first_step() {
    let said = &SMOKE.said().stderr;
    let before = said.split("autoencoder smoke: ").next().unwrap();
    for part in [
        "six layers: ",
        "54.0 GB",
        "which is not built",
        "computing for each seed",
    ] {
        assert!(before.contains(part), "{part}: {said}");
    }
    // Said once, not by every worker.
    assert_eq!(said.matches("54.0 GB").count(), 1);
}

#[test]
fn trainings_are_looked_at_from_the_first_to_the_last_step() {
    let config = AutoencoderConfig::preset(Preset::Smoke);
    for setup in arm::setups(&config) {
        let outcome: Outcome = SMOKE.outcome(&setup.name, 1);
        assert_eq!(outcome.looks[0].done, 0, "{}", setup.name);
        assert_eq!(outcome.probes[0].done, 0);
        if outcome.diverged_at.is_none() {
            let steps = setup.steps(&config);
            assert_eq!(outcome.looks.last().unwrap().done, steps, "{}", setup.name);
            assert_eq!(outcome.losses.len() as u64, steps);
            assert!(outcome.training_share().is_some());
        }
    }
    let sound: Outcome = SMOKE.outcome(arm::SOUND, 0);
    assert!(sound.diverged_at.is_none() && sound.end.is_some());
}

#[test]
fn trainings_that_diverge_are_outcomes_and_can_be_drawn() {
    let run = AUTOENCODER.run(&["--rates", "1e30", "--sound-rate", "1e30", "--jobs", "2"]);
    for arm in ["sum-sgd-1e30", "mean-adam-1e30", arm::SOUND] {
        let diverged: Outcome = run.outcome(arm, 0);
        assert!(
            diverged.diverged_at.is_some() && diverged.end.is_none(),
            "{arm}"
        );
        assert_eq!((diverged.left(), diverged.training_share()), (1.0, None));
    }
    assert!(run.path().join("figures/losses.png").exists());
}

/// Arms of a seed that have the same network start from the same weights and see the same
/// pictures.
#[test]
fn arms_of_a_seed_are_paired() {
    let first = |arm: &str| SMOKE.outcome::<Outcome>(arm, 1).looks[0];
    assert_eq!(first("sum-adam-1e-3"), first("mean-adam-1e-2"));
    assert_eq!(first("sum-adam-1e-3"), first(arm::INVERSE_LONG));
    assert_eq!(first("sum-adam-xavier"), first(arm::SOUND));
    assert_ne!(first("sum-adam-xavier"), first("sum-adam-1e-3"));
    let [sum, mean] = ["sum-adam-1e-3", "mean-adam-1e-3"]
        .map(|arm| SMOKE.outcome::<Outcome>(arm, 1).losses[0].loss);
    let numbers = f64::from(2 * 12 * 8);
    assert!((sum / mean / numbers - 1.0).abs() < 1e-5, "{sum}, {mean}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_also_with_checkpoints() {
    let again = AUTOENCODER.named("smoke", &["--checkpoint-steps", "3"]);
    let setups = arm::setups(&AutoencoderConfig::preset(Preset::Smoke));
    let cells = setups.iter().map(|setup| (&setup.name, 1));
    SMOKE.has_the_bytes_of(&again, cells, &FIGURES);
}

#[test]
fn settings_that_cannot_be_run_are_refused_with_a_sentence() {
    let refused = [
        ("--width=4", "from 8 to 1024"),
        ("--height=2000", "from 8 to 1024"),
        ("--radius=0", "above 0"),
        ("--circles=0", "from 1"),
        ("--validation=2", "from 3"),
        ("--scenes=5", "from 10"),
        ("--features=32,16,16", "4 to 8 layers"),
        ("--features=0,1,1,1", "1 to 512 maps"),
        ("--codes=4,2", "rising sizes"),
        ("--dropout=1", "below 1"),
        ("--batch=0", "from 1"),
        ("--steps=3", "from 4"),
        ("--rates=0.001,0.0011", "differ in their first digit"),
        ("--mean-rates=-1", "above 0"),
        ("--sound-rate=nan", "above 0"),
        ("--colour-features=0", "1 to 512 maps"),
    ];
    for (flag, sentence) in refused {
        AUTOENCODER.refuses(&[flag], 2, sentence);
    }
    let post = [
        "--colour-width=150",
        "--colour-height=100",
        "--colour-features=30",
    ];
    AUTOENCODER.refuses(&post, 2, "13500000000 weights and takes 54.0 GB");
}

#[test]
fn every_preset_can_be_run() {
    for preset in [Preset::Smoke, Preset::Quick, Preset::Post] {
        assert_eq!(AutoencoderConfig::preset(preset).validate(), Ok(()));
    }
}
