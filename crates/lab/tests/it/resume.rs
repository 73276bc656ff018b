//! A training that crashes and goes on ends with the bytes of one that did not.

use std::fs;

use burn::optim::AdamConfig;
use retrace_test_support::resume::{Resume, alone, part, rewrite};

use crate::toy::{Toy, execution, preset, run};

const RESUME: Resume<Toy> = Resume::every(7);

#[test]
fn a_training_that_died_continues_with_the_same_bytes() {
    let results = RESUME.ends_with_the_same_bits(&[3, 8, 31, 60]);
    let arrays = results
        .iter()
        .filter(|(file, _)| file.ends_with("arrays.safetensors"));
    assert_eq!(
        arrays.count(),
        1,
        "the array of the training is compared too"
    );
}

/// The control: were the optimizer's state not in the checkpoint, the test above would see it.
#[test]
fn a_checkpoint_without_the_optimizers_state_ends_elsewhere() {
    RESUME.ends_elsewhere(31, |checkpoint| {
        let empty = AdamConfig::new().init().into_bytes().unwrap();
        rewrite(checkpoint, "optimizer", &empty);
    });
}

/// The control for the step: a checkpoint that forgets how far it was draws other noise.
#[test]
fn a_checkpoint_with_another_step_ends_elsewhere() {
    RESUME.ends_elsewhere(31, |checkpoint| {
        let progress = String::from_utf8(part(checkpoint, "progress")).unwrap();
        let earlier = progress.replace("\"step\":28,\"metrics\"", "\"step\":21,\"metrics\"");
        assert_ne!(earlier, progress, "{progress}");
        rewrite(checkpoint, "progress", earlier.as_bytes());
    });
}

#[test]
fn a_damaged_checkpoint_is_an_error_that_names_it() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let checkpoint = RESUME.fail_at_step(out.path(), 31).unwrap();
    let whole = fs::read(&checkpoint).unwrap();
    for keep in [0, 1, 9, whole.len() / 2, whole.len() - 1] {
        fs::write(&checkpoint, &whole[..keep]).unwrap();
        let error = RESUME.start(out.path()).unwrap_err();
        assert!(
            error.chain().contains("checkpoint-training.safetensors"),
            "{}",
            error.chain()
        );
        assert!(error.chain().contains("remove it"), "{}", error.chain());
    }
}

#[test]
fn a_damaged_outcome_is_set_aside_and_made_again() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    run(out.path(), preset(), &execution()).unwrap();
    let cell = out.path().join("toy/quick/cells/adam/seed-0");
    let outcome = fs::read(cell.join("outcome.json")).unwrap();
    fs::write(cell.join("outcome.json"), &outcome[..outcome.len() / 2]).unwrap();
    let report = run(out.path(), preset(), &execution()).unwrap();
    assert_eq!(report.cells_run, 1);
    assert_eq!(fs::read(cell.join("outcome.json")).unwrap(), outcome);
    assert!(cell.join("outcome.damaged.json").exists());
}
