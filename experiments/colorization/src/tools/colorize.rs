//! `colorization colorize`: colours for pictures of one's own.

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};
use serde::Serialize;

use super::MODEL;
use super::jobs::{jobs, make_folders};
use super::picture::{Coloured, Colouring};
use crate::colouring::Border;
use crate::model_file::Model;

/// The flags of `colorize`.
#[derive(Debug, Args)]
pub struct Colorize {
    /// A picture (PNG, JPEG, PGM, PPM or GIF), or a folder of pictures with all its subfolders
    #[arg(value_name = "PICTURE|DIR")]
    input: PathBuf,
    /// A model that `train` made
    #[arg(long, value_name = "FILE", default_value = MODEL)]
    model: PathBuf,
    /// Temperature of the annealed mean: near 0 vivid, 1 pale
    #[arg(
        long,
        value_name = "T",
        default_value_t = 0.38,
        allow_negative_numbers = true
    )]
    temperature: f64,
    /// The 8 pixels at the border, which the network sees no full window of
    #[arg(long, value_enum, default_value_t = Border::Reflect)]
    border: Border,
    /// The picture to write (.png, .jpg or .ppm), replaced if it exists; or a folder, where
    /// pictures get the subfolders and names of the originals, as PNG; it may lie within the
    /// folder of pictures
    #[arg(short, long, value_name = "PICTURE|DIR")]
    output: PathBuf,
    /// Go on with the next picture of a folder when one cannot be coloured
    #[arg(long)]
    skip_damaged: bool,
    /// Print what was coloured as JSON on standard output
    ///
    /// A list with the keys `input`, `output`, `width`, `height`, `clipped` (pixels whose colour
    /// sRGB does not have), `seconds`, `error` (null, or why it was skipped).
    #[arg(long)]
    json: bool,
}

/// A picture of a folder that stops the whole.
#[derive(Debug, thiserror::Error)]
#[error("`--skip-damaged` leaves out a picture that cannot be coloured, and goes on with the next")]
struct CannotBeColoured(#[source] Box<dyn std::error::Error + Send + Sync>);

/// What became of a picture.
#[derive(Debug, Serialize)]
struct Told {
    input: String,
    output: String,
    width: u32,
    height: u32,
    clipped: usize,
    seconds: f64,
    error: Option<String>,
}

impl Colorize {
    pub(super) fn run(self) -> Result<()> {
        if !(0.001..=10.0).contains(&self.temperature) {
            return Err(Error::Usage(format!(
                "`--temperature` takes a number from 0.001 to 10, found {}",
                self.temperature
            )));
        }
        let jobs = jobs(&self.input, &self.output)?;
        let model = Model::read(&self.model).map_err(Error::data)?;
        if self.input.is_dir() {
            make_folders(&jobs)?;
        }
        let colouring = Colouring {
            decoder: model.decoder(self.temperature),
            border: self.border,
            model,
        };
        let mut told = Vec::new();
        let of = jobs.len();
        for (index, (from, to)) in jobs.into_iter().enumerate() {
            let done = self.one(&colouring, &from, &to)?;
            if !self.json {
                print(&format!("[{}/{of}] {}\n", index + 1, done.text()))?;
            }
            told.push(done);
        }
        if self.json { print_json(&told) } else { Ok(()) }
    }

    fn one(&self, colouring: &Colouring, from: &Path, to: &Path) -> Result<Told> {
        let started = Instant::now();
        let (coloured, error) = match colouring.file(from, to) {
            Ok(coloured) => (coloured, None),
            Err(error @ Error::Data(_)) if self.skip_damaged => {
                let nothing = Coloured {
                    width: 0,
                    height: 0,
                    clipped: 0,
                };
                (nothing, Some(format!("error: {}", error.chain())))
            }
            Err(Error::Data(source)) if self.input.is_dir() => {
                return Err(Error::data(CannotBeColoured(source)));
            }
            Err(error) => return Err(error),
        };
        Ok(Told {
            input: from.display().to_string(),
            output: to.display().to_string(),
            width: coloured.width,
            height: coloured.height,
            clipped: coloured.clipped,
            seconds: started.elapsed().as_secs_f64(),
            error,
        })
    }
}

impl Told {
    fn text(&self) -> String {
        match &self.error {
            Some(error) => format!("{} left out: {error}", self.input),
            None => format!(
                "{} -> {}: {}x{}, {} pixels clipped to sRGB, {:.1} s",
                self.input, self.output, self.width, self.height, self.clipped, self.seconds
            ),
        }
    }
}
