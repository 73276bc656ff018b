//! What a run leaves for TensorBoard: every number once, and nothing else of the run changed.

use std::fs;
use std::path::Path;

use retrace_lab::Execution;
use retrace_test_support::resume::{Resume, alone};
use retrace_test_support::{contents, files};

use crate::toy::{NOTED, Toy, execution, preset, run};

const RESUME: Resume<Toy> = Resume::every(7);

fn watched() -> Execution {
    Execution {
        tensorboard: true,
        ..execution()
    }
}

/// Tag, step and value of each number in the only event file of a folder that has any.
fn numbers(folder: &Path) -> Vec<(String, u64, f32)> {
    let mut all = contents(folder);
    all.retain(|(_, bytes)| !bytes.is_empty());
    let [(_, bytes)] = &all[..] else {
        panic!("{} files", all.len());
    };
    let mut rest = bytes.as_slice();
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        numbers.extend(number(&rest[12..12 + length]));
        rest = &rest[12 + length + 4..];
    }
    numbers
}

/// Of an event of the toy, whose steps and lengths are below 128: a byte each.
fn number(event: &[u8]) -> Option<(String, u64, f32)> {
    let ([0x10, step, 0x2a, _, 0x0a, _, 0x0a, length], value) = event[9..].split_first_chunk()?
    else {
        return None;
    };
    let (tag, value) = value.split_at(usize::from(*length));
    let value = f32::from_le_bytes(value[1..].try_into().unwrap());
    Some((
        String::from_utf8(tag.to_vec()).unwrap(),
        u64::from(*step),
        value,
    ))
}

/// The steps of a tag must be `first` and so on, each once; the values.
fn curve(numbers: &[(String, u64, f32)], tag: &str, first: u64) -> Vec<f32> {
    let of_tag = || numbers.iter().filter(|(other, ..)| other == tag);
    let steps: Vec<u64> = of_tag().map(|(_, step, _)| *step).collect();
    let expected: Vec<u64> = (first..first + steps.len() as u64).collect();
    assert_eq!(steps, expected, "{tag}");
    of_tag().map(|(.., value)| *value).collect()
}

#[test]
fn the_numbers_are_those_of_the_log_and_nothing_else_changes() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let [with, without] = ["with", "without"].map(|name| out.path().join(name));
    let folder = run(&with, preset(), &watched()).unwrap().folder;
    run(&without, preset(), &execution()).unwrap();
    for seed in ["seed-0", "seed-1"] {
        let numbers = numbers(&folder.join("tensorboard/adam").join(seed));
        let log = folder.join("cells/adam").join(seed).join("log.csv");
        let log = fs::read_to_string(log).unwrap();
        let losses = log.lines().skip(1).map(|row| row.rsplit(',').next());
        let losses: Vec<f32> = losses.map(|loss| loss.unwrap().parse().unwrap()).collect();
        assert_eq!(losses.len(), 60);
        assert_eq!(curve(&numbers, "loss", 0), losses);
        assert_eq!(curve(&numbers, NOTED, 1), losses);
    }
    // An arm without a training has no file.
    assert_eq!(files(&folder.join("tensorboard")).len(), 2);
    fs::remove_dir_all(folder.join("tensorboard")).unwrap();
    let results = |out: &Path| {
        let mut all = contents(out);
        // They hold times.
        let timed = ["manifest.json", "timing.json", "log.csv", ".drawn-by"];
        for (file, bytes) in &mut all {
            if timed.iter().any(|name| file.ends_with(name)) {
                bytes.clear();
            }
        }
        all
    };
    assert!(results(&with) == results(&without));
}

#[test]
fn a_training_that_died_and_went_on_has_each_step_once() {
    let _alone = alone();
    for died_at in [3, 31, 60] {
        let out = tempfile::tempdir().unwrap();
        RESUME.fail_at_step(out.path(), died_at);
        let folder = out.path().join("toy/smoke/tensorboard/adam/seed-0");
        let before = numbers(&folder).len() as u64;
        assert!(
            before < 2 * died_at,
            "{before} numbers after {died_at} steps"
        );
        RESUME.go_on(out.path());
        let numbers = numbers(&folder);
        let losses = curve(&numbers, "loss", 0);
        assert_eq!(losses.len(), 60);
        assert_eq!(curve(&numbers, NOTED, 1), losses);
    }
}

#[test]
fn starting_over_removes_the_files_and_another_start_leaves_them() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let folder = run(out.path(), preset(), &watched()).unwrap().folder;
    let shown = folder.join("tensorboard");
    run(out.path(), preset(), &execution()).unwrap();
    assert_eq!(files(&shown).len(), 2);
    let fresh = Execution {
        fresh: true,
        ..execution()
    };
    run(out.path(), preset(), &fresh).unwrap();
    assert!(!shown.exists());
}

#[test]
fn a_file_that_cannot_be_written_costs_the_curves_alone() {
    let _alone = alone();
    let out = tempfile::tempdir().unwrap();
    let folder = out.path().join("toy/quick");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("tensorboard"), "in its way").unwrap();
    let report = run(out.path(), preset(), &watched()).unwrap();
    assert_eq!((report.cells_run, report.claims.len()), (3, 1));
    assert!(folder.join("tensorboard").is_file());
}
