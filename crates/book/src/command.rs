//! `retrace book` and `retrace compare`.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use retrace_lab::cli::{Entry, OutOption, Pages, note, print, print_json};
use retrace_lab::{Error, Result, StoredRun, bring_published, shown};

use crate::compare::Comparison;
use crate::site;

/// What the one binary makes of runs.
#[derive(Debug, Subcommand)]
pub enum Book {
    /// Write pages with all figures and verdicts of the runs, to be opened in a browser
    Book(BookOptions),
    /// Put runs of one experiment side by side: settings, claims
    Compare(CompareOptions),
}

/// Options of `book`.
#[derive(Debug, Args)]
pub struct BookOptions {
    #[command(flatten)]
    /// Where the runs are and the pages go.
    out: OutOption,
    /// With the published results beside one's own runs; needs no run of one's own
    #[arg(long)]
    published: bool,
    /// Where the published results are
    #[arg(
        long,
        value_name = "DIR",
        default_value = "results",
        requires = "published"
    )]
    results: PathBuf,
}

/// Options of `compare`.
#[derive(Debug, Args)]
pub struct CompareOptions {
    /// Folders of runs, such as out/rrelu/quick out/rrelu/post
    #[arg(value_name = "DIR", num_args = 2.., required = true)]
    folders: Vec<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

impl Pages for Book {
    fn run(self, experiments: &[Box<dyn Entry>]) -> Result<()> {
        match self {
            Self::Book(options) => {
                let out = &options.out.out;
                if options.published {
                    let names: Vec<_> = experiments.iter().map(|one| one.name()).collect();
                    if bring_published(&names, &options.results, out)? == 0 {
                        return Err(Error::Usage(format!(
                            "nothing is published in {}",
                            options.results.display()
                        )));
                    }
                }
                if !out.is_dir() {
                    return Err(Error::Usage(format!(
                        "there is no folder {}; `retrace` runs every experiment into it",
                        out.display()
                    )));
                }
                let page = site::write(experiments, out, note)?;
                print(&format!("Look at {}\n", shown(&page)))
            }
            Self::Compare(options) => {
                let runs = options.folders.iter().map(|folder| StoredRun::read(folder));
                let runs: Vec<StoredRun> = runs.collect::<Result<_>>()?;
                let comparison = Comparison::of(&runs.iter().collect::<Vec<_>>())?;
                if options.json {
                    print_json(&comparison)
                } else {
                    print(&comparison.to_string())
                }
            }
        }
    }

    fn write(experiments: &[Box<dyn Entry>], out: &Path) -> Result<PathBuf> {
        // Runs that are not finished are going on.
        site::write(experiments, out, |_| ())
    }
}
