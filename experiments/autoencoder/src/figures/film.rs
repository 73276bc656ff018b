//! The answer to one circle during the training.

use retrace_figure::{Animation, Figure, Images};
use retrace_lab::Outcomes;

use super::style::{array, at, label, raw, squeezed};
use crate::Autoencoder;
use crate::arm::{INVERSE_LONG, INVERSE_LONG_RECTIFIED, SOUND};

/// Networks that are filmed: all have the same number of steps.
const FILMED: [&str; 6] = [
    SOUND,
    "truncated",
    "dropout-last",
    INVERSE_LONG_RECTIFIED,
    INVERSE_LONG,
    "small",
];

/// A frame a look.
pub(super) fn animation(outcomes: &Outcomes<Autoencoder>) -> Option<Animation> {
    let looks = &outcomes.get(SOUND, 0)?.outcome.looks;
    let animation = Animation::new("film", "The answer to a new circle during training")
        .caption(
            "Seed 0. Answers cut to 0..100; those of 1 / D are stretched from their smallest \
             number (black) to their largest (white).",
        )
        .frame_ms(700);
    let frames: Option<Vec<Figure>> = looks
        .iter()
        .enumerate()
        .map(|(index, look)| frame(outcomes, index, look.done))
        .collect();
    Some(frames?.into_iter().fold(animation, Animation::frame))
}

fn frame(outcomes: &Outcomes<Autoencoder>, index: usize, done: u64) -> Option<Figure> {
    let size = outcomes.config().size();
    let input = at(array(outcomes, SOUND, "input")?, 0);
    let mut images = Images::new("", 4).with(squeezed("input", &input, size));
    for arm in FILMED {
        // A network that diverged is not shown at all.
        let Some(film) = array(outcomes, arm, "film") else {
            continue;
        };
        let answer = at(film, index);
        let mut picture = if arm == INVERSE_LONG || arm == INVERSE_LONG_RECTIFIED {
            raw("", &answer, size)
        } else {
            squeezed("", &answer, size)
        };
        // The numbers of a label would make frames of different heights.
        picture.label = label(outcomes, arm);
        images = images.with(picture);
    }
    Some(Figure::new("", format!("After {done} steps")).panel(images))
}
