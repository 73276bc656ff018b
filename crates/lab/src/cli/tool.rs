//! What crates above this one add to the command line: the tools of an experiment's own program,
//! which do what the method of the post does with one's own files, and the pages over finished runs.

use std::path::{Path, PathBuf};

use clap::{Command, Subcommand};

use super::entry::Entry;
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

/// Pages over finished runs, and the subcommands that make and compare them.
pub trait Pages: Subcommand {
    /// Does what the command line asks.
    ///
    /// # Errors
    /// Runs that cannot be read, files that cannot be written.
    fn run(self, experiments: &[Box<dyn Entry>]) -> Result<()>;

    /// Writes the pages over all finished runs below `out` and returns the one to look at first;
    /// called whenever a run is finished.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    fn write(experiments: &[Box<dyn Entry>], out: &Path) -> Result<PathBuf>;
}

/// Adds the tools, whose documentation would otherwise replace what the program says of itself.
pub fn with_tools<T: Subcommand>(command: Command) -> Command {
    let about = command.get_about().cloned();
    let long_about = command.get_long_about().cloned();
    T::augment_subcommands(command)
        .about(about.unwrap_or_default())
        .long_about(long_about.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the tools are for
    #[derive(Debug, Subcommand)]
    enum Tools {
        /// Does nothing
        Nothing,
    }

    impl Tool for Tools {
        fn run(self) -> Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_program_with_tools_still_says_what_it_is_for() {
        let command = Command::new("rings").about("What is a ring?");
        let help = with_tools::<Tools>(command.long_about("All of it."))
            .render_long_help()
            .to_string();
        assert!(help.starts_with("All of it."), "{help}");
        assert!(help.contains("nothing"), "{help}");
    }
}
