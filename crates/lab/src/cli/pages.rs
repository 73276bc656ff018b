//! What the one binary makes of finished runs, by a crate above this one.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::entry::Entry;
use crate::error::Result;

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
