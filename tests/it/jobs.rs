//! The same bytes whatever runs beside a cell, before it or after it, and on however many cores.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use retrace_test_support::{Said, files};
use serde_json::{Value, json};

use crate::command::{results, retrace, say};

/// Every experiment at its smoke preset, on the twins.
const ALL: [&str; 4] = ["--preset", "smoke", "--data", "synthetic"];

fn assert_same(
    found: &BTreeMap<PathBuf, Vec<u8>>,
    expected: &BTreeMap<PathBuf, Vec<u8>>,
    how: &str,
) {
    let names = |of: &BTreeMap<PathBuf, Vec<u8>>| of.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected), "{how}");
    let differ = expected
        .iter()
        .filter(|(file, bytes)| found[*file] != **bytes);
    let differ: Vec<&PathBuf> = differ.map(|(file, _)| file).collect();
    assert!(differ.is_empty(), "{how}: {differ:?}");
}

fn done(output: Output) {
    let said = Said::from(output);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn neither_jobs_nor_cores_change_a_byte_and_no_cell_leaves_anything_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let run = |jobs: &str, more: &[&str]| {
        let out = folder.path().join(jobs);
        let started = retrace(folder.path())
            .args(ALL)
            .args(["--jobs", jobs, "--out", jobs])
            .args(more)
            .output();
        done(started.unwrap());
        results(&out)
    };
    let expected = run("1", &[]);
    assert!(expected.len() > 500, "{}", expected.len());
    for (jobs, more) in [("2", &[][..]), ("3", &["--tensorboard"])] {
        let how = format!("--jobs {jobs} {more:?}");
        assert_same(&run(jobs, more), &expected, &how);
    }
    let shown = |name: &str| folder.path().join("3").join(name).join("smoke/tensorboard");
    for name in ["activations", "debugging", "freezing", "rrelu"] {
        assert!(!files(&shown(name)).is_empty(), "{name}");
    }
    assert!(files(&folder.path().join("2/rrelu/smoke/tensorboard")).is_empty());
    #[cfg(target_os = "linux")]
    {
        let started = Command::new("taskset")
            .args(["-c", "0"])
            .arg(retrace(folder.path()).get_program())
            .args(ALL)
            .args(["--out", "one core"])
            .current_dir(folder.path())
            .output();
        done(started.unwrap());
        assert_same(
            &results(&folder.path().join("one core")),
            &expected,
            "on one core",
        );
    }
    backwards(folder.path(), &expected);
}

/// Has one worker run all cells of all experiments, the last one first: each then stands after other
/// cells than in a run, and the last one, alone in a run as well as here, after none.
fn backwards(folder: &Path, expected: &BTreeMap<PathBuf, Vec<u8>>) {
    let out = folder.join("backwards");
    let outcomes: Vec<&PathBuf> = expected
        .keys()
        .filter(|file| file.ends_with("outcome.json"))
        .collect();
    let mut worker = retrace(folder)
        .args(["worker", "--threads", "1", "--data", "synthetic"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut requests = worker.stdin.take().unwrap();
    let mut answers = BufReader::new(worker.stdout.take().unwrap()).lines();
    for file in outcomes.iter().rev() {
        let [experiment, preset, _, arm, seed, _] = file.iter().collect::<Vec<_>>()[..] else {
            panic!("{}", file.display());
        };
        let run = out.join(experiment).join(preset);
        if !run.exists() {
            fs::create_dir_all(&run).unwrap();
            let config = Path::new(experiment).join(preset).join("config.toml");
            fs::write(run.join("config.toml"), &expected[&config]).unwrap();
        }
        let seed = seed.to_string_lossy();
        let seed: u64 = seed.strip_prefix("seed-").unwrap().parse().unwrap();
        let arm = arm.to_string_lossy();
        let cell = json!({ "arm": arm, "seed": seed, "name": arm });
        let request = json!({ "run": OsString::from(&run), "cell": cell });
        writeln!(requests, "{request}").unwrap();
        let answer = answers.by_ref().map(|line| line.unwrap());
        let mut answer = answer.map(|line| serde_json::from_str::<Value>(&line).unwrap());
        let end = answer.find(|message| message.get("step").is_none());
        assert!(
            end.as_ref()
                .is_some_and(|end| end.get("finished").is_some()),
            "{end:?}"
        );
        let found = fs::read(out.join(file)).unwrap();
        assert!(found == expected[*file], "{} after others", file.display());
    }
    drop(requests);
    assert!(worker.wait().unwrap().success());
}

#[test]
fn a_number_of_jobs_out_of_range_is_refused_and_a_large_one_is_bounded_by_the_cells() {
    let folder = tempfile::tempdir().unwrap();
    let run = ["run", "regularization", "--preset", "smoke", "--jobs"];
    for jobs in ["0", "10000", "many"] {
        let said = say(folder.path(), &[&run[..], &[jobs]].concat());
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(said.complaint().contains("--jobs"), "{}", said.stderr);
        assert!(files(folder.path()).is_empty(), "{jobs}");
    }
    let said = say(folder.path(), &[&run[..], &["64"]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn several_experiments_run_in_one_pool() {
    let folder = tempfile::tempdir().unwrap();
    let several = [
        "run",
        "regularization",
        "activations",
        "--preset",
        "smoke",
        "--out",
        "out",
    ];
    let said = say(folder.path(), &several);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for name in ["regularization", "activations"] {
        let line = format!("{name} smoke: ");
        let drawn = said
            .stderr
            .lines()
            .find(|said| said.starts_with(&line) && said.contains("look at"));
        assert!(drawn.is_some(), "{}", said.stderr);
    }
    assert!(said.stderr.contains(" in all, "), "{}", said.stderr);
    let last = said.stdout.trim_end().lines().last();
    assert_eq!(last, Some("Look at out/index.html"));

    let refused = |more: &[&str], words: &str| {
        let said = say(folder.path(), &[&several[..], more].concat());
        assert_eq!(said.code, 2, "{}", said.stderr);
        assert!(said.complaint().contains(words), "{}", said.stderr);
    };
    refused(
        &["--lambda", "0.1"],
        "`lambda` belongs to the config of one experiment",
    );
    refused(
        &["--config", "a.toml"],
        "a config file belongs to one experiment",
    );
    refused(&["regularization"], "regularization is named twice");
    refused(&["homografy"], "did you mean `homography`?");
}

#[test]
fn a_config_file_may_ask_for_tensorboards_files_and_the_run_stays_the_same() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("my.toml"), "[run]\ntensorboard = true\n").unwrap();
    let run = ["run", "activations", "--preset", "smoke"];
    let said = say(
        folder.path(),
        &[&run[..], &["--config", "my.toml"]].concat(),
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    let folder = folder.path().join("out/activations/smoke");
    assert!(!files(&folder.join("tensorboard")).is_empty());
    let config = fs::read_to_string(folder.join("config.toml")).unwrap();
    assert!(!config.contains("tensorboard"), "{config}");
}

#[test]
fn a_run_with_more_threads_for_a_cell_is_another_run() {
    let folder = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| {
        let flags = ["run", "regularization", "--preset", "smoke", "--json"];
        let said = say(folder.path(), &[&flags[..], more].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        let run = &said.json()["runs"][0];
        (
            run["folder"].as_str().unwrap().to_owned(),
            run["cells_run"].as_u64().unwrap(),
        )
    };
    let (one, cells) = run(&["--threads", "1"]);
    assert_eq!(one, "out/regularization/smoke");
    let (two, more_cells) = run(&["--threads", "2"]);
    assert!(two.starts_with("out/regularization/smoke+"), "{two}");
    assert_eq!(cells, more_cells);
    let config = folder.path().join(&two).join("config.toml");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("threads = 2"), "{text}");
    let again = run(&["--config", config.to_str().unwrap()]);
    assert_eq!(again, (two, 0));
}
