//! What all figures share: numbers over seeds, and bars of the plain networks beside the
//! normalised ones.

use retrace_figure::{Axis, BarSeries, Bars, Colour};
use retrace_lab::{Outcomes, statistics};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::outcome::{Outcome, Training};

/// Which of a cell's trainings.
#[derive(Clone, Copy)]
pub(super) enum On {
    All,
    Few,
}

impl On {
    pub(super) fn training(self, outcome: &Outcome) -> &Training {
        match self {
            Self::All => &outcome.full,
            Self::Few => &outcome.few,
        }
    }

    /// `Trained on 55,000 images`, as the run had them.
    pub(super) fn title(self, outcomes: &Outcomes<Rrelu>) -> String {
        let some = outcomes.of_seed(0).next();
        match some.map(|cell| self.training(&cell.outcome).images) {
            Some(images) => format!("Trained on {} images", grouped(images)),
            None => "Nothing was trained".to_owned(),
        }
    }
}

/// `55,000`.
fn grouped(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

/// The colour of a network: that of its function, paler when it is normalised.
pub(super) fn colour(function: Function, norm: Norm) -> Colour {
    match norm {
        Norm::Plain => function.colour(),
        Norm::Batch => function.colour().mix(Colour::WHITE, 0.45),
    }
}

/// A bar for each network, the normalised below the plain one, with the mean over seeds, its 95 %
/// interval and a dot a seed.
pub(super) fn bars_of_networks(
    outcomes: &Outcomes<Rrelu>,
    title: String,
    axis: Axis,
    number: impl Fn(&Outcome) -> Option<f64>,
) -> Bars {
    let every = |function| Norm::BOTH.map(|norm| (function, norm));
    let networks: Vec<(Function, Norm)> = Function::ALL.into_iter().flat_map(every).collect();
    let names = networks.iter().map(|(function, norm)| match norm {
        Norm::Plain => function.label().to_owned(),
        Norm::Batch => "with batch norm.".to_owned(),
    });
    let values: Vec<Vec<f64>> = networks
        .iter()
        .map(|(function, norm)| outcomes.values(&norm.arm_of(*function), &number))
        .collect();
    let means: Vec<f64> = values.iter().map(|v| statistics::mean(v)).collect();
    let colours = networks
        .iter()
        .map(|(function, norm)| colour(*function, *norm));
    let series = BarSeries::new("", means)
        .colour_each(colours.collect::<Vec<_>>())
        .intervals(values.iter().map(|v| interval(v)).collect::<Vec<_>>())
        .points(values);
    Bars::new(title, names, axis).series(series).horizontal()
}

/// The 95 % interval of the mean; nothing to draw for fewer than two seeds.
pub(super) fn interval(values: &[f64]) -> (f64, f64) {
    statistics::mean_interval(values).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high))
}
