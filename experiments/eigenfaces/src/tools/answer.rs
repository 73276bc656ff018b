//! What `match` says of pictures, as JSON and as text.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;

use crate::distances::{Criterion, Distances, Neighbour};
use crate::model::{FaceModel, Recognition, Thresholds, Verdict};

/// What `match` prints with `--json`.
#[derive(Debug, Serialize)]
pub struct Answers {
    /// The model file.
    pub model: String,
    /// In grey levels.
    pub thresholds: Thresholds,
    /// In the order of the command line.
    pub pictures: Vec<Answer>,
}

/// One picture.
#[derive(Debug, Serialize)]
pub struct Answer {
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
    /// Puts names to the numbers of a recognition.
    pub fn of(path: &Path, model: &FaceModel, recognition: Recognition) -> Self {
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

impl Answers {
    /// For people.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for picture in &self.pictures {
            picture.write_to(&mut text, self.thresholds);
        }
        text
    }
}

impl Answer {
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
