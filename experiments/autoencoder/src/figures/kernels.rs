//! Kernels of the first layer.

use ndarray::ArrayD;
use retrace_figure::{Colour, ColourMap, Figure, Images, Picture};
use retrace_lab::Outcomes;

use super::style::{array, at, label};
use crate::Autoencoder;
use crate::arm::{INVERSE_LONG_RECTIFIED, SOUND};

/// Kernels a row.
const COLUMNS: usize = 8;

/// The kernels of the sound network, and of the one trained by 1 / D.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Option<Figure> {
    let figure = Figure::new("kernels", "Kernels of the first layer after training")
        .columns(2)
        .caption(
            "Seed 0. Red weights are above zero, blue ones below; one scale for all kernels of a \
             network.",
        );
    let panels = [SOUND, INVERSE_LONG_RECTIFIED];
    let panels = panels.iter().filter_map(|arm| {
        let kernels = array(outcomes, arm, "kernels")?;
        Some(panel(&label(outcomes, arm), kernels))
    });
    let panels: Vec<Images> = panels.collect();
    let some = !panels.is_empty();
    let figure = panels.into_iter().fold(figure, Figure::panel);
    some.then_some(figure)
}

fn panel(title: &str, kernels: &ArrayD<f32>) -> Images {
    let map = ColourMap::Diverging;
    let range = map.range_of(kernels.iter().map(|weight| f64::from(*weight)));
    let [rows, columns] = [2, 3].map(|axis| kernels.shape()[axis] as u32);
    let picture = |index: usize| {
        let rgb = at(kernels, index).into_iter().flat_map(|weight| {
            let colour = map.colour(f64::from(weight), range).unwrap_or(Colour::GREY);
            [colour.r, colour.g, colour.b]
        });
        Picture::rgb("", columns, rows, rgb.collect())
    };
    let title = format!("{title}: -{:.2} to {:.2}", range.1, range.1);
    let images = (0..kernels.shape()[0]).map(picture);
    images.fold(Images::new(title, COLUMNS).scale(7), Images::with)
}
