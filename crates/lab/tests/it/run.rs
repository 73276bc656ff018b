//! What a run does with its folder, its config and numbers that are not finite; a training that crashes and
//! goes on ends with the bytes of one that did not.

use std::fs;

use burn::optim::AdamConfig;
use retrace_lab::{Execution, Verdict};
use retrace_test_support::resume::{Resume, alone, part, rewrite};

use crate::toy::{Toy, ToyConfig, execution, preset, run};

#[test]
fn finished_cells_are_skipped_and_fresh_starts_over() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let first = run(out.path(), preset(), &execution()).unwrap();
    // Two seeds of one arm, and one of the arm without chance.
    assert_eq!((first.cells, first.cells_run), (3, 3));
    assert_eq!(first.claims[0].verdict, Verdict::Reproduced);
    assert_eq!(
        run(out.path(), preset(), &execution()).unwrap().cells_run,
        0
    );
    let fresh = Execution {
        fresh: true,
        ..execution()
    };
    assert_eq!(run(out.path(), preset(), &fresh).unwrap().cells_run, 3);
}

#[test]
fn a_changed_config_gets_a_folder_of_its_own() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let changed = ToyConfig {
        steps: 5,
        ..preset()
    };
    let report = run(out.path(), changed, &execution()).unwrap();
    let name = report
        .folder
        .file_name()
        .unwrap()
        .to_string_lossy()
        .into_owned();
    assert!(
        name.starts_with("quick+") && name.len() == "quick+".len() + 6,
        "{name}"
    );
    assert_eq!(
        run(out.path(), preset(), &execution()).unwrap().folder,
        out.path().join("toy/quick")
    );
}

#[test]
fn a_folder_with_other_settings_is_refused_not_mixed() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    run(out.path(), preset(), &execution()).unwrap();
    let other = ToyConfig {
        steps: 61,
        ..preset()
    };
    let changed = run(out.path(), other, &execution()).unwrap().folder;
    let config = out.path().join("toy/quick/config.toml");
    fs::copy(changed.join("config.toml"), &config).unwrap();
    let error = run(out.path(), preset(), &execution()).unwrap_err();
    assert!(error.to_string().contains("other settings"), "{error}");
    assert_eq!(error.exit_code(), 2);
    // Changed by hand: nobody knows what the cells were run under.
    let text = fs::read_to_string(&config).unwrap();
    fs::write(&config, text.replace("steps = 61", "steps = 60")).unwrap();
    let error = run(out.path(), preset(), &execution()).unwrap_err();
    assert!(error.to_string().contains("--fresh"), "{error}");
    let fresh = Execution {
        fresh: true,
        ..execution()
    };
    assert_eq!(run(out.path(), preset(), &fresh).unwrap().cells_run, 3);
}

#[test]
fn a_loss_that_is_not_finite_stops_within_a_step_and_is_an_outcome() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let wild = ToyConfig {
        learning_rate: 1e30,
        noisy: false,
        ..preset()
    };
    let report = run(out.path(), wild, &execution()).unwrap();
    let outcome = fs::read_to_string(report.folder.join("cells/adam/seed-0/outcome.json")).unwrap();
    let outcome: serde_json::Value = serde_json::from_str(&outcome).unwrap();
    let step = outcome["outcome"]["diverged_at"].as_u64().unwrap();
    assert!(step <= 2, "diverged at {step}");
    // The engine knows it of every experiment.
    let both: Vec<(u64, u64)> = report.diverged.iter().map(|d| (d.seed, d.step)).collect();
    assert_eq!(both, [(0, step), (1, step)]);
    assert_eq!(report.has_numbers().unwrap_err().exit_code(), 4);
    assert_eq!(
        outcome["outcome"]["losses"].as_array().unwrap().len() as u64,
        step
    );
}

#[test]
fn the_run_folder_says_how_it_was_made() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let report = run(out.path(), preset(), &execution()).unwrap();
    let read = |file: &str| fs::read_to_string(report.folder.join(file)).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert_eq!(manifest["burn_version"], "0.22.1");
    assert_eq!(manifest["run"]["device"], "cpu");
    assert_eq!(manifest["cell_time_s"].as_object().unwrap().len(), 3);
    assert!(read("config.toml").contains("learning_rate = 0.01"));
    assert!(
        read("cells/adam/seed-0/log.csv").starts_with("training,step,time_s,loss\ntraining,0,")
    );
}

#[test]
fn what_killed_processes_left_is_removed_and_nothing_else() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let folder = run(out.path(), preset(), &execution()).unwrap().folder;
    let left = [
        ".retrace-tmp-1",
        "figures/.retrace-tmp-2",
        "cells/adam/seed-0/checkpoint-training.safetensors",
    ];
    let of_others = "figures/.tmp-3";
    for file in left.iter().chain([&of_others]) {
        fs::write(folder.join(file), "half").unwrap();
    }
    assert_eq!(
        run(out.path(), preset(), &execution()).unwrap().cells_run,
        0
    );
    for file in left {
        assert!(!folder.join(file).exists(), "{file}");
    }
    assert!(folder.join(of_others).exists());
}

#[test]
fn an_output_folder_that_is_a_file_is_refused_by_name() {
    let _alone = alone();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    fs::write(&out, "not a folder").unwrap();
    let error = run(&out, preset(), &execution()).unwrap_err();
    assert!(error.to_string().contains("create the folder"), "{error}");
    assert_eq!(error.exit_code(), 1);
    assert_eq!(fs::read_to_string(&out).unwrap(), "not a folder");
}

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
        let earlier = progress.replace("\"step\":28,\"of\"", "\"step\":21,\"of\"");
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
