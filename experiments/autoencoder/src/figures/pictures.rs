//! The post's first figure: what the networks see.

use retrace_figure::{Figure, Images};
use retrace_lab::Outcomes;

use super::style::{array, at, squeezed};
use crate::Autoencoder;
use crate::data::{Circles, Examples, Size};

/// Circles in the column.
const COLUMN: usize = 5;

/// Circles one above the other, two circles, scenes.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let size = outcomes.config().size();
    let figure = Figure::new("pictures", "What the networks see")
        .columns(3)
        .caption(
            "A column of circles as in the post, white on black and cut off at the border; a grey \
             and a white circle; scenes, as L of Lab.",
        )
        .panel(drawn(outcomes, "One circle", Circles::ONE))
        .panel(drawn(outcomes, "Two circles", Circles::TWO));
    match array(outcomes, "scenes", "input") {
        Some(scenes) => figure.panel(
            (0..scenes.shape()[0]).fold(Images::new("Scenes", 1), |images, index| {
                images.with(squeezed("", &at(scenes, index), size))
            }),
        ),
        None => figure,
    }
}

fn drawn(outcomes: &Outcomes<Autoencoder>, title: &str, levels: &'static [f64]) -> Images {
    let size: Size = outcomes.config().size();
    let circles = Circles {
        seed: 0,
        purpose: "training circles",
        count: COLUMN,
        size,
        radius: outcomes.config().radius_pixels(),
        levels,
    };
    let picture = |number| squeezed("", &circles.example(number).input, size);
    (0..COLUMN)
        .map(picture)
        .fold(Images::new(title, 1), Images::with)
}
