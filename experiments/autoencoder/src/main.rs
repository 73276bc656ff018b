//! The experiment's own command line; the same as `retrace run autoencoder`.

use std::process::ExitCode;

fn main() -> ExitCode {
    retrace_lab::cli::main_of::<autoencoder::Autoencoder>()
}
