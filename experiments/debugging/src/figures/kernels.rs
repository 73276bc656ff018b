//! The kernels of the first layer.

use retrace_figure::{ColourMap, Figure};
use retrace_lab::Outcomes;

use super::style::{array, pictures};
use crate::Debugging;
use crate::arm;

const COLUMNS: usize = 8;

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let title = format!(
        "The 32 kernels of conv1, before training and after {} steps",
        outcomes.config().steps
    );
    let figure = Figure::new("kernels", title).columns(2).caption(
        "Seed 0. Weights below zero are blue, above it red; the scale of each panel is in its \
         title.",
    );
    let panels = [
        ("kernels-before", "before training"),
        ("kernels", "after training"),
    ];
    panels
        .into_iter()
        .try_fold(figure, |figure, (name, title)| {
            let kernels = array(outcomes, arm::TRAINED, name)?;
            Some(figure.panel(pictures(title, kernels, ColourMap::Diverging, COLUMNS).scale(14)))
        })
}
