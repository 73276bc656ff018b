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

/// Whatever happened to the checkpoint: the training begins again, and ends with the same bits.
#[test]
fn a_damaged_checkpoint_costs_time_and_nothing_else() {
    let expected = RESUME.ends_with_the_same_bits(&[]);
    let damages: [fn(&mut Vec<u8>); 4] = [
        |bytes| bytes.clear(),
        |bytes| bytes.truncate(bytes.len() / 2),
        // A digit of the step, and a weight: both can be read, and are wrong.
        |bytes| *bytes.last_mut().unwrap() ^= 1,
        |bytes| {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        },
    ];
    let _alone = alone();
    for damage in damages {
        let out = tempfile::tempdir().unwrap();
        let checkpoint = RESUME.fail_at_step(out.path(), 31).unwrap();
        let mut bytes = fs::read(&checkpoint).unwrap();
        damage(&mut bytes);
        fs::write(&checkpoint, bytes).unwrap();
        assert!(RESUME.go_on(out.path()) == expected);
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
    // What lies beside it belongs to it.
    for file in ["arrays.safetensors", "timing.json"] {
        let mut bytes = fs::read(cell.join(file)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(cell.join(file), bytes).unwrap();
        let report = run(out.path(), preset(), &execution()).unwrap();
        assert_eq!(report.cells_run, 1, "{file}");
    }
}
