//! **What does a threshold accept?** The least one that accepts most unseen pictures of known persons,
//! and what becomes of training pictures, unknown persons and other pictures: the post's closing
//! remark with many persons.

use ndarray::Array2;
use retrace_figure::{Axis, BarSeries, Bars, Colour, Figure};
use retrace_lab::statistics::mean;
use retrace_lab::{Claim, Drawing, Result, seeds};
use serde::{Deserialize, Serialize};

use crate::detection::{ARM, Detection, Probes, SETS, by};
use crate::distances::{Criterion, Distances};
use crate::roc::sorted;
use crate::{All, OURS, POST, origin};

/// What a threshold accepts, shares 0 to 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThresholdResult {
    /// Of the training pictures, those that it rejects.
    pub training_rejected: f64,
    /// Of the things, those that it accepts.
    pub things_accepted: f64,
    /// Of the pictures of unknown persons, those that it accepts.
    pub unknown_accepted: f64,
    /// Whether it accepts a picture that is grey all over, as bright as the mean face.
    pub flat_accepted: bool,
    /// Mean contrast of the things that it accepts, the standard deviation of their grey levels;
    /// nothing where it accepts none.
    pub contrast_accepted: Option<f64>,
    /// Of those that it refuses.
    pub contrast_refused: Option<f64>,
}

/// What is known of pictures that should be refused, beside their distances.
pub struct Refusable {
    /// Contrast of each thing.
    contrasts: Vec<f64>,
    /// Distances of a picture that is grey all over.
    flat: Distances,
}

impl Refusable {
    /// Measures the contrasts of `things`, one per row; `flat` are the distances of a picture that
    /// is grey all over.
    pub fn new(things: &Array2<f64>, flat: Distances) -> Self {
        let rows = things.rows().into_iter();
        Self {
            contrasts: rows.map(|picture| picture.std(0.0)).collect(),
            flat,
        }
    }
}

impl ThresholdResult {
    /// Sets the least threshold that accepts this share of the unseen pictures of known persons, and
    /// looks what else it accepts.
    pub fn new(
        share: f64,
        criterion: Criterion,
        probes: &Probes<Vec<Distances>>,
        refusable: &Refusable,
    ) -> Self {
        let threshold = threshold(&by(&probes.known, criterion), share);
        let accepted = |distances: &[Distances]| accepted(&by(distances, criterion), threshold);
        let contrast = |accepted: bool| {
            let things = probes.things.iter().zip(&refusable.contrasts);
            let side: Vec<f64> = things
                .filter(|(thing, _)| (thing.by(criterion) <= threshold) == accepted)
                .map(|(_, contrast)| *contrast)
                .collect();
            (!side.is_empty()).then(|| mean(&side))
        };
        Self {
            training_rejected: 1.0 - accepted(&probes.training),
            things_accepted: accepted(&probes.things),
            unknown_accepted: accepted(&probes.unknown),
            flat_accepted: refusable.flat.by(criterion) <= threshold,
            contrast_accepted: contrast(true),
            contrast_refused: contrast(false),
        }
    }
}

/// The least threshold that accepts at least `share` (0 to 1) of the distances; infinite for none.
fn threshold(distances: &[f64], share: f64) -> f64 {
    let sorted = sorted(distances);
    let needed = (share * sorted.len() as f64).ceil() as usize;
    let place = needed.saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::INFINITY)
}

/// The share of the distances that are at most `threshold`; NaN of none.
fn accepted(distances: &[f64], threshold: f64) -> f64 {
    let count = distances.iter().filter(|d| **d <= threshold).count();
    count as f64 / distances.len() as f64
}

/// A share that a threshold accepts or rejects: its name, the number, its colour.
struct Share {
    label: &'static str,
    of: fn(&ThresholdResult) -> f64,
    colour: Colour,
}

const SHARES: [Share; 4] = [
    Share {
        label: "training pictures rejected",
        of: |threshold| threshold.training_rejected,
        colour: Colour::series(3),
    },
    Share {
        label: "other pictures accepted",
        of: |threshold| threshold.things_accepted,
        colour: Colour::series(6),
    },
    Share {
        label: "grey all over accepted",
        of: |threshold| if threshold.flat_accepted { 1.0 } else { 0.0 },
        colour: Colour::GREY,
    },
    Share {
        label: "unknown persons accepted",
        of: |threshold| threshold.unknown_accepted,
        colour: Colour::series(5),
    },
];

/// One group per criterion, one bar per share.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let cells = results.of::<Detection>().cells();
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    let axis = Axis::new("share of pictures (0-1)").range(0.0, 1.1);
    let bars = Bars::new("", Criterion::ALL.map(Criterion::label), axis).digits(2);
    let bars = SHARES
        .iter()
        .fold(bars, |bars, share| bars.series(series(results, share)));
    let title = "What a threshold accepts and rejects that lets most known persons in";
    let caption = format!(
        "One threshold a criterion, the least that accepts {} % of the unseen pictures of known \
         persons; mean over {} choices with its 95 % interval. Training pictures should all be \
         accepted, other pictures rejected. A picture that is grey all over, as bright as the mean \
         face, stands for all that is smooth.{}",
        100.0 * results.config().accepted,
        cells.len(),
        origin(results, &SETS)
    );
    let figure = Figure::new("thresholds", title).caption(caption);
    Ok(vec![figure.panel_sized(bars, 760, 380).into()])
}

/// A number of the threshold of one criterion, one per seed.
fn values(results: &All, criterion: Criterion, number: fn(&ThresholdResult) -> f64) -> Vec<f64> {
    results.of::<Detection>().values(&ARM, |detected| {
        detected.thresholds.get(criterion.place()).map(number)
    })
}

fn series(results: &All, share: &Share) -> BarSeries {
    let lists = Criterion::ALL.map(|criterion| values(results, criterion, share.of));
    BarSeries::new(share.label, lists.each_ref().map(|values| mean(values)))
        .intervals(lists.map(|values| seeds::interval(&values)))
        .colour(share.colour)
}

/// A share of rejected training pictures that matters.
const FEW_REJECTED: f64 = 0.01;

/// The post's closing remark with many persons.
pub fn claims(results: &All) -> Vec<Claim> {
    let rejected = |criterion| values(results, criterion, |result| result.training_rejected);
    let statistic = format!(
        "share of training pictures beyond a threshold that accepts {} % of the unseen pictures \
         of the same persons",
        100.0 * results.config().accepted
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
        .mean_is_above(FEW_REJECTED, &rejected(Criterion::Mean)),
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
        .mean_is_below(FEW_REJECTED, &rejected(Criterion::FromFaceSpace)),
    ]
    .map(|claim| claim.shown_in("thresholds"))
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_accepts_no_more_than_it_must() {
        let distances = [0.1, 0.4, 0.35, 0.8, 0.4];
        assert_eq!(threshold(&distances, 0.8), 0.4);
        assert_eq!(threshold(&distances, 0.81), 0.8);
        assert_eq!(accepted(&distances, 0.4), 0.8);
        assert_eq!(accepted(&[0.4, 0.9, 0.5, 0.3], 0.4), 0.5);
    }
}
