//! Networks of the experiments: planned before, frozen after, run from their files.

use std::path::Path;

use retrace_inspect::Summary;
use retrace_lab::{Config, DataSets, Experiment, PlannedNetwork, Preset};
use retrace_test_support::Program;

const RETRACE: Program = Program::at(env!("CARGO_BIN_EXE_retrace"));

/// Parameters by the count of Burn, of every network that can be planned.
fn planned<E: Experiment>() -> Vec<PlannedNetwork> {
    E::networks(&E::Config::preset(Preset::Smoke), &DataSets::synthetic()).unwrap()
}

#[test]
fn summaries_count_the_parameters_that_burn_counts() {
    let networks = [
        planned::<activations::Activations>(),
        planned::<regularization::Regularization>(),
        planned::<rrelu::Rrelu>(),
        planned::<autoencoder::Autoencoder>(),
        planned::<colorization::Colorization>(),
        planned::<freezing::Freezing>(),
        planned::<debugging::Debugging>(),
    ];
    assert!(networks.iter().all(|networks| !networks.is_empty()));
    for network in networks.into_iter().flatten() {
        let json = network.describe(3).unwrap().json;
        let totals = serde_json::from_value::<Summary>(json).unwrap().totals;
        assert_eq!(
            totals.parameters,
            network.parameters(),
            "{}",
            network.name()
        );
        // Mean and variance of each normalised unit or map, in the smoke preset's sizes.
        let running = match network.name() {
            "relu+bn" | "prelu+bn" => 2 * (24 + 12),
            "full" => 2 * 8,
            _ => 0,
        };
        assert_eq!(totals.fixed, running, "{}", network.name());
        assert!(totals.multiply_adds > Some(0), "{}", network.name());
    }
}

#[test]
fn every_network_of_the_workspace_can_be_frozen_and_run_from_its_file() {
    let listed = retrace::experiments().into_iter().map(|e| e.listed());
    let arms = listed.flat_map(|e| e.frozen_arms.iter().map(move |arm| (e.name, *arm)));
    for (experiment, arm) in arms {
        let folder = tempfile::tempdir().unwrap();
        let smoke = ["--preset", "smoke", "--data", "synthetic", "--out", "."];
        let freeze = ["freeze", experiment, "--arm", arm, "-o", "net.onnx"];
        RETRACE.done(folder.path(), &[&freeze[..], &smoke].concat());
        let nodes = RETRACE.done(folder.path(), &["nodes", "net.onnx"]);
        assert!(
            nodes.stdout.contains(&format!("about retrace.arm: {arm}")),
            "{}",
            nodes.stdout
        );
        assert!(
            nodes.stdout.contains("input input: batch x "),
            "{}",
            nodes.stdout
        );
        let summary = RETRACE.done(folder.path(), &["summary", "net.onnx", "--json"]);
        let summary = summary.json();
        let shape: Vec<usize> = serde_json::from_value(summary["input_shape"].clone()).unwrap();
        write_zeros(&folder.path().join("zeros.npy"), &shape);
        RETRACE.done(
            folder.path(),
            &["run-frozen", "net.onnx", "zeros.npy", "-o", "out.npy"],
        );
        assert!(folder.path().join("out.npy").exists(), "{experiment} {arm}");
    }
}

/// A NumPy file of format 1.0.
fn write_zeros(path: &Path, shape: &[usize]) {
    let sides: String = shape.iter().map(|side| format!("{side}, ")).collect();
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({sides}), }}");
    while (header.len() + 11) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    bytes.extend(vec![0; 4 * shape.iter().product::<usize>()]);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn planning_runs_nothing_and_names_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let plan = RETRACE.done(
        folder.path(),
        &["plan", "rrelu", "--batch", "256", "--network", "relu"],
    );
    assert!(
        plan.stdout.contains("256x784") && plan.stdout.contains("Parameters: "),
        "{}",
        plan.stdout
    );
    RETRACE.done(
        folder.path(),
        &["plan", "freezing", "--network", "full", "--svg", "net.svg"],
    );
    let svg = std::fs::read_to_string(folder.path().join("net.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("convolutions.0"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    for (arguments, sentence) in [
        (&["plan", "eigenfaces"][..], "has no networks to plan"),
        (
            &["plan", "rrelu", "--network", "rel"],
            "did you mean `relu`?",
        ),
        (
            &["plan", "rrelu", "--svg", "x.svg"],
            "choose one with --network",
        ),
        (&["plan", "rrelu", "--batch", "0"], "batch"),
    ] {
        RETRACE.refused(folder.path(), arguments, 2, &[sentence]);
    }
}

#[test]
fn a_cell_without_a_network_cannot_be_frozen() {
    let folder = tempfile::tempdir().unwrap();
    let smoke = ["--preset", "smoke", "--data", "synthetic", "--out", "."];
    let freeze = ["freeze", "eigenfaces", "-o", "x.onnx"];
    let said = RETRACE.say(folder.path(), &[&freeze[..], &smoke].concat());
    assert_eq!(said.code, 2, "{}", said.stderr);
    assert!(
        said.complaint().contains("no trained network"),
        "{}",
        said.stderr
    );
    assert!(!folder.path().join("x.onnx").exists());
}

#[test]
fn files_that_are_no_networks_or_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let smoke = ["--preset", "smoke", "--data", "synthetic", "--out", "."];
    let freeze = ["freeze", "freezing", "-o", "net.onnx"];
    RETRACE.done(folder.path(), &[&freeze[..], &smoke].concat());
    let whole = std::fs::read(at("net.onnx")).unwrap();
    std::fs::write(at("cut.onnx"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(at("text.onnx"), "no network").unwrap();
    image::GrayImage::new(28, 28).save(at("digit.png")).unwrap();
    image::GrayImage::new(30, 28).save(at("wide.png")).unwrap();
    write_zeros(&at("good.npy"), &[2, 1, 28, 28]);
    write_zeros(&at("bad.npy"), &[2, 28, 28]);
    let numbers = std::fs::read(at("good.npy")).unwrap();
    std::fs::write(at("cut.npy"), &numbers[..numbers.len() / 2]).unwrap();
    let lfs = "version https://git-lfs.github.com/spec/v1";
    for (name, content) in [
        ("lfs.onnx", lfs),
        ("lfs.npy", lfs),
        ("empty.onnx", ""),
        ("empty.npy", ""),
        ("archive.npz", "PK\x03\x04"),
        ("table.csv", "1,2,3"),
        ("list.json", "[1, 2]"),
    ] {
        std::fs::write(at(name), content).unwrap();
    }
    std::fs::create_dir(at("folder")).unwrap();
    let run =
        |file: &'static str, input: &'static str| ["run-frozen", file, input, "-o", "out.npy"];
    RETRACE.done(folder.path(), &run("net.onnx", "digit.png"));
    RETRACE.done(folder.path(), &run("net.onnx", "good.npy"));
    std::fs::remove_file(at("out.npy")).unwrap();
    for (arguments, sentence) in [
        (&["nodes", "cut.onnx"][..], "cut.onnx"),
        (&["summary", "text.onnx"], "text.onnx"),
        (&["nodes", "missing.onnx"], "missing.onnx"),
        (
            &run("net.onnx", "wide.png"),
            "30x28 does not fit the input input: batch x 1 x 28 x 28",
        ),
        (
            &run("net.onnx", "bad.npy"),
            "expected an input of shape batch x 1 x 28 x 28",
        ),
        (&run("net.onnx", "cut.npy"), "cut.npy"),
        (&run("net.onnx", "net.onnx"), "net.onnx"),
        (&run("net.onnx", "lfs.npy"), "git lfs pull"),
        (&run("net.onnx", "empty.npy"), "an empty file"),
        (&run("net.onnx", "folder"), "a folder"),
        (&run("net.onnx", "missing.npy"), "cannot read missing.npy"),
        (&run("net.onnx", "archive.npz"), "np.save"),
        (&run("net.onnx", "table.csv"), "np.save"),
        (&run("net.onnx", "list.json"), "np.save"),
        (&run("lfs.onnx", "good.npy"), "git lfs pull"),
        (&run("empty.onnx", "good.npy"), "empty"),
        (&run("folder", "good.npy"), "a folder"),
        (&run("archive.npz", "good.npy"), "ZIP archive"),
        (&run("good.npy", "good.npy"), "a NumPy file"),
        (&run("digit.png", "good.npy"), "a picture"),
        (
            &[
                "run-frozen",
                "net.onnx",
                "--input",
                "x=good.npy",
                "-o",
                "out.npy",
            ],
            "no input \"x\"",
        ),
    ] {
        RETRACE.refused(folder.path(), arguments, 3, &[sentence]);
        assert!(!at("out.npy").exists());
    }
}
