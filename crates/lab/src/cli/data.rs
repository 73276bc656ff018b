//! `retrace data`: the published data sets on this machine.

mod fetching;
mod listing;
mod verifying;

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, Subcommand};
use retrace_data::sets::{self, DataSet};

use super::summary::print;
use crate::data_sets::DataDir;
use crate::error::Result;

/// Published data sets: what they are, fetch them, check them
#[derive(Debug, Args)]
pub struct Data {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    List(List),
    Fetch(Fetch),
    Verify(Verify),
    Path(PathOf),
}

/// List the data sets: what, how large, on which terms, and whether they are here
#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    dir: DataDir,
    /// Print as JSON, with citation, home page, splits and sources
    #[arg(long)]
    json: bool,
}

/// Bring the missing files of data sets, from mirrors or from local copies
///
/// Every file is recognised by its SHA-256, wherever it comes from. What is here already is left
/// alone; a download that was broken off, by whatever, goes on where it was.
#[derive(Debug, Args)]
struct Fetch {
    /// Names of data sets
    #[arg(required = true, value_name = "NAME", value_parser = names())]
    names: Vec<String>,
    /// A folder or an archive with local copies, taken instead of asking mirrors; the names of
    /// its files do not matter
    #[arg(long, value_name = "PATH")]
    from: Option<PathBuf>,
    /// Open no connection
    #[arg(long)]
    offline: bool,
    #[command(flatten)]
    dir: DataDir,
    /// Print what came as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Compare every file with the SHA-256 of its manifest
#[derive(Debug, Args)]
struct Verify {
    /// Names of data sets [default: those that are here]
    #[arg(value_name = "NAME", value_parser = names())]
    names: Vec<String>,
    #[command(flatten)]
    dir: DataDir,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Print the folder of a data set, or of all
#[derive(Debug, Args)]
struct PathOf {
    /// Name of a data set
    #[arg(value_name = "NAME", value_parser = names())]
    name: Option<String>,
    #[command(flatten)]
    dir: DataDir,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(sets::all().iter().map(|set| set.name.as_str()))
}

fn named(names: &[String]) -> Vec<&'static DataSet> {
    names.iter().filter_map(|name| sets::find(name)).collect()
}

impl Data {
    /// The subcommand `data`.
    pub fn command() -> Command {
        Self::augment_args(Command::new("data"))
            .about("Published data sets: what they are, fetch them, check them")
    }

    /// Does what the flags ask.
    ///
    /// # Errors
    /// A set that is still incomplete after a fetch, or damaged; a cache that cannot be written.
    pub fn run(self) -> Result<()> {
        match self.action {
            Action::List(List { dir, json }) => listing::list(&dir.root()?, json),
            Action::Fetch(fetch) => fetching::fetch(&fetch),
            Action::Verify(Verify { names, dir, json }) => {
                verifying::verify(&named(&names), &dir.root()?, json)
            }
            Action::Path(PathOf { name, dir }) => {
                let root = dir.root()?;
                let folder = name.map_or_else(|| root.clone(), |name| root.join(name));
                print(&format!("{}\n", folder.display()))
            }
        }
    }
}
