//! What all figures share: a colour an activation, and curves over layers with their spread.

use retrace_figure::{Band, Colour, Line, Marker};
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

/// A curve over seeds: the mean, and from the smallest to the largest as a band.
pub(super) struct Spread {
    pub(super) middle: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) high: Vec<f64>,
}

impl Spread {
    /// Of one list a seed, over `places` places. A place that a seed did not reach, as after a
    /// divergence, is a gap.
    pub(super) fn of(lists: &[Vec<f64>], places: usize) -> Self {
        let at = |place: usize| -> Vec<f64> {
            let number = |list: &Vec<f64>| list.get(place).copied().unwrap_or(f64::NAN);
            lists.iter().map(number).collect()
        };
        let places: Vec<Vec<f64>> = (0..places).map(at).collect();
        Self {
            middle: places.iter().map(|v| statistics::mean(v)).collect(),
            low: places
                .iter()
                .map(|v| statistics::quantile(v, 0.0))
                .collect(),
            high: places
                .iter()
                .map(|v| statistics::quantile(v, 1.0))
                .collect(),
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

    /// A band and a line.
    pub(super) fn layers(self, look: Look, x: &[f64]) -> (Band, Line) {
        (
            Band::new(look.label, x, self.low, self.high)
                .colour(look.colour)
                .opacity(0.12),
            Line::new(look.label, x, self.middle).colour(look.colour),
        )
    }
}

/// 1, 2, ..., `count`: layers counted from the input.
pub(super) fn layer_numbers(count: usize) -> Vec<f64> {
    (1..=count).map(|layer| layer as f64).collect()
}
