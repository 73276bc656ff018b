//! The experiment's own command line; the same as `retrace run debugging`.

use std::process::ExitCode;

fn main() -> ExitCode {
    retrace_lab::cli::main_of::<debugging::Debugging>()
}
