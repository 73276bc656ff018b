//! The input, and what the first layers of the network of ones make of it.

use retrace_figure::{ColourMap, Figure, HeatMap};
use retrace_lab::Outcomes;

use super::style::{array, digit, rows};
use crate::Debugging;
use crate::arm;

const PANELS: [(&str, &str); 4] = [
    ("input", "input: ink or none"),
    ("conv1", "conv1: ink of 3 x 3, all 32 maps alike"),
    ("conv2", "conv2: 3 x 3 of that, times 32, all 64 alike"),
    ("pool", "max-pool: the largest of 2 x 2"),
];

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let title = format!("All weights one: {}, layer by layer", digit(outcomes));
    let figure = Figure::new("ones", title).columns(2).caption(
        "The first map of each layer after its activation function. All numbers are whole: conv1 \
         counts the ink of 3 x 3 pixels, up to 9, conv2 up to 9 x 9 x 32 = 2,592.",
    );
    PANELS.iter().try_fold(figure, |figure, (name, title)| {
        let map = rows(array(outcomes, arm::ONES, name)?);
        let colours = if *name == "input" {
            ColourMap::Grey
        } else {
            ColourMap::Viridis
        };
        Some(figure.panel(HeatMap::new(*title, map).map(colours)))
    })
}
