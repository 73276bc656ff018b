//! Subcommands that an experiment's own binary has besides running it: what the method of the
//! post does with pictures and files of one's own.

use clap::{Command, Subcommand};

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
