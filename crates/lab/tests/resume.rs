//! A training that dies and goes on ends with the bytes of one that did not.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod toy;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use safetensors::SafeTensors;
use safetensors::tensor::TensorView;
use toy::{DIES_AT, alone, execution, preset, run};

const CELL: &str = "toy/quick/cells/adam/seed-0";

fn bytes(out: &Path) -> [Vec<u8>; 2] {
    ["outcome.json", "arrays.safetensors"].map(|file| fs::read(out.join(CELL).join(file)).unwrap())
}

fn uninterrupted() -> [Vec<u8>; 2] {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), preset(), &execution()).unwrap();
    bytes(out.path())
}

fn die_at(out: &Path, step: u64) -> PathBuf {
    DIES_AT.store(step, Ordering::SeqCst);
    let error = run(out, preset(), &execution()).unwrap_err();
    DIES_AT.store(0, Ordering::SeqCst);
    assert!(error.chain().contains("power cut"), "{}", error.chain());
    assert!(!out.join(CELL).join("outcome.json").exists());
    out.join(CELL).join("checkpoint-training.safetensors")
}

#[test]
fn a_training_that_died_continues_with_the_same_bytes() {
    let _alone = alone();
    let expected = uninterrupted();
    for step in [3, 8, 31, 60] {
        let out = tempfile::tempdir().unwrap();
        let checkpoint = die_at(out.path(), step);
        assert_eq!(checkpoint.exists(), step > 7);
        run(out.path(), preset(), &execution()).unwrap();
        assert_eq!(bytes(out.path()), expected, "after dying at step {step}");
        assert!(!checkpoint.exists(), "a finished cell keeps no checkpoint");
    }
}

/// The control: were the optimizer's state not in the checkpoint, the test above would see it.
#[test]
fn a_checkpoint_without_the_optimizers_state_ends_elsewhere() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let checkpoint = die_at(out.path(), 31);
    let empty = burn::optim::AdamConfig::new().init().into_bytes().unwrap();
    rewrite(&checkpoint, "optimizer", &empty);
    run(out.path(), preset(), &execution()).unwrap();
    assert_ne!(bytes(out.path()), uninterrupted());
}

/// The control for the step: a checkpoint that forgets how far it was draws other noise.
#[test]
fn a_checkpoint_with_another_step_ends_elsewhere() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let checkpoint = die_at(out.path(), 31);
    let file = fs::read(&checkpoint).unwrap();
    let progress = SafeTensors::deserialize(&file)
        .unwrap()
        .tensor("progress")
        .unwrap()
        .data()
        .to_vec();
    let earlier = String::from_utf8(progress)
        .unwrap()
        .replace("\"step\":28,\"tally\"", "\"step\":21,\"tally\"");
    assert!(earlier.contains("\"step\":21,\"tally\""), "{earlier}");
    rewrite(&checkpoint, "progress", earlier.as_bytes());
    run(out.path(), preset(), &execution()).unwrap();
    assert_ne!(bytes(out.path()), uninterrupted());
}

#[test]
fn a_damaged_checkpoint_is_an_error_that_names_it() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let checkpoint = die_at(out.path(), 31);
    let whole = fs::read(&checkpoint).unwrap();
    for keep in [0, 1, 9, whole.len() / 2, whole.len() - 1] {
        fs::write(&checkpoint, &whole[..keep]).unwrap();
        let error = run(out.path(), preset(), &execution()).unwrap_err();
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
    let [outcome, _] = bytes(out.path());
    let cell = out.path().join(CELL);
    fs::write(cell.join("outcome.json"), &outcome[..outcome.len() / 2]).unwrap();
    let report = run(out.path(), preset(), &execution()).unwrap();
    assert_eq!(report.cells_run, 1);
    assert_eq!(bytes(out.path())[0], outcome);
    assert!(cell.join("outcome.damaged.json").exists());
}

fn rewrite(checkpoint: &Path, part: &str, data: &[u8]) {
    let file = fs::read(checkpoint).unwrap();
    let parts = SafeTensors::deserialize(&file).unwrap();
    let changed = parts.iter().map(|(name, view)| {
        let data = if name == part { data } else { view.data() };
        (
            name.to_owned(),
            TensorView::new(view.dtype(), vec![data.len()], data).unwrap(),
        )
    });
    fs::write(checkpoint, safetensors::serialize(changed, None).unwrap()).unwrap();
}
