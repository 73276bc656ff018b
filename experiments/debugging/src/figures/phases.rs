//! Training phase against testing phase.

use retrace_figure::{Chart, Column, Figure, Points, Table};
use retrace_lab::{Outcomes, statistics};

use super::style::{PAIR, array, short};
use crate::Debugging;
use crate::arm;
use crate::outcome::StageDifference;
use crate::stage::Stage;

/// Of so many values one is a point.
const THINNED: usize = 7;

/// Each stage alone, in both phases.
pub(super) fn table(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    outcomes.get(arm::PHASES, 0)?;
    let columns = [
        Column::words("layer"),
        Column::numbers("training, testing"),
        Column::numbers("training, twice"),
        Column::numbers("alone, in a batch"),
    ];
    let title = "Training phase and testing phase: each layer alone, on the same input";
    let table = Stage::ALL
        .iter()
        .fold(Table::new("", columns), |table, stage| {
            let mean = |number: fn(&StageDifference) -> Option<f64>| {
                let values = outcomes.values(arm::PHASES, |outcome| {
                    number(outcome.phases()?.stage(stage.name())?)
                });
                if values.is_empty() {
                    "drawn".to_owned()
                } else {
                    short(statistics::mean(&values))
                }
            };
            table.row([
                stage.name().to_owned(),
                mean(|stage| Some(stage.phases)),
                mean(|stage| Some(stage.draws)),
                mean(|stage| stage.others),
            ])
        });
    Some(Figure::new("phases", title).panel(table).caption(
        "Largest difference over the largest value in the testing phase, mean over seeds. Left, \
         between the two phases; in the middle, between two passes of the training phase; right, \
         in the training phase between an image alone and the same image in its batch (\"drawn\": \
         the layer draws at random, so that the two cannot be compared).",
    ))
}

/// Values of the layers that differ, in one phase against the other.
pub(super) fn values(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let title = "Values of one image in the training phase, against those in the testing phase";
    let figure = Figure::new("phase-values", title).columns(3).caption(
        "Seed 0. Batch normalisation moves and stretches each of its 32 maps by other numbers, so \
         that the differences of a map lie on a line of its own. Dropout gives 0 or x / (1 - p), a \
         line that is steeper than the diagonal.",
    );
    Stage::TWOFOLD.iter().try_fold(figure, |figure, stage| {
        let of = |phase: &str| -> Option<Vec<f64>> {
            let values = array(outcomes, arm::PHASES, &format!("{}-{phase}", stage.name()))?;
            let every = if values.len() > 1_000 { THINNED } else { 1 };
            let some = values.iter().step_by(every);
            Some(some.map(|value| f64::from(*value)).collect())
        };
        let (testing, mut training) = (of("testing")?, of("training")?);
        let (mut title, mut label) = (stage.name().to_owned(), "training phase");
        if *stage == Stage::Norm {
            title = format!("{title}: difference");
            label = "training minus testing phase";
            let pairs = training.iter_mut().zip(&testing);
            pairs.for_each(|(training, testing)| *training -= testing);
        }
        let points = Points::new("", testing, training);
        let points = points.colour(PAIR[0]).radius(2.0).opacity(0.5);
        let chart = Chart::new(title, "testing phase", label);
        Some(figure.panel(chart.with(points)))
    })
}
