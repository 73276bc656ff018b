//! `retrace summary`, `nodes` and `run-frozen`: what is in an ONNX file, and what it computes.

mod tensor_file;

use std::path::PathBuf;

use clap::{Args, Command};
use retrace_inspect::Frozen;

use super::summary::{print, print_json};
use crate::error::{Error, Result};

/// Print the nodes of an ONNX file with shapes, parameters, multiply-adds and memory
#[derive(Debug, Args)]
pub struct FileSummary {
    /// An ONNX file with one input and one output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Examples in a batch
    #[arg(long, value_name = "N", default_value = "1",
          value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    batch: u32,
    /// Draw the network, too
    #[arg(long, value_name = "SVG")]
    svg: Option<PathBuf>,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Print the readable form of an ONNX file: every input, constant and node by name
#[derive(Debug, Args)]
pub struct Nodes {
    /// An ONNX file with one input and one output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

/// Run an ONNX file on an input, without the code that made it
///
/// A picture becomes numbers from 0 (black) to 1 (white), or to --white: grey for a network of one
/// channel, red, green and blue for one of three; a network that takes a row of numbers gets the
/// pixels row by row.
#[derive(Debug, Args)]
pub struct RunFrozen {
    /// An ONNX file with one input and one output
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// A NumPy file (.npy) of numbers, batch first, or a picture
    #[arg(value_name = "INPUT")]
    input: PathBuf,
    /// NumPy file to write
    #[arg(short, long, value_name = "OUT.npy")]
    output: PathBuf,
    /// What a white pixel is
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    white: f32,
}

/// The three commands.
pub fn commands() -> [Command; 3] {
    [
        FileSummary::augment_args(Command::new("summary")),
        Nodes::augment_args(Command::new("nodes")),
        RunFrozen::augment_args(Command::new("run-frozen")),
    ]
}

fn load(file: &std::path::Path) -> Result<Frozen> {
    Frozen::load(file).map_err(Error::data)
}

impl FileSummary {
    /// Does it.
    ///
    /// # Errors
    /// A file that is no network, or whose shapes cannot be found.
    pub fn run(&self) -> Result<()> {
        let summary = load(&self.file)?
            .summary(self.batch as usize)
            .map_err(Error::data)?;
        if let Some(path) = &self.svg {
            crate::files::write_atomically(path, summary.to_svg().as_bytes())?;
        }
        if self.json {
            print_json(&summary)
        } else {
            print(&summary.to_string())
        }
    }
}

impl Nodes {
    /// Does it.
    ///
    /// # Errors
    /// A file that is no network.
    pub fn run(&self) -> Result<()> {
        let frozen = load(&self.file)?;
        let nodes = frozen.nodes();
        if self.json {
            return print_json(&nodes);
        }
        let producer = match frozen.producer() {
            said if said.is_empty() => "an unnamed program".to_owned(),
            said => said,
        };
        let mut text = format!("written by {producer}\n");
        for (key, value) in frozen.metadata() {
            for line in value.lines() {
                text.push_str(&format!("about {key}: {line}\n"));
            }
        }
        print(&format!("{text}{nodes}"))
    }
}

impl RunFrozen {
    /// Does it.
    ///
    /// # Errors
    /// Files that cannot be read or written, an input that does not fit.
    pub fn run(&self) -> Result<()> {
        let frozen = load(&self.file)?;
        let input = tensor_file::read(&self.input, frozen.input(), self.white)?;
        let output = frozen.run(&input).map_err(Error::data)?;
        tensor_file::write(&self.output, &output)?;
        print(&format!(
            "{}: {:?}\n",
            self.output.display(),
            output.shape().as_slice()
        ))
    }
}
