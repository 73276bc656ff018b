//! Cells that another program starts, and what is said where there is no cluster. What needs a Slurm is
//! in scripts/slurm-check.sh.

use std::fs;
use std::path::Path;
use std::process::Command;

use retrace_test_support::Said;
use serde_json::Value;

use crate::command::{results, retrace, say};

const SMOKE: [&str; 5] = ["eigenfaces", "--preset", "smoke", "--data", "synthetic"];
const RUN: &str = "out/eigenfaces/smoke";

fn json(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}", said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

fn cells(folder: &Path, more: &[&str]) -> Said {
    say(folder, &[&["cells"], SMOKE.as_slice(), more].concat())
}

fn states(folder: &Path) -> Vec<(String, String)> {
    let status = json(&say(folder, &["status", RUN, "--json"]));
    let text = |cell: &Value, key: &str| cell[key].as_str().unwrap().to_owned();
    let cells = status["cells"].as_array().unwrap().iter();
    cells
        .map(|cell| (text(cell, "cell"), text(cell, "state")))
        .collect()
}

#[test]
fn a_command_for_each_cell_makes_the_run_that_one_command_makes() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let local = say(
        here,
        &[&["run"], SMOKE.as_slice(), &["--out", "local"]].concat(),
    );
    assert_eq!(local.code, 0, "{}", local.stderr);

    let all = json(&cells(here, &["--json"]));
    let all: Vec<&Value> = all["cells"].as_array().unwrap().iter().collect();
    let printed = cells(here, &["--missing"]);
    assert_eq!(printed.stdout.lines().count(), all.len());
    assert!(states(here).iter().all(|(_, state)| state == "missing"));
    // The last one first; one of them twice at the same time.
    let lines: Vec<&str> = printed.stdout.lines().rev().collect();
    let shell = |line: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", line]).current_dir(here);
        command
    };
    let mut twice = shell(lines[0]).spawn().unwrap();
    for line in &lines {
        assert!(shell(line).output().unwrap().status.success(), "{line}");
    }
    assert!(twice.wait().unwrap().success());
    assert!(states(here).iter().all(|(_, state)| state == "done"));
    assert_eq!(cells(here, &["--missing"]).stdout, "");
    let drawn = say(here, &["figures", RUN, "--partial"]);
    assert_eq!(drawn.code, 0, "{}", drawn.stderr);
    let (found, expected) = (results(&here.join("out")), results(&here.join("local")));
    let differ = expected
        .iter()
        .filter(|(file, bytes)| found.get(*file) != Some(bytes));
    let differ: Vec<_> = differ
        .map(|(file, _)| file)
        .filter(|file| !file.ends_with("index.html"))
        .collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn a_cell_that_cannot_be_done_is_named_and_taken_again_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    assert_eq!(cells(here, &[]).code, 0);
    let name = states(here)[0].0.clone();
    // A folder where a file is to be.
    let blocked = here.join(RUN).join("cells").join(&name).join("timing.json");
    fs::create_dir_all(&blocked).unwrap();
    let cell = |more: &[&str]| say(here, &[&["cell", RUN, &name], more].concat());
    let said = cell(&[]);
    assert_eq!(said.code, 1);
    assert!(said.stderr.contains("timing.json"), "{}", said.stderr);
    assert_eq!(states(here)[0].1, "failed");
    fs::remove_dir(&blocked).unwrap();
    let said = cell(&[]);
    assert!(
        said.code == 1 && said.stderr.contains("--retry"),
        "{}",
        said.stderr
    );
    assert_eq!(cell(&["--retry"]).code, 0);
    assert_eq!(states(here)[0].1, "done");
    assert!(
        !here
            .join(RUN)
            .join("cells")
            .join(&name)
            .join("attempts.json")
            .exists()
    );
}

#[test]
fn what_cannot_be_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    assert_eq!(cells(here, &[]).code, 0);
    fs::write(here.join("site.toml"), "[slurm]\ntime = 5\n").unwrap();
    let run = [&["run"], SMOKE.as_slice()].concat();
    let cases: [(&[&str], &str); 7] = [
        (&["cell", RUN, "relu/seed-99"], "has no cell `relu/seed-99`"),
        (&["cell", "nowhere", "relu/seed-0"], "no config.toml"),
        (&["status", "nowhere"], "no config.toml"),
        (
            &[&run[..], &["--on", "slurm"]].concat(),
            "there is no `squeue` on this machine",
        ),
        (
            &[&run[..], &["--on", "slurm", "--jobs", "2"]].concat(),
            "cannot be used with",
        ),
        (&[&run[..], &["--wait"]].concat(), "--on"),
        (
            &[&run[..], &["--on", "slurm", "--config", "site.toml"]].concat(),
            "site.toml",
        ),
    ];
    for (arguments, words) in cases {
        let mut command = retrace(here);
        let said = Said::from(command.env("PATH", here).args(arguments).output().unwrap());
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.stderr);
        assert!(
            said.stderr.contains(words),
            "{arguments:?}: {}",
            said.stderr
        );
    }
}
