//! **Does the frozen network give the same answers?** Original and file on the same test images.

use retrace_figure::{Axis, Chart, Colour, Figure, Line, Rule};
use retrace_lab::{Arm, Claim, Drawing, Result, Results};

use crate::contents::ForEach;
use crate::frozen::{FrozenNetworks, frozen};
use crate::network::Kind;
use crate::{Freezing, OURS, POST};

/// Largest accepted difference of a probability.
const ALLOWED: f64 = 1e-5;

/// Where images without any difference stand, below what 32 bits tell apart near 1.
const NO_DIFFERENCE: f64 = 1e-9;

/// How far the outputs are apart.
pub(crate) fn figures(results: &Results<Freezing>) -> Result<Vec<Drawing>> {
    Ok(vec![differences(results).into()])
}

/// Outputs and classes of each network, and the control.
pub(crate) fn claims(results: &Results<Freezing>) -> Vec<Claim> {
    let of_each = Kind::ALL.into_iter().flat_map(|kind| {
        [
            agrees(results, kind).shown_in("differences"),
            same_class(results, kind),
        ]
    });
    of_each.chain([phases(results)]).collect()
}

fn agrees(results: &Results<Freezing>, kind: Kind) -> Claim {
    let asked = ForEach {
        id: "outputs-agree",
        source: POST,
        statement: "the frozen network gives the original's outputs",
        statistic: "largest difference of a probability over all test images and seeds",
        limit: ALLOWED,
    };
    asked.answer(results, kind, |net| net.agreement.largest())
}

fn same_class(results: &Results<Freezing>, kind: Kind) -> Claim {
    let asked = ForEach {
        id: "same-class",
        source: POST,
        statement: "the frozen network chooses the same classes",
        statistic: "largest share of test images on which the chosen classes differ",
        limit: 0.0,
    };
    asked.answer(results, kind, |net| 1.0 - net.agreement.same_class)
}

/// The control: a file made of the training phase would show this.
fn phases(results: &Results<Freezing>) -> Claim {
    let differences = results
        .of::<FrozenNetworks>()
        .values(&Kind::Full, |outcome| Some(outcome.frozen.as_ref()?.phases));
    Claim::says(
        "phases-differ",
        OURS,
        "a network with dropout would give other outputs if it were frozen as in training",
    )
    .measured_by(
        "largest difference of a probability between training and testing phase of the original",
        "",
    )
    .mean_is_above(100.0 * ALLOWED, &differences)
}

fn differences(results: &Results<Freezing>) -> Figure {
    let axis = Axis::new("largest difference of a probability of an image").log();
    let chart = Chart::new(
        "",
        axis,
        Axis::new("share of test images with at most this (%)"),
    );
    let curve = |(at, kind): (usize, Kind)| {
        let nets = frozen(results, kind);
        let mut all: Vec<f64> = nets
            .iter()
            .flat_map(|net| net.agreement.differences.iter())
            .map(|gap| gap.max(NO_DIFFERENCE))
            .collect();
        all.sort_by(f64::total_cmp);
        // A point for each half percent is enough.
        let step = (all.len() / 200).max(1);
        let last = all.len().checked_sub(1);
        let ranks: Vec<usize> = (0..all.len()).step_by(step).chain(last).collect();
        let x: Vec<f64> = ranks.iter().map(|rank| all[*rank]).collect();
        let share = |rank: &usize| 100.0 * (rank + 1) as f64 / all.len() as f64;
        let y: Vec<f64> = ranks.iter().map(share).collect();
        Line::new(kind.label(), x, y).colour(Colour::series(at))
    };
    let lines = Kind::ALL.into_iter().enumerate().map(curve);
    let chart = lines
        .fold(chart, Chart::with)
        .with(Rule::at_x("allowed", 1e-5));
    // MNIST's; own images may be of any number.
    let of_classes = match results.config().own.images_file {
        None => "ten",
        Some(_) => "classes'",
    };
    Figure::new(
        "differences",
        "How far the frozen network is from the original",
    )
    .caption(format!(
        "All test images of all seeds, sorted by the largest difference among the {of_classes} \
         probabilities of an image; images without any difference stand at 1e-9. The \
         differences come from sums in another order; 1e-5 is the limit above which a network \
         is not frozen.",
    ))
    .panel(chart)
}
