//! `retrace provenance`: what a picture was made from.

use std::path::PathBuf;

use clap::Args;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Beside, Error, Provenance, Result};

/// Print what a figure was made from: experiment, data, command, version and numbers
///
/// Every SVG, PNG and GIF of a run carries it, also alone in another place. Where the file of its
/// numbers lies beside it, that is compared, too.
#[derive(Debug, Args)]
pub struct Show {
    /// A figure: SVG, PNG or GIF
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

impl Show {
    /// Prints it.
    ///
    /// # Errors
    /// A file without it; numbers beside it that are not those that were drawn.
    pub fn run(self) -> Result<()> {
        let (source, beside) = Provenance::read(&self.file)?;
        match self.json {
            true => print_json(&source)?,
            false => print(&format!("{source}\n"))?,
        }
        let path = self.file.with_extension("json");
        match beside {
            Beside::Same if !self.json => {
                print(&format!("{} holds these numbers\n", path.display()))
            }
            Beside::Same | Beside::Missing => Ok(()),
            Beside::Changed => Err(Error::Damaged {
                path,
                reason: "it does not hold the numbers that were drawn".to_owned(),
            }),
        }
    }
}
