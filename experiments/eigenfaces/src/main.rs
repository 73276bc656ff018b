//! The experiment's own command line, the same as `retrace run eigenfaces`, with the tools `train`
//! and `match`.

use std::process::ExitCode;

fn main() -> ExitCode {
    retrace_lab::cli::main_with_tools::<eigenfaces::Eigenfaces, eigenfaces::tools::Tools>()
}
