//! The experiment's own command line, the same as `retrace run colorization`, with the tools
//! `train` and `colorize`.

use std::process::ExitCode;

fn main() -> ExitCode {
    retrace_lab::cli::main_with_tools::<colorization::Colorization, colorization::tools::Tools>()
}
