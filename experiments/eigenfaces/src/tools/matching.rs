//! `eigenfaces match`: what a model says of pictures.

use std::path::{Path, PathBuf};

use clap::Args;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};

use super::answer::{Answer, Answers};
use super::training::QUANTILE;
use crate::model::{FaceModel, Thresholds};
use crate::pictures::{PictureSize, read_one};

/// The flags of `match`.
#[derive(Debug, Args)]
pub struct Match {
    /// Pictures to look at
    #[arg(required = true, value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    /// A model that `train` wrote
    #[arg(long, value_name = "FILE", default_value = "eigenfaces.safetensors")]
    model: PathBuf,
    /// How many of the nearest training pictures to show
    #[arg(long, value_name = "N", default_value_t = 5)]
    nearest: usize,
    /// Stretch pictures to the size of the trained ones
    #[arg(long)]
    resize: bool,
    /// Share of left-out training pictures within each threshold, above 0 and up to 1
    #[arg(long, value_name = "Q", default_value_t = QUANTILE, value_parser = quantile)]
    quantile: f64,
    /// Largest distance from face space of a face [default: the quantile]
    #[arg(long, value_name = "DISTANCE", value_parser = distance)]
    face_threshold: Option<f64>,
    /// Largest minimum distance of a known face [default: the quantile]
    #[arg(long, value_name = "DISTANCE", value_parser = distance)]
    known_threshold: Option<f64>,
    /// Print what was found as JSON on standard output
    ///
    /// Keys: `model`, `thresholds` (`from_face_space`, `minimum`), `pictures`; of each picture
    /// `file`, `verdict` (known, unknown-face or not-a-face), `is_face`, `is_known`, `distances`
    /// (`sum`, `mean`, `minimum`, `from_face_space`), `nearest`; of each near one `person`, `file`,
    /// `distance`.
    #[arg(long)]
    json: bool,
}

fn quantile(text: &str) -> Result<f64, String> {
    let value = text
        .parse()
        .ok()
        .filter(|value| 0.0 < *value && *value <= 1.0);
    value.ok_or_else(|| "expected a number above 0 and up to 1, such as 0.95".to_owned())
}

fn distance(text: &str) -> Result<f64, String> {
    let value = text.parse().ok();
    let value = value.filter(|value: &f64| value.is_finite() && *value >= 0.0);
    value.ok_or_else(|| "expected a distance in grey levels, 0 or more".to_owned())
}

/// A picture that the model cannot take.
#[derive(Debug, thiserror::Error)]
#[error(
    "{} is {found}, the model is of pictures of {expected}; `--resize` stretches it",
    path.display()
)]
struct OtherSize {
    path: PathBuf,
    found: PictureSize,
    expected: PictureSize,
}

impl Match {
    pub(super) fn run(self) -> Result<()> {
        let model = FaceModel::read(&self.model).map_err(Error::data)?;
        let thresholds = self.thresholds(&model)?;
        let pictures = self.pictures.iter();
        let answers = Answers {
            model: self.model.display().to_string(),
            thresholds,
            pictures: pictures
                .map(|path| self.answer(path, &model, thresholds))
                .collect::<Result<_>>()?,
        };
        if self.json {
            print_json(&answers)
        } else {
            print(&answers.text())
        }
    }

    fn thresholds(&self, model: &FaceModel) -> Result<Thresholds> {
        let trained = model.held_out().thresholds(self.quantile);
        let face = self
            .face_threshold
            .or(trained.map(|there| there.from_face_space));
        let known = self.known_threshold.or(trained.map(|there| there.minimum));
        let both = face
            .zip(known)
            .map(|(from_face_space, minimum)| Thresholds {
                from_face_space,
                minimum,
            });
        both.ok_or_else(|| {
            Error::Usage(format!(
                "{} was trained on too few different pictures to have thresholds; give \
                 `--face-threshold` and `--known-threshold`",
                self.model.display()
            ))
        })
    }

    fn answer(&self, path: &Path, model: &FaceModel, thresholds: Thresholds) -> Result<Answer> {
        let expected = model.size();
        let stretched = self.resize.then_some(expected);
        let (picture, found) = read_one(path, stretched).map_err(Error::data)?;
        if found != expected {
            return Err(Error::data(OtherSize {
                path: path.to_path_buf(),
                found,
                expected,
            }));
        }
        let recognition = model.recognise(&picture, thresholds, self.nearest);
        Ok(Answer::of(path, model, recognition.map_err(Error::data)?))
    }
}
