//! Killed at any moment, the next start of the same command ends with the bytes of a run that
//! was never disturbed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use retrace_test_support::files;

use crate::command::{results, retrace};

/// A run of about two seconds, whose trainings write many checkpoints.
const RUN: [&str; 10] = [
    "run",
    "regularization",
    "--preset",
    "smoke",
    "--epochs",
    "40",
    "--seeds",
    "2",
    "--checkpoint-steps",
    "100",
];

fn start(folder: &Path, more: &[&str]) -> Child {
    retrace(folder)
        .args(RUN)
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn send(signal: &str, process: u32) {
    // Gone already is fine.
    let _ = Command::new("kill")
        .args([signal, &process.to_string()])
        .stderr(Stdio::null())
        .status();
}

fn undisturbed() -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    assert!(
        start(folder.path(), &[])
            .wait_with_output()
            .unwrap()
            .status
            .success()
    );
    results(&folder.path().join("out"))
}

/// Starts the run, and kills it after a time that grows from try to try, until it comes through.
fn finish_in_spite_of(signal: &str, more: &[&str], folder: &Path) -> (i32, Vec<ExitStatus>) {
    let mut ends = Vec::new();
    for kills in 0..60 {
        let mut child = start(folder, more);
        // Growing, since a machine may be so slow that a fixed time never gets anywhere.
        let until = Instant::now() + Duration::from_secs_f64(0.04 * 1.17_f64.powi(kills));
        while Instant::now() < until && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(3));
        }
        if child.try_wait().unwrap().is_none() {
            send(signal, child.id());
        }
        let status = child.wait().unwrap();
        if status.success() {
            return (kills, ends);
        }
        ends.push(status);
    }
    panic!("it never came through");
}

#[test]
fn kill_9_at_any_moment_costs_nothing_but_time() {
    let folder = tempfile::tempdir().unwrap();
    let (kills, _) = finish_in_spite_of("-KILL", &[], folder.path());
    assert!(kills >= 3, "it was too quick to be killed: {kills}");
    assert!(results(&folder.path().join("out")) == undisturbed());
}

#[test]
fn ctrl_c_and_terminate_write_a_checkpoint_and_say_so_in_the_exit_code() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let folder = tempfile::tempdir().unwrap();
        let (kills, ends) = finish_in_spite_of(signal, &[], folder.path());
        assert!(kills >= 3, "it was too quick to be stopped: {kills}");
        let graceful = ends
            .iter()
            .filter(|status| status.code() == Some(code))
            .count();
        // A signal before the program listens ends it at once, as it does any other program.
        assert!(graceful >= 2, "{ends:?}");
        assert!(results(&folder.path().join("out")) == undisturbed());
    }
}

#[test]
fn a_killed_parent_takes_its_workers_along() {
    let folder = tempfile::tempdir().unwrap();
    let (kills, _) = finish_in_spite_of("-KILL", &["--jobs", "2"], folder.path());
    assert!(kills >= 3, "it was too quick to be killed: {kills}");
    assert!(results(&folder.path().join("out")) == undisturbed());

    let folder = tempfile::tempdir().unwrap();
    let long = ["--jobs", "2", "--epochs", "4000"];
    let parent = start_long(folder.path(), &long);
    let workers = wait_for(|| Some(workers_of(folder.path())).filter(|found| found.len() == 2));
    assert!(workers.is_some(), "no workers came up");
    send("-KILL", parent.id());
    parent.wait_with_output().unwrap();
    let gone = wait_for(|| workers_of(folder.path()).is_empty().then_some(()));
    assert!(
        gone.is_some(),
        "workers outlive their parent: {:?}",
        workers_of(folder.path())
    );
}

fn start_long(folder: &Path, more: &[&str]) -> Child {
    retrace(folder)
        .args(["run", "regularization", "--preset", "smoke"])
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Processes that run a cell and have `folder` as their working folder.
fn workers_of(folder: &Path) -> Vec<u32> {
    let folder = folder.canonicalize().unwrap();
    fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter(|process| fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder))
        .filter(|process| {
            fs::read(process.path().join("cmdline"))
                .is_ok_and(|line| String::from_utf8_lossy(&line).contains("\0worker\0"))
        })
        .filter_map(|process| process.file_name().to_string_lossy().parse().ok())
        .collect()
}

fn wait_for<T>(ready: impl Fn() -> Option<T>) -> Option<T> {
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        if let Some(found) = ready() {
            return Some(found);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

#[test]
fn two_starts_at_once_share_the_work_and_agree() {
    let folder = tempfile::tempdir().unwrap();
    let both = [start(folder.path(), &[]), start(folder.path(), &[])];
    for child in both {
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    assert!(results(&folder.path().join("out")) == undisturbed());
}

#[test]
fn fresh_is_refused_while_another_process_is_at_work() {
    let folder = tempfile::tempdir().unwrap();
    let long = ["--epochs", "4000", "--checkpoint-steps", "100"];
    let first = start_long(folder.path(), &long);
    let at_work = wait_for(|| {
        let written = files(folder.path());
        written
            .iter()
            .any(|file| file.to_string_lossy().contains("checkpoint-"))
            .then_some(())
    });
    let second = start_long(folder.path(), &[&long[..], &["--fresh"]].concat());
    let code = second.wait_with_output().unwrap().status.code();
    send("-KILL", first.id());
    first.wait_with_output().unwrap();
    assert!(at_work.is_some(), "the first run never came to work");
    assert_eq!(
        code,
        Some(2),
        "--fresh took the folder from under another process"
    );
}
