//! The binary, from the command line to the files.

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use freezing::Freezing;
use freezing::frozen::{FrozenNetwork, Outcome};
use retrace_inspect::Frozen;
use retrace_test_support::run::{Run, Runs};
use retrace_test_support::{Program, refuses};

const PROGRAM: Program = Program::at(env!("CARGO_BIN_EXE_freezing"));
const FREEZING: Runs = Runs::of(
    PROGRAM,
    "freezing",
    &["--preset", "smoke", "--data", "synthetic"],
);

/// One smoke run, on the twin, that several tests look at.
static SMOKE: LazyLock<Run> = LazyLock::new(|| FREEZING.named("smoke", &[]));

fn frozen(arm: &str, seed: u64) -> FrozenNetwork {
    let outcome: Outcome = SMOKE.outcome(arm, seed);
    outcome.frozen.expect("a smoke run does not diverge")
}

#[test]
fn no_claim_is_contradicted() {
    for claim in SMOKE.claims(15) {
        assert_ne!(claim["verdict"], "contradicted", "{claim}");
    }
}

#[test]
fn the_files_hold_what_the_networks_are_made_of() {
    // conv 1-8 and 8-16 of 5x5, 784-64-10; the full one also has 4 x 8 numbers of batch
    // normalization and 16 slopes.
    let plain = 8 * 25 + 8 + 16 * 8 * 25 + 16 + 784 * 64 + 64 + 64 * 10 + 10;
    for (arm, parameters) in [("plain", plain), ("full", plain + 32 + 16)] {
        let net = frozen(arm, 1);
        let counted = (net.parameters.file, net.parameters.model);
        assert_eq!(counted, (parameters, parameters));
        assert!(net.sizes.weights as u64 > 4 * parameters, "{:?}", net.sizes);
        assert!(net.sizes.frozen < net.sizes.structure + net.sizes.weights);
        let operators: Vec<&str> = net
            .nodes
            .iter()
            .map(|node| node.operator.as_str())
            .collect();
        assert!(
            operators.contains(&"Conv") && operators.contains(&"Softmax"),
            "{operators:?}"
        );
        assert_eq!(operators.contains(&"BatchNormalization"), arm == "full");
        assert_eq!(operators.contains(&"LeakyRelu"), arm == "full");
    }
}

#[test]
fn differences_are_of_every_test_image() {
    let net = frozen("full", 0);
    assert_eq!(net.agreement.images, 50);
    assert_eq!(net.agreement.differences.len(), 50);
    assert_eq!(net.agreement.accuracy, net.agreement.frozen_accuracy);
    assert!(net.phases > 1e-3, "{}", net.phases);
    // Softmax is computed along another way where gradients are wanted.
    assert!(frozen("plain", 0).phases < 1e-6);
}

#[test]
fn the_page_gets_the_file_and_test_images() {
    let data = &SMOKE.json("explorable.json")["data"];
    let bytes = STANDARD.decode(data["file"].as_str().unwrap()).unwrap();
    assert_eq!(bytes.len(), frozen("full", 0).sizes.frozen);
    assert_eq!(Frozen::from_bytes(bytes).unwrap().outputs().len(), 1);
    let [digits, answers] = ["digits", "answers"].map(|key| data[key].as_array().unwrap());
    assert_eq!(digits.len(), answers.len());
    for (digit, answer) in digits.iter().zip(answers) {
        assert_eq!(digit["levels"].as_str().unwrap().len(), 28 * 28);
        let probabilities = answer.as_array().unwrap().iter();
        let sum: f64 = probabilities.map(|p| p.as_f64().unwrap()).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }
    // Of one cell; the others keep no file.
    let cells = SMOKE.path().join("cells");
    let kept = |cell: &str| cells.join(cell).join("arrays.safetensors").exists();
    assert!(kept("full/seed-0") && !kept("full/seed-1") && !kept("plain/seed-0"));
}

#[test]
fn times_are_kept_apart_from_the_outcome() {
    let timing = SMOKE.json("cells/full/seed-0/timing.json");
    for name in ["burn", "frozen"] {
        let seconds = timing["measured"][name].as_array().unwrap();
        assert_eq!(seconds.len(), 2, "one for each of the batches 1 and 4");
        assert!(seconds.iter().all(|time| time.as_f64().unwrap() > 0.0));
    }
}

#[test]
fn the_network_of_a_cell_can_be_frozen_into_a_file() {
    const RUN: [&str; 6] = ["--preset", "smoke", "--data", "synthetic", "--out", "out"];
    let folder = tempfile::tempdir().unwrap();
    let freeze = |flags: &[&'static str]| [&["freeze"], &RUN[..], flags].concat();
    let full = freeze(&["--arm", "full", "--seed", "1", "-o", "net.onnx"]);
    let file = folder.path().join("net.onnx");
    PROGRAM.done(folder.path(), &full);
    let net = Frozen::load(&file).unwrap();
    let told: Vec<_> = net.metadata().collect();
    assert!(told.contains(&("retrace.arm", "full")) && told.contains(&("retrace.seed", "1")));
    assert!(
        told.contains(&("retrace.data", "mnist (synthetic)")),
        "{told:?}"
    );
    // Again: the same bytes, also after a run has finished that cell.
    let first = std::fs::read(&file).unwrap();
    PROGRAM.done(folder.path(), &RUN);
    PROGRAM.done(folder.path(), &full);
    assert!(std::fs::read(&file).unwrap() == first);
    for (flags, sentence) in [
        (["--arm", "ful", "-o", "x.onnx"], "did you mean `full`?"),
        (
            ["--arm", "full", "-o", "nowhere/x.onnx"],
            "there is no folder nowhere",
        ),
    ] {
        PROGRAM.refused(folder.path(), &freeze(&flags), 2, &[sentence]);
    }
}

#[test]
fn settings_that_cannot_be_run_are_refused() {
    refuses::<Freezing>(&[
        ("--batch=1", "a whole number from 2 to 10000"),
        ("--steps=0", "a whole number from 1"),
        ("--learning-rate=0", "a finite number above 0"),
        ("--timed-batches=0", "a whole number from 1 to 10000"),
        ("--test-images=1", "a whole number from 2"),
        ("--twin-images=1", "a whole number from 60"),
    ]);
}
