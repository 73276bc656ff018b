//! What all figures share: a colour an activation, and curves over layers with their spread.

use retrace_figure::{Band, Chart, Colour, Line, Marker};
use retrace_lab::{Outcomes, statistics};

use crate::outcome::Network;
use crate::{ACTIVATIONS, Activations};

/// An activation in figures.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) arm: &'static str,
    pub(super) label: &'static str,
    pub(super) colour: Colour,
    pub(super) marker: Marker,
}

/// The looks of all activations, in the order of [`ACTIVATIONS`].
pub(super) fn looks() -> impl Iterator<Item = Look> {
    const MARKERS: [Marker; 6] = [
        Marker::Circle,
        Marker::Square,
        Marker::Triangle,
        Marker::Diamond,
        Marker::Cross,
        Marker::Plus,
    ];
    ACTIVATIONS
        .iter()
        .enumerate()
        .map(|(index, (arm, label))| Look {
            arm,
            label,
            colour: Colour::series(index),
            marker: MARKERS[index],
        })
}

/// A list of numbers of every seed of an arm.
pub(super) fn lists(
    outcomes: &Outcomes<Activations>,
    arm: &str,
    list: impl Fn(&Network) -> Vec<f64>,
) -> Vec<Vec<f64>> {
    outcomes
        .of(arm)
        .filter_map(|cell| cell.outcome.network().map(&list))
        .collect()
}

/// A curve over seeds, with its spread as a band.
pub(super) struct Spread {
    pub(super) middle: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

impl Spread {
    /// The mean, from the smallest to the largest, of one list a seed over `places` places. A
    /// place that a seed did not reach, as after a divergence, is a gap.
    pub(super) fn whole(lists: &[Vec<f64>], places: usize) -> Self {
        let at = numbers_at(lists, places);
        Self {
            middle: at.iter().map(|v| statistics::mean(v)).collect(),
            low: quantiles(&at, 0.0),
            high: quantiles(&at, 1.0),
        }
    }

    /// The median and the middle half of the seeds.
    pub(super) fn middle_half(lists: &[Vec<f64>], places: usize) -> Self {
        let at = numbers_at(lists, places);
        Self {
            middle: quantiles(&at, 0.5),
            low: quantiles(&at, 0.25),
            high: quantiles(&at, 0.75),
        }
    }

    /// The same after `f`, which rises.
    pub(super) fn map(self, f: impl Fn(f64) -> f64) -> Self {
        let all = |list: Vec<f64>| list.into_iter().map(&f).collect();
        Self {
            middle: all(self.middle),
            low: all(self.low),
            high: all(self.high),
        }
    }
}

fn numbers_at(lists: &[Vec<f64>], places: usize) -> Vec<Vec<f64>> {
    let number = |list: &Vec<f64>, place| list.get(place).copied().unwrap_or(f64::NAN);
    (0..places)
        .map(|place| lists.iter().map(|list| number(list, place)).collect())
        .collect()
}

fn quantiles(at: &[Vec<f64>], q: f64) -> Vec<f64> {
    at.iter().map(|v| statistics::quantile(v, q)).collect()
}

/// Adds a curve with its spread for each activation.
pub(super) fn with_curves(
    chart: Chart,
    x: &[f64],
    marked: bool,
    spread: impl Fn(Look) -> Spread,
) -> Chart {
    let curves: Vec<(Look, Spread)> = looks().map(|look| (look, spread(look))).collect();
    let band = |(look, spread): &(Look, Spread)| {
        Band::new(look.label, x, spread.low.clone(), spread.high.clone())
            .colour(look.colour)
            .opacity(0.12)
    };
    let line = |(look, spread): &(Look, Spread)| {
        let line = Line::new(look.label, x, spread.middle.clone()).colour(look.colour);
        if marked {
            line.marker(look.marker)
        } else {
            line
        }
    };
    // ReLU last: the others lie over it where they agree, and it is what they are compared with.
    let (relu, others): (Vec<_>, Vec<_>) = curves.iter().partition(|(look, _)| look.arm == "relu");
    chart
        .with_all(curves.iter().map(band))
        .with_all(others.into_iter().map(line))
        .with_all(relu.into_iter().map(line))
}

/// 1, 2, ..., `count`: layers counted from the input.
pub(super) fn layer_numbers(count: usize) -> Vec<f64> {
    (1..=count).map(|layer| layer as f64).collect()
}
