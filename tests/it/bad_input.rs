//! Whatever is wrong with a command: one clear sentence, the right exit code, and nothing
//! half-written.

use std::fs;

use retrace_test_support::files;

use crate::command::say;

/// Runs `arguments` in an empty folder and checks that they are refused.
fn refused(arguments: &[&str], code: i32, sentences: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    refused_in(folder.path(), arguments, code, sentences);
    assert_eq!(
        files(folder.path()),
        Vec::<std::path::PathBuf>::new(),
        "{arguments:?}"
    );
}

fn refused_in(folder: &std::path::Path, arguments: &[&str], code: i32, sentences: &[&str]) {
    let said = say(folder, arguments);
    assert_eq!(said.code, code, "{arguments:?}: {}", said.stderr);
    for sentence in sentences {
        assert!(
            said.stderr.contains(sentence),
            "{arguments:?}: {}",
            said.stderr
        );
    }
    assert!(!said.stderr.contains("panicked"), "{}", said.stderr);
}

#[test]
fn unknown_names_are_refused_with_the_nearest_known_one() {
    refused(
        &["run", "regularisation"],
        2,
        &["regularisation", "'regularization'"],
    );
    refused(
        &["run", "regularization", "--preset", "quik"],
        2,
        &["quik", "'quick'"],
    );
    refused(
        &["run", "regularization", "--lamda", "1"],
        2,
        &["--lamda", "'--lambda'"],
    );
    refused(
        &["run", "regularization", "--device", "vulcan"],
        2,
        &["did you mean `vulkan`?"],
    );
    refused(&["lst"], 2, &["'list'"]);
}

#[cfg(not(feature = "ndarray"))]
#[test]
fn the_other_device_of_the_cpu_needs_its_feature() {
    let run = ["run", "regularization", "--preset", "smoke"];
    let arguments = [&run[..], &["--device", "ndarray"]].concat();
    refused(&arguments, 2, &["--features ndarray"]);
}

#[cfg(not(feature = "wgpu"))]
#[test]
fn a_device_that_the_build_lacks_names_its_feature() {
    refused(
        &["run", "activations", "--device", "wgpu"],
        2,
        &["--features wgpu"],
    );
}

#[test]
fn values_that_cannot_be_run_are_refused_with_their_origin() {
    refused(
        &["run", "regularization", "--lambda", "-1"],
        2,
        &["config `lambda`", "flag --lambda", "found -1"],
    );
    refused(
        &["run", "regularization", "--lambda", "NaN"],
        2,
        &["config `lambda`", "found NaN"],
    );
    refused(&["run", "regularization", "--seeds", "0"], 2, &["--seeds"]);
    refused(&["run", "regularization", "--jobs", "0"], 2, &["--jobs"]);
    refused(&["run", "regularization", "--epochs", "0"], 2, &["epochs"]);
}

#[test]
fn a_config_file_is_checked_key_by_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    let refused_file = |content: &str, sentences: &[&str]| {
        fs::write(&file, content).unwrap();
        let arguments = ["run", "regularization", "--config", "my.toml"];
        refused_in(folder.path(), &arguments, 2, sentences);
        assert_eq!(files(folder.path()).len(), 1);
    };
    refused_file(
        "lamda = 0.3\n",
        &["config `lamda`", "my.toml", "did you mean `lambda`?"],
    );
    refused_file("lambda = \"much\"\n", &["config `lambda`", "my.toml"]);
    refused_file("lambda = -2\n", &["config `lambda`", "file my.toml"]);
    refused_file("lambda = = 1\n", &["my.toml is not TOML"]);
    refused_file(
        "[run]\nseads = 3\n",
        &["run.seads", "did you mean `seeds`?"],
    );
    refused_file("[run]\nseeds = 0\n", &["run.seeds", "at least 1"]);
    refused_file(
        "[run]\nexperiment = \"activations\"\n",
        &["run.experiment", "`activations`"],
    );
    refused_in(
        folder.path(),
        &["run", "regularization", "--config", "no.toml"],
        1,
        &["cannot read no.toml"],
    );
    refused_in(
        folder.path(),
        &["--config", "my.toml"],
        2,
        &["belongs to one experiment"],
    );
}

#[test]
fn points_that_cannot_be_used_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let refused_points = |content: &str, sentence: &str| {
        fs::write(folder.path().join("my.csv"), content).unwrap();
        let arguments = [
            "run",
            "regularization",
            "--preset",
            "smoke",
            "--points",
            "my.csv",
        ];
        refused_in(folder.path(), &arguments, 3, &["my.csv", sentence]);
        assert_eq!(files(folder.path()).len(), 1);
    };
    refused_points(
        "x,y\n1,2\n2,many\n",
        "line 3: y must be a finite number, found \"many\"",
    );
    refused_points("x,y\n1,2\n", "at least 2 rows");
    refused_points("x,y\n1,2\n2,NaN\n", "line 3: y must be a finite number");
    refused_points("a,b\n1,2\n3,4\n", "expected the columns x, y");
    refused_in(
        folder.path(),
        &["run", "regularization", "--points", "missing.csv"],
        3,
        &["cannot read missing.csv"],
    );
}

#[test]
fn an_output_folder_that_cannot_be_written_is_an_error_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("taken"), "a file").unwrap();
    let arguments = [
        "run",
        "regularization",
        "--preset",
        "smoke",
        "--out",
        "taken",
    ];
    refused_in(
        folder.path(),
        &arguments,
        1,
        &["cannot create the folder taken"],
    );
    assert_eq!(
        fs::read_to_string(folder.path().join("taken")).unwrap(),
        "a file"
    );
    // Root may write anywhere but here.
    if cfg!(target_os = "linux") {
        let arguments = [
            "run",
            "regularization",
            "--preset",
            "smoke",
            "--out",
            "/proc/retrace",
        ];
        refused_in(folder.path(), &arguments, 1, &["/proc/retrace"]);
    }
}

#[test]
fn redrawing_what_is_no_run_is_refused() {
    refused(&["figures", "nowhere"], 1, &["cannot read nowhere"]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.toml"), "lambda = 1\n").unwrap();
    refused_in(
        folder.path(),
        &["figures", "."],
        1,
        &["config.toml is damaged", "[run]"],
    );
    fs::write(
        folder.path().join("config.toml"),
        "[run]\nexperiment = \"regularisation\"\npreset = \"quick\"\nseeds = 1\ndevice = \"cpu\"\n",
    )
    .unwrap();
    refused_in(
        folder.path(),
        &["figures", "."],
        2,
        &["did you mean `regularization`?"],
    );
}
