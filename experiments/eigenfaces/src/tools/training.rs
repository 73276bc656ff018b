//! `eigenfaces train`: a model from the pictures of a folder.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};
use serde::Serialize;

use super::error_of;
use crate::model::{Components, FaceModel, Thresholds};
use crate::pictures::{PictureSize, Pictures};

/// The quantile of the distances that `match` takes as thresholds when it is told no other.
pub const QUANTILE: f64 = 0.95;

/// The flags of `train`.
#[derive(Debug, Args)]
pub struct Train {
    /// Folder with the pictures
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Eigenfaces to keep: a share of the variance between 0 and 1, or a number from 1
    #[arg(long, value_name = "SHARE|N", default_value = "0.95")]
    components: Components,
    /// File for the model
    #[arg(long, value_name = "FILE", default_value = "eigenfaces.safetensors")]
    model: PathBuf,
    /// Stretch every picture to this size, in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT")]
    size: Option<PictureSize>,
    /// Replace the model file if there is one
    #[arg(long)]
    overwrite: bool,
    /// Print what was found as JSON on standard output
    ///
    /// Keys: `model`, `pictures`, `people`, `width`, `height`, `components`, `explained_variance`
    /// (0 to 1), `quantile`, `thresholds` (`from_face_space` and `minimum` in grey levels, or null
    /// when too few pictures could be left out), `strangers_accepted` (share of the pictures of
    /// persons who were left out altogether that are within the minimum of somebody else, or null).
    #[arg(long)]
    json: bool,
}

/// What `train` prints with `--json`.
#[derive(Debug, Serialize)]
struct Trained {
    /// The model file.
    model: String,
    /// Training pictures.
    pictures: usize,
    /// Different names among them.
    people: usize,
    /// Pixels.
    width: u32,
    height: u32,
    /// Eigenfaces kept.
    components: usize,
    /// Share of the variance (0 to 1) in those that were kept.
    explained_variance: f64,
    /// Which quantile of the distances of left-out pictures the thresholds are.
    quantile: f64,
    /// Thresholds in grey levels; null when too few pictures could be left out.
    thresholds: Option<Thresholds>,
    /// Share (0 to 1) of the pictures of persons who were left out altogether that are within the
    /// minimum of somebody else.
    strangers_accepted: Option<f64>,
}

impl Train {
    pub(super) fn run(self) -> Result<()> {
        if self.model.exists() && !self.overwrite {
            return Err(Error::Usage(format!(
                "{} exists; `--overwrite` replaces it",
                self.model.display()
            )));
        }
        let pictures = Pictures::read(&self.folder, self.size).map_err(Error::data)?;
        let model = FaceModel::train(pictures, self.components)
            .map_err(|error| error_of(error, &self.folder))?;
        model.write(&self.model)?;
        let trained = Trained::of(&model, self.model.display().to_string());
        if self.json {
            print_json(&trained)
        } else {
            print(&trained.text())
        }
    }
}

impl Trained {
    fn of(model: &FaceModel, file: String) -> Self {
        let mut people: Vec<&str> = model.labels().iter().map(|l| l.person.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        let thresholds = model.held_out().thresholds(QUANTILE);
        let accepted = |there: Thresholds| model.held_out().strangers_accepted(there.minimum);
        Self {
            model: file,
            pictures: model.labels().len(),
            people: people.len(),
            width: model.size().width,
            height: model.size().height,
            components: model.pca().components().nrows(),
            explained_variance: model.pca().explained_variance_ratio().sum(),
            quantile: QUANTILE,
            thresholds,
            strangers_accepted: thresholds.and_then(accepted),
        }
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{} pictures of {}x{}, {} names\n{} eigenfaces hold {:.2} % of the variance\n",
            self.pictures,
            self.width,
            self.height,
            self.people,
            self.components,
            100.0 * self.explained_variance,
        );
        // Writing to a String cannot fail.
        let _ = match self.thresholds {
            Some(there) => writeln!(
                text,
                "Of the pictures, each left out in its turn, {} % have\n  a distance from face \
                 space up to {:.0}\n  a minimum distance up to     {:.0}",
                100.0 * self.quantile,
                there.from_face_space,
                there.minimum
            ),
            None => writeln!(
                text,
                "Too few different pictures to leave one out: `match` must be given thresholds"
            ),
        };
        if let Some(accepted) = self.strangers_accepted {
            let _ = writeln!(
                text,
                "With a person left out altogether, {:.1} % of that person's pictures are as near to \
                 somebody else",
                100.0 * accepted
            );
        }
        let _ = writeln!(text, "Model: {}", self.model);
        text
    }
}
