//! The program of these tests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use retrace_test_support::{Program, Said, files};

const RETRACE: Program = Program::at(env!("CARGO_BIN_EXE_retrace"));

/// The program, in a folder of its own, without the caller's settings and data sets.
pub fn retrace(folder: &Path) -> Command {
    RETRACE.command(folder)
}

/// Runs the program to its end.
pub fn say(folder: &Path, arguments: &[&str]) -> Said {
    RETRACE.say(folder, arguments)
}

/// What runs differ in: how they were started, how long they took, and what shows that.
fn is_of_the_machine(file: &Path) -> bool {
    let name = file.file_name().unwrap().to_string_lossy();
    let volatile = [
        "manifest.json",
        "ro-crate-metadata.json",
        "timing.json",
        "log.csv",
        ".drawn-by",
        "index.html",
    ];
    // The figure of its times, and what puts that into words.
    let times = [
        "times.svg",
        "times.png",
        "times.json",
        "times.csv",
        "figures.json",
    ];
    volatile.contains(&name.as_ref())
        || file.iter().any(|part| part == "tensorboard")
        || file.starts_with("book")
        || (file.starts_with("freezing") && times.contains(&name.as_ref()))
}

/// All results below an output folder, by file: what must not differ between two runs.
pub fn results(out: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let kept = files(out)
        .into_iter()
        .filter(|file| !is_of_the_machine(file));
    kept.map(|file| (file.clone(), fs::read(out.join(file)).unwrap()))
        .collect()
}
