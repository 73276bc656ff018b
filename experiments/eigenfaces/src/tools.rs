//! Eigenfaces on pictures of one's own: `eigenfaces train` and `eigenfaces match`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use retrace_data::{PICTURE_FORMATS, shown};
use retrace_lab::cli::{Tool, notes, print, print_json};
use retrace_lab::{Error, Result};
use serde::Serialize;

use crate::distances::{Criterion, Distances, Neighbour, Thresholds, Verdict};
use crate::model::{Components, FaceModel, Identification, TrainError};
use crate::pca::PcaError;
use crate::pictures::{OnePicture, PictureSize, Pictures};

/// What the method does with pictures of one's own.
#[derive(Debug, Subcommand)]
pub enum Tools {
    /// Train eigenfaces on the pictures of a folder
    ///
    /// Reads the pictures in a folder and its subfolders as grey
    /// values. A subfolder is a person; a picture in the folder itself has a name of its own.
    ///
    /// Each picture is also measured as if it were new, by eigenfaces of the others: one at a time
    /// up to 32 pictures, in ten parts above. `match` takes its thresholds from these distances.
    /// Persons are left out, too, all their pictures together, to see how many strangers would be
    /// taken for somebody known.
    #[command(
        after_long_help = "Example: eigenfaces train faces --components 0.95 --model faces.safetensors"
    )]
    Train(Train),
    /// Find the trained faces that pictures resemble most
    ///
    /// A picture is a face when its distance from face space is within the threshold, and known
    /// when its minimum distance to the training pictures is, too. All distances are Euclidean, in
    /// grey levels; that from face space is between pictures, the others are between weights.
    ///
    /// The thresholds are quantiles of the distances that the training pictures had when they were
    /// left out of the training; flags set others.
    #[command(
        after_long_help = "Example: eigenfaces match --model faces.safetensors photo.png --resize --nearest 3"
    )]
    Match(Match),
}

impl Tool for Tools {
    fn run(self) -> Result<()> {
        match self {
            Self::Train(train) => train.run(),
            Self::Match(matching) => matching.run(),
        }
    }
}

/// A name as JSON has it: what is not Unicode is replaced.
fn lossy(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Such a name for people.
fn one_line(name: &str) -> String {
    shown(name.as_ref())
}

/// The quantile of the distances that `match` takes as thresholds unless a flag says otherwise.
const QUANTILE: f64 = 0.95;

/// The flags of `train`.
#[derive(Debug, Args)]
pub struct Train {
    #[arg(value_name = "DIR", help = format!("Folder with the pictures ({PICTURE_FORMATS})"))]
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
    fn run(self) -> Result<()> {
        if self.model.exists() && !self.overwrite {
            return Err(Error::Usage(format!(
                "{} exists; `--overwrite` replaces it",
                shown(&self.model)
            )));
        }
        let pictures = Pictures::read(&self.folder, self.size).map_err(Error::data)?;
        notes(&pictures.notes);
        let model = FaceModel::train(pictures, self.components)
            .map_err(|error| error_of(error, &self.folder))?;
        model.write(&self.model)?;
        let trained = Trained::new(&model, lossy(&self.model));
        if self.json {
            print_json(&trained)
        } else {
            print(&trained.text())
        }
    }
}

impl Trained {
    fn new(model: &FaceModel, file: String) -> Self {
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
        let _ = writeln!(text, "Model: {}", one_line(&self.model));
        text
    }
}

/// The pictures of a folder that have no eigenfaces.
#[derive(Debug, thiserror::Error)]
#[error("the pictures in {folder} cannot be trained on")]
struct NoFaces {
    folder: String,
    source: PcaError,
}

/// The kind of failure decides the exit code.
fn error_of(error: TrainError, folder: &Path) -> Error {
    match error {
        TrainError::Pca(PcaError::NotConverged) => {
            Error::Numerics(PcaError::NotConverged.to_string())
        }
        TrainError::Pca(source) => Error::data(NoFaces {
            folder: shown(folder),
            source,
        }),
        TrainError::TooManyComponents { .. } => Error::Usage(error.to_string()),
    }
}

/// The flags of `match`.
#[derive(Debug, Args)]
pub struct Match {
    #[arg(
        required = true,
        value_name = "PICTURE",
        help = format!("Pictures to look at ({PICTURE_FORMATS})")
    )]
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
    shown(path)
)]
struct OtherSize {
    path: PathBuf,
    found: PictureSize,
    expected: PictureSize,
}

impl Match {
    fn run(self) -> Result<()> {
        let model = FaceModel::read(&self.model).map_err(Error::data)?;
        let thresholds = self.thresholds(&model)?;
        let pictures = self.pictures.iter();
        let answers = Answers {
            model: lossy(&self.model),
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
                shown(&self.model)
            ))
        })
    }

    fn answer(&self, path: &Path, model: &FaceModel, thresholds: Thresholds) -> Result<Answer> {
        let expected = model.size();
        let stretched = self.resize.then_some(expected);
        let picture = OnePicture::read(path, stretched).map_err(Error::data)?;
        notes(&picture.notes);
        if picture.size != expected {
            return Err(Error::data(OtherSize {
                path: path.to_path_buf(),
                found: picture.size,
                expected,
            }));
        }
        let found = model.recognise(&picture.values, thresholds, self.nearest);
        Ok(Answer::new(path, model, found.map_err(Error::data)?))
    }
}

/// What `match` prints with `--json`.
#[derive(Debug, Serialize)]
struct Answers {
    /// The model file.
    model: String,
    /// In grey levels.
    thresholds: Thresholds,
    /// In the order of the command line.
    pictures: Vec<Answer>,
}

/// One picture.
#[derive(Debug, Serialize)]
struct Answer {
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

impl Answer {
    /// Puts names to the numbers.
    fn new(path: &Path, model: &FaceModel, found: Identification) -> Self {
        let near = |neighbour: Neighbour| {
            let label = &model.labels()[neighbour.picture];
            Near {
                person: label.person.clone(),
                file: label.file.clone(),
                distance: neighbour.distance,
            }
        };
        Self {
            file: lossy(path),
            verdict: found.verdict,
            is_face: found.verdict != Verdict::NotAFace,
            is_known: found.verdict == Verdict::Known,
            distances: found.distances,
            nearest: found.nearest.into_iter().map(near).collect(),
        }
    }

    // Writing to a String cannot fail.
    fn write_to(&self, text: &mut String, thresholds: Thresholds) {
        let verdict = match (self.verdict, self.nearest.first()) {
            (Verdict::Known, Some(near)) => format!("known, nearest to {}", one_line(&near.person)),
            (Verdict::Known, None) => "known".to_owned(),
            (Verdict::UnknownFace, _) => "an unknown face".to_owned(),
            (Verdict::NotAFace, _) => "not a face".to_owned(),
        };
        let _ = writeln!(text, "{}: {verdict}", one_line(&self.file));
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
                one_line(&near.person),
                near.distance,
                one_line(&near.file)
            );
        }
    }
}

impl Answers {
    /// For people.
    fn text(&self) -> String {
        let mut text = String::new();
        for picture in &self.pictures {
            picture.write_to(&mut text, self.thresholds);
        }
        text
    }
}
