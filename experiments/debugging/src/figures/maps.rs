//! Feature maps of a trained network.

use retrace_figure::{ColourMap, Figure};
use retrace_lab::Outcomes;

use super::style::{array, digit, found, pictures};
use crate::Debugging;
use crate::arm;

const COLUMNS: usize = 16;

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let trained = found(outcomes, arm::TRAINED)?.trained()?;
    let title = format!(
        "Feature maps of a trained network: {}, a {}",
        digit(outcomes),
        trained.label
    );
    let caption = format!(
        "Seed 0 after {} steps of Adam, {:.1} % of the test images known. Each panel has one \
         scale, in its title; before the ReLU blue is below zero and red above.",
        outcomes.config().steps,
        100.0 * trained.accuracy
    );
    let figure = Figure::new("maps", title).caption(caption);
    let panels = [
        ("conv1-before", "conv1 before ReLU", ColourMap::Diverging, 2),
        ("conv1-after", "conv1 after ReLU", ColourMap::Grey, 2),
        ("conv2-after", "conv2 after ReLU", ColourMap::Grey, 2),
        ("pool", "max-pool", ColourMap::Grey, 4),
    ];
    panels
        .into_iter()
        .try_fold(figure, |figure, (name, title, map, scale)| {
            let maps = array(outcomes, arm::TRAINED, name)?;
            Some(figure.panel(pictures(title, maps, map, COLUMNS).scale(scale)))
        })
}
