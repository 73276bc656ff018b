//! `retrace`: the one binary, with every experiment, the book of their runs, and frozen networks.

mod frozen;
mod provenance;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Subcommand;
use retrace_book::Book;
use retrace_lab::Result;
use retrace_lab::cli::{Entry, Pages};

use crate::frozen::{FileSummary, Nodes, RunFrozen};

/// Commands that are not about running experiments.
#[derive(Debug, Subcommand)]
enum Commands {
    #[command(flatten)]
    Book(Book),
    Summary(FileSummary),
    Nodes(Nodes),
    RunFrozen(RunFrozen),
    Provenance(provenance::Show),
}

impl Pages for Commands {
    fn run(self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        match self {
            Self::Book(book) => book.run(experiments),
            Self::Summary(summary) => summary.run(),
            Self::Nodes(nodes) => nodes.run(),
            Self::RunFrozen(frozen) => frozen.run(),
            Self::Provenance(show) => show.run(),
        }
    }

    fn write(experiments: &[Box<dyn Entry>], out: &Path) -> Result<PathBuf> {
        Book::write(experiments, out)
    }
}

fn main() -> ExitCode {
    retrace_lab::cli::main::<Commands>(&retrace::experiments())
}
