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

/// What stands in a config file, and what is said of it.
const CONFIGS: [(&[u8], &str); 23] = [
    (
        b"lambda = 0.1\n\nlearning_rate = \"1e-3\"\n",
        "config `learning_rate` (file my.toml, line 3): expected a number, found the text \
         \"1e-3\" 3 | learning_rate = \"1e-3\"",
    ),
    (
        b"lambda = true\n",
        "(file my.toml, line 1): expected a number, found true 1 | lambda = true",
    ),
    (b"lambda = [1]\n", "expected a number, found the list [1]"),
    (b"[lambda]\nx = 1\n", "expected a number, found a table"),
    (b"epochs = 1.5\n", "expected a whole number, found 1.5"),
    (
        b"epochs = -3\n",
        "expected a whole number of 0 or more, found -3",
    ),
    (b"hidden = 5\n", "expected a list of whole numbers, found 5"),
    (b"redraw_points = 1\n", "expected true or false, found 1"),
    (
        b"points = 3\n",
        "(file my.toml, line 1): expected a text in quotes, found 3",
    ),
    (
        b"lambda = -2\n",
        "(file my.toml, line 1): expected a finite number, 0 or more, found -2 1 | ",
    ),
    (
        b"lamda = 0.3\n",
        "config `lamda` (file my.toml, line 1): expected a known key (did you mean `lambda`?)",
    ),
    (
        b"lambda = 0.3\nlambda = 0.4\n",
        "my.toml is not TOML: line 2: the key `lambda` stands there a second time 2 | lambda = 0.4",
    ),
    (
        b"epochs = 3\nlambda = = 1\n",
        "my.toml is not TOML: line 2: ",
    ),
    (b"lambda = \"\x1b[31m\n", "my.toml is not TOML: line 1: "),
    (
        b"epochs = 3\nlambda = \xff\n",
        "my.toml is not TOML: line 2 is not UTF-8",
    ),
    (b"\xff\xfel\0a\0", "my.toml is not TOML: it is UTF-16"),
    (
        b"\xef\xbb\xbfepochs = 0\n",
        "config `epochs` (file my.toml, line 1)",
    ),
    (
        b"[run]\nseads = 3\n",
        "config `run.seads` (file my.toml, line 2): expected a known key (did you mean `seeds`?)",
    ),
    (
        b"[run]\nseeds = 0\n",
        "config `run.seeds` (file my.toml, line 2): expected a whole number from 1 to 1000000, found 0",
    ),
    (
        b"[run]\nseeds = \"3\"\n",
        "expected a whole number, found the text \"3\"",
    ),
    (
        b"[run]\ntensorboard = 1\n",
        "config `run.tensorboard` (file my.toml, line 2): expected true or false, found 1",
    ),
    (
        b"[run]\npreset = \"quik\"\n",
        "expected one of `smoke`, `quick`, `post`, found the text \"quik\"",
    ),
    (
        b"[run]\nexperiment = \"activations\"\n",
        "config `run.experiment` (file my.toml, line 2): expected `regularization`",
    ),
];

#[test]
fn a_config_file_is_checked_key_by_key_and_the_line_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my.toml");
    let run = ["run", "regularization", "--config", "my.toml"];
    for (content, sentence) in CONFIGS {
        fs::write(&file, content).unwrap();
        let said = say(folder.path(), &run);
        let complaint = said.complaint();
        assert_eq!(said.code, 2, "{complaint}");
        assert!(complaint.contains(sentence), "`{sentence}`: {complaint}");
        assert!(!said.stderr.contains(['\u{1b}', '\0']), "{complaint}");
        assert_eq!(files(folder.path()).len(), 1);
    }
    refused_in(
        folder.path(),
        &["run", "regularization", "--config", "."],
        2,
        &["it is a folder"],
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
    // Nothing in it is the preset, and that is said.
    fs::write(&file, "\n# nothing\n").unwrap();
    let said = say(
        folder.path(),
        &["show", "regularization", "--config", "my.toml"],
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stderr.contains("my.toml has no keys"),
        "{}",
        said.stderr
    );
}

#[test]
fn flags_are_refused_in_the_same_words() {
    for (flag, words) in [
        ("--lambda=1e-3x", "expected a number"),
        ("--lambda=", "expected a number, found nothing"),
        ("--epochs=1.5", "expected a whole number"),
        (
            "--epochs=99999999999999999999",
            "expected a smaller whole number",
        ),
        ("--redraw-points=maybe", "true, false"),
        ("--seeds=x", "expected a whole number"),
    ] {
        refused(&["run", "regularization", flag], 2, &[words]);
    }
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
        &["config.toml is damaged", "it has no checksum"],
    );
}
