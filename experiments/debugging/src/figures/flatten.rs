//! The flattened list in Burn's order and in Keras'.

use retrace_figure::{Chart, Colour, Figure, Line};
use retrace_lab::Outcomes;

use super::style::{PAIR, array};
use crate::Debugging;
use crate::arm;
use crate::hand::{Maps, flatten_channels_first, flatten_channels_last};
use crate::network::{FLAT, MAPS, POOLED};

/// The part of the list that is drawn: its middle, where the digit is.
const SHOWN: std::ops::Range<usize> = FLAT / 2 - 576..FLAT / 2 + 576;

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let list = array(outcomes, arm::ONES, "flatten")?;
    let maps = Maps {
        channels: MAPS[1],
        height: POOLED,
        width: POOLED,
        values: list.iter().copied().map(f64::from).collect(),
    };
    let figure = Figure::new("flatten", "Flatten: the same 9,216 numbers in two orders").caption(
        "The network of ones, the middle of the list. Channels first: one map of 12 x 12 after the \
         other, here 64 times the same. Channels last: one place after the other, its 64 maps side \
         by side, here equal. Weights of dense1 from Keras have to change their rows accordingly.",
    );
    let first = flatten_channels_first(&maps);
    let last = flatten_channels_last(&maps);
    Some(
        figure
            .panel_sized(chart("Burn, channels first", &first, PAIR[0]), 760, 250)
            .panel_sized(chart("Keras, channels last", &last, PAIR[1]), 760, 250),
    )
}

fn chart(title: &str, list: &[f64], colour: Colour) -> Chart {
    let positions: Vec<f64> = SHOWN.map(|at| at as f64).collect();
    let line = Line::new("", positions, &list[SHOWN]).colour(colour);
    Chart::new(title, "position in the list", "value").with(line.stepped())
}
