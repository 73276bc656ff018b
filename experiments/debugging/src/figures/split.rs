//! Values before and after an activation function that stands apart.

use ndarray::{ArrayD, Axis as Along};
use retrace_core::activation::sigmoid;
use retrace_figure::{Chart, ColourMap, Dash, Figure, Line, Points};
use retrace_lab::Outcomes;

use super::style::{PAIR, array, digit, pictures};
use crate::Debugging;
use crate::arm;

/// Maps that are shown.
const SHOWN: usize = 8;
/// Of so many values one is a point.
const THINNED: usize = 29;

pub(super) fn figure(outcomes: &Outcomes<Debugging>) -> Option<Figure> {
    let before = array(outcomes, arm::SPLIT, "conv1-before")?;
    let after = array(outcomes, arm::SPLIT, "conv1-after")?;
    let title = format!(
        "Own weights: conv1 before and after its sigmoid, {}",
        digit(outcomes)
    );
    let figure = Figure::new("split", title).caption(
        "Seed 0, weights as Keras draws them. Eight of 32 maps, each row on one scale, the first \
         symmetric around zero. At the bottom, some of their values: all lie on the sigmoid.",
    );
    let some = |maps: &ArrayD<f32>| {
        let shown: Vec<usize> = (0..SHOWN).collect();
        maps.select(Along(0), &shown)
    };
    Some(
        figure
            .panel(
                pictures(
                    "before the sigmoid",
                    &some(before),
                    ColourMap::Diverging,
                    SHOWN,
                )
                .scale(3),
            )
            .panel(pictures("after the sigmoid", &some(after), ColourMap::Viridis, SHOWN).scale(3))
            .panel_sized(curve(before, after), 760, 320),
    )
}

fn curve(before: &ArrayD<f32>, after: &ArrayD<f32>) -> Chart {
    let thin = |values: &ArrayD<f32>| -> Vec<f64> {
        let some = values.iter().step_by(THINNED);
        some.map(|value| f64::from(*value)).collect()
    };
    let (x, y) = (thin(before), thin(after));
    let reach = x.iter().fold(0.0, |reach: f64, x| reach.max(x.abs()));
    let along: Vec<f64> = (-50..=50).map(|at| reach * f64::from(at) / 50.0).collect();
    let sigmoid: Vec<f64> = along.iter().map(|x| sigmoid::value(*x)).collect();
    Chart::new("", "value before the sigmoid", "value after the sigmoid")
        .with(
            Line::new("sigmoid", along, sigmoid)
                .colour(PAIR[1])
                .dash(Dash::Dashed),
        )
        .with(
            Points::new("values of conv1", x, y)
                .colour(PAIR[0])
                .radius(2.0),
        )
}
