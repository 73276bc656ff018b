//! The program of these tests.

use std::path::Path;
use std::process::Command;

use retrace_test_support::{Program, Said};

const RETRACE: Program = Program::at(env!("CARGO_BIN_EXE_retrace"));

/// The program, in a folder of its own, without the caller's settings and data sets.
pub fn retrace(folder: &Path) -> Command {
    RETRACE.command(folder)
}

/// Runs the program to its end.
pub fn say(folder: &Path, arguments: &[&str]) -> Said {
    RETRACE.say(folder, arguments)
}
