//! `eigenfaces match`: what a model says of pictures.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use retrace_lab::cli::{print, print_json};
use retrace_lab::{Error, Result};
use serde::Serialize;

use super::training::QUANTILE;
use crate::distances::{Criterion, Distances, Neighbour};
use crate::model::{FaceModel, Recognition, Thresholds, Verdict};
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

/// What `match` prints with `--json`.
#[derive(Debug, Serialize)]
struct Matched {
    /// The model file.
    model: String,
    /// In grey levels.
    thresholds: Thresholds,
    /// In the order of the command line.
    pictures: Vec<Matching>,
}

/// One picture.
#[derive(Debug, Serialize)]
struct Matching {
    /// As on the command line.
    file: String,
    /// `known`, `unknown-face` or `not-a-face`.
    verdict: Verdict,
    is_face: bool,
    is_known: bool,
    /// The four criteria.
    distances: Distances,
    /// The nearest first.
    nearest: Vec<Near>,
}

/// A training picture.
#[derive(Debug, Serialize)]
struct Near {
    person: String,
    file: String,
    distance: f64,
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
        let matched = Matched {
            model: self.model.display().to_string(),
            thresholds,
            pictures: pictures
                .map(|path| self.matching(path, &model, thresholds))
                .collect::<Result<_>>()?,
        };
        if self.json {
            print_json(&matched)
        } else {
            print(&matched.text())
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

    fn matching(&self, path: &Path, model: &FaceModel, thresholds: Thresholds) -> Result<Matching> {
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
        Ok(Matching::of(path, model, recognition.map_err(Error::data)?))
    }
}

impl Matching {
    fn of(path: &Path, model: &FaceModel, recognition: Recognition) -> Self {
        let near = |neighbour: Neighbour| {
            let label = &model.labels()[neighbour.picture];
            Near {
                person: label.person.clone(),
                file: label.file.clone(),
                distance: neighbour.distance,
            }
        };
        Self {
            file: path.display().to_string(),
            verdict: recognition.verdict,
            is_face: recognition.verdict != Verdict::NotAFace,
            is_known: recognition.verdict == Verdict::Known,
            distances: recognition.distances,
            nearest: recognition.nearest.into_iter().map(near).collect(),
        }
    }
}

impl Matched {
    fn text(&self) -> String {
        let mut text = String::new();
        for picture in &self.pictures {
            picture.write_to(&mut text, self.thresholds);
        }
        text
    }
}

impl Matching {
    // Writing to a String cannot fail.
    fn write_to(&self, text: &mut String, thresholds: Thresholds) {
        let verdict = match (self.verdict, self.nearest.first()) {
            (Verdict::Known, Some(near)) => format!("known, nearest to {}", near.person),
            (Verdict::Known, None) => "known".to_owned(),
            (Verdict::UnknownFace, _) => "an unknown face".to_owned(),
            (Verdict::NotAFace, _) => "not a face".to_owned(),
        };
        let _ = writeln!(text, "{}: {verdict}", self.file);
        let rows = [
            (Criterion::FromFaceSpace, Some(thresholds.from_face_space)),
            (Criterion::Minimum, Some(thresholds.minimum)),
            (Criterion::Mean, None),
            (Criterion::Sum, None),
        ];
        for (criterion, threshold) in rows {
            let (name, value) = (criterion.label(), self.distances.by(criterion));
            let limit = threshold.map(|limit| format!("  (threshold {limit:.1})"));
            let _ = writeln!(text, "  {name:26}{value:12.1}{}", limit.unwrap_or_default());
        }
        for near in &self.nearest {
            let _ = writeln!(
                text,
                "  {:26}{:12.1}  {}",
                near.person, near.distance, near.file
            );
        }
    }
}
