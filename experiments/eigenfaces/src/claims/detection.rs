//! Which distance tells faces from other pictures, and known persons from unknown ones.

use retrace_lab::Claim;

use super::{All, OURS, POST};
use crate::distances::Criterion;
use crate::outcome::{Detection, Task};

/// An area under the curve from which on a criterion separates well.
const WELL: f64 = 0.9;

/// A share of rejected training pictures that matters.
const SOME: f64 = 0.01;

/// Why the distance from face space misses things.
const SMOOTH: &str = "The distance from face space counts only what a picture has too much: a \
                      smooth picture has little that eigenfaces cannot express, so it passes for \
                      a face.";

/// The answers.
pub fn claims(outcomes: &All) -> Vec<Claim> {
    let mut claims = separation(outcomes);
    claims.extend(comparison(outcomes));
    claims.extend(thresholds(outcomes));
    claims
}

fn values(outcomes: &All, number: impl Fn(&Detection) -> Option<f64>) -> Vec<f64> {
    outcomes.values("detection", |outcome| number(outcome.detection()?))
}

/// The place of a criterion in the lists of an outcome.
fn place(criterion: Criterion) -> usize {
    let place = Criterion::ALL.iter().position(|one| *one == criterion);
    place.unwrap_or(usize::MAX)
}

fn area(detection: &Detection, task: Task, criterion: Criterion) -> Option<f64> {
    detection.area(task, place(criterion))
}

fn separation(outcomes: &All) -> Vec<Claim> {
    let separates = |id, source, statement: &str, criterion| {
        let areas = values(outcomes, |d| area(d, Task::FacesFromThings, criterion));
        Claim::says(id, source, statement)
            .measured_by("area under the ROC curve, unseen faces from things", "0-1")
            .mean_is_above(WELL, &areas)
            .shown_in("roc")
    };
    vec![
        separates(
            "mean-separates-faces",
            POST,
            "The mean distance to the training pictures separates faces from other pictures well.",
            Criterion::Mean,
        )
        .if_contradicted(
            "The mean distance asks how unusual a picture's weights are: a thing of which the \
             eigenfaces express little has ordinary weights, and an unusual face has not.",
        ),
        separates(
            "minimum-separates-faces",
            OURS,
            "The minimum distance separates faces from other pictures well.",
            Criterion::Minimum,
        ),
        separates(
            "face-space-separates-faces",
            OURS,
            "The distance from face space separates faces from other pictures well.",
            Criterion::FromFaceSpace,
        ),
    ]
}

fn comparison(outcomes: &All) -> Vec<Claim> {
    let between = |task, a, b| values(outcomes, |d| Some(area(d, task, a)? - area(d, task, b)?));
    let (faces, persons) = (Task::FacesFromThings, Task::KnownFromUnknown);
    let (mean, minimum, space) = (
        Criterion::Mean,
        Criterion::Minimum,
        Criterion::FromFaceSpace,
    );
    let turk = "Turk & Pentland 1991";
    [
        Claim::says(
            "minimum-beats-mean",
            OURS,
            "The minimum distance separates faces from other pictures better than the mean.",
        )
        .measured_by("area under the ROC curve, minimum minus mean", "0-1")
        .mean_is_above(0.0, &between(faces, minimum, mean)),
        Claim::says(
            "face-space-beats-mean",
            turk,
            "The distance from face space separates faces from other pictures better than the mean \
             of the distances within it.",
        )
        .measured_by("area under the ROC curve, face space minus mean", "0-1")
        .mean_is_above(0.0, &between(faces, space, mean))
        .if_contradicted(SMOOTH),
        Claim::says(
            "face-space-beats-minimum",
            turk,
            "The distance from face space separates faces from other pictures better than the \
             minimum distance.",
        )
        .measured_by("area under the ROC curve, face space minus minimum", "0-1")
        .mean_is_above(0.0, &between(faces, space, minimum))
        .if_contradicted(SMOOTH),
        Claim::says(
            "minimum-knows-persons-better",
            turk,
            "Whether a person is known, the minimum distance tells better than the distance from \
             face space.",
        )
        .measured_by(
            "area under the ROC curve, known from unknown persons, minimum minus face space",
            "0-1",
        )
        .mean_is_above(0.0, &between(persons, minimum, space)),
    ]
    .map(|claim| claim.shown_in("roc"))
    .into()
}

/// The post's closing remark with many persons.
fn thresholds(outcomes: &All) -> Vec<Claim> {
    let rejected = |criterion| {
        values(outcomes, |d| {
            Some(d.thresholds.get(place(criterion))?.training_rejected)
        })
    };
    let statistic = format!(
        "share of training pictures beyond a threshold that accepts {} % of the unseen pictures \
         of the same persons",
        100.0 * outcomes.config().accepted
    );
    let least = rejected(Criterion::Minimum);
    let most = least.iter().copied().fold(f64::NAN, f64::max);
    [
        Claim::says(
            "mean-rejects-training-pictures",
            POST,
            "A threshold on the mean distance rejects some pictures of the training set.",
        )
        .measured_by(statistic.clone(), "0-1")
        .mean_is_above(SOME, &rejected(Criterion::Mean)),
        Claim::says(
            "minimum-accepts-all-training-pictures",
            OURS,
            "A threshold on the minimum distance rejects no picture of the training set.",
        )
        .measured_by(format!("largest {statistic}"), "0-1")
        .largest_is_at_most(0.0, most, least.len()),
        Claim::says(
            "face-space-accepts-nearly-all-training-pictures",
            OURS,
            "A threshold on the distance from face space rejects hardly any picture of the training \
             set.",
        )
        .measured_by(statistic, "0-1")
        .mean_is_below(SOME, &rejected(Criterion::FromFaceSpace)),
    ]
    .map(|claim| claim.shown_in("thresholds"))
    .into()
}
