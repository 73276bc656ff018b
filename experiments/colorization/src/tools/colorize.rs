//! `colorization colorize`: colours for pictures of one's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use retrace_data::picture_files;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};
use serde::Serialize;

use super::MODEL;
use super::picture::{Coloured, Colouring};
use crate::colouring::Border;
use crate::model_file::Model;

/// The flags of `colorize`.
#[derive(Debug, Args)]
pub struct Colorize {
    /// A picture (PNG, JPEG, PGM, PPM or GIF), or a folder of pictures
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
    /// pictures get the names of the originals, as PNG
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
        let jobs = self.jobs()?;
        let model = Model::read(&self.model).map_err(Error::data)?;
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

    /// What is read, and what is written for it.
    fn jobs(&self) -> Result<Vec<(PathBuf, PathBuf)>> {
        if !self.input.is_dir() {
            self.check_output(&self.input, &self.output)?;
            return Ok(vec![(self.input.clone(), self.output.clone())]);
        }
        let files = picture_files(&self.input).map_err(Error::data)?;
        let mut jobs: Vec<(PathBuf, PathBuf)> = Vec::new();
        for file in files {
            let relative = file.strip_prefix(&self.input).unwrap_or(&file);
            let to = self.output.join(relative).with_extension("png");
            self.check_output(&file, &to)?;
            if let Some((other, _)) = jobs.iter().find(|(_, taken)| *taken == to) {
                return Err(Error::Usage(format!(
                    "{} and {} would both become {}: rename one",
                    other.display(),
                    file.display(),
                    to.display()
                )));
            }
            jobs.push((file, to));
        }
        for (_, to) in &jobs {
            let folder = to.parent().unwrap_or(&self.output);
            fs::create_dir_all(folder).map_err(Error::io("create the folder", folder))?;
        }
        Ok(jobs)
    }

    /// Refuses to write onto a picture that is read, which exists only once.
    fn check_output(&self, from: &Path, to: &Path) -> Result<()> {
        let same = match (from.canonicalize(), to.canonicalize()) {
            (Ok(from), Ok(to)) => from == to,
            _ => false,
        };
        if same {
            return Err(Error::Usage(format!(
                "`--output` {} is the picture itself: choose another name",
                self.output.display()
            )));
        }
        Ok(())
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
