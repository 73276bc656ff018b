//! What a threshold does that accepts most unseen pictures of known persons.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Figure};
use retrace_lab::statistics::{mean, mean_interval};

use super::roc::{SETS, cells};
use super::{All, origin};
use crate::distances::Criterion;
use crate::outcome::{Detection, Threshold};

/// A share that a threshold accepts or rejects: its name, the number, its colour.
struct Share {
    label: &'static str,
    of: fn(&Threshold) -> f64,
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

/// One group a criterion, one bar a share.
pub fn thresholds(outcomes: &All) -> Option<Figure> {
    let cells = cells(outcomes);
    cells.first()?;
    let axis = Axis::new("share of pictures (0-1)").range(0.0, 1.1);
    let bars = Bars::new("", Criterion::ALL.map(Criterion::label), axis).digits(2);
    let bars = SHARES
        .iter()
        .fold(bars, |bars, share| bars.series(series(&cells, share)));
    let title = "What a threshold accepts and rejects that lets most known persons in";
    let caption = format!(
        "One threshold a criterion, the least that accepts {} % of the unseen pictures of known \
         persons; mean over {} choices with its 95 % interval. Training pictures should all be \
         accepted, other pictures rejected. A picture that is grey all over, as bright as the mean \
         face, stands for all that is smooth.{}",
        100.0 * outcomes.config().accepted,
        cells.len(),
        origin(outcomes, &SETS)
    );
    Some(
        Figure::new("thresholds", title)
            .caption(caption)
            .panel_sized(bars, 760, 380),
    )
}

fn series(cells: &[&Detection], share: &Share) -> BarSeries {
    let of = |place: usize| -> Vec<f64> {
        cells
            .iter()
            .map(|cell| (share.of)(&cell.thresholds[place]))
            .collect()
    };
    let columns: Vec<Vec<f64>> = (0..Criterion::ALL.len()).map(of).collect();
    let means: Vec<f64> = columns.iter().map(|column| mean(column)).collect();
    let interval =
        |column: &Vec<f64>| mean_interval(column).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high));
    let intervals: Vec<(f64, f64)> = columns.iter().map(interval).collect();
    BarSeries::new(share.label, means)
        .intervals(intervals)
        .colour(share.colour)
}
