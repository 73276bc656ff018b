//! Subcommands that an experiment's own binary has besides running it: what the method of the
//! post does with pictures and files of one's own.

use clap::Subcommand;

use crate::error::Result;

/// The tools of one experiment, a subcommand each.
pub trait Tool: Subcommand {
    /// Does what the command line asks. Results go to standard output, by
    /// [`print`](super::print()) or [`print_json`](super::print_json()).
    ///
    /// # Errors
    /// Whatever stops it; [`Error`](crate::Error) decides the exit code.
    fn run(self) -> Result<()>;
}

/// The tools of an experiment that has none.
#[derive(Debug, Subcommand)]
pub enum NoTools {}

impl Tool for NoTools {
    fn run(self) -> Result<()> {
        match self {}
    }
}
