//! What layers 1 and 4 make of a circle, in the end and on the way.

use ndarray::{ArrayD, Axis as Along};
use retrace_figure::{Animation, Figure, Images};
use retrace_lab::Outcomes;

use super::style::{array, at, squeezed};
use crate::Autoencoder;
use crate::arm::SOUND;
use crate::data::Size;
use crate::film::FILMED;
use crate::loss::WHITE;

/// Maps a row.
const COLUMNS: usize = 8;

/// Both layers after the training.
pub(super) fn figure(outcomes: &Outcomes<Autoencoder>) -> Option<Figure> {
    let frame = moment(outcomes, array(outcomes, SOUND, "film")?.shape()[0] - 1)?;
    let figure = Figure {
        name: "maps".to_owned(),
        title: "Feature maps of layers 1 and 4 for one circle, after training".to_owned(),
        ..frame
    };
    Some(figure.caption(
        "The sound network, seed 0, after the ReLU. Black is zero, white the largest number of the \
         layer.",
    ))
}

/// The same look by look.
pub(super) fn animation(outcomes: &Outcomes<Autoencoder>) -> Option<Animation> {
    let frames = array(outcomes, SOUND, "film")?.shape()[0];
    let animation = Animation::new(
        "maps-film",
        "Feature maps of layers 1 and 4 during training",
    )
    .caption(
        "The sound network, seed 0, a new circle. Black is zero, white the largest number of \
             the layer in the whole training.",
    )
    .frame_ms(700);
    let frames: Option<Vec<Figure>> = (0..frames).map(|index| moment(outcomes, index)).collect();
    Some(frames?.into_iter().fold(animation, Animation::frame))
}

/// The maps at one look.
fn moment(outcomes: &Outcomes<Autoencoder>, index: usize) -> Option<Figure> {
    let done = outcomes.get(SOUND, 0)?.outcome.looks.get(index)?.done;
    let title = format!("Layers 1 and 4 after {done} steps");
    let mut figure = Figure::new("", title).columns(1);
    for layer in FILMED {
        let maps = array(outcomes, SOUND, &format!("maps-{}", layer + 1))?;
        figure = figure.panel(panel(layer, maps, index));
    }
    Some(figure)
}

fn panel(layer: usize, maps: &ArrayD<f32>, index: usize) -> Images {
    let largest = maps.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let now = maps.index_axis(Along(0), index).to_owned();
    let shape = now.shape();
    let size = Size {
        width: shape[2],
        height: shape[1],
    };
    let picture = |map: usize| {
        let lit: Vec<f32> = at(&now, map)
            .iter()
            .map(|value| value / largest * WHITE as f32)
            .collect();
        squeezed("", &lit, size)
    };
    let images = (0..shape[0]).map(picture);
    images.fold(
        Images::new(format!("layer {}", layer + 1), COLUMNS),
        Images::with,
    )
}
