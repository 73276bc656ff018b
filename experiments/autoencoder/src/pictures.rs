//! **What do the networks see, and what do they answer while they train?** The post's first figure,
//! and its animation. How the arrays of a cell become pictures stands here for all figures.

use ndarray::{ArrayD, Axis};
use retrace_figure::{Animation, Colour, ColourMap, Figure, Images, Picture};
use retrace_lab::{Arm, Drawing, Outcomes, Result};

use crate::All;
use crate::arm::{self, BASELINE, DROPOUT_LAST, INVERSE, INVERSE_RELU, SCENES, SMALL, Variant};
use crate::config::Size;
use crate::data::{Circles, Examples};
use crate::initial::Initial;
use crate::loss::WHITE;
use crate::score::{range, stretched};
use crate::training::Training;

/// Circles in a column.
const COLUMN: usize = 5;

/// Networks that are filmed: all have the same number of steps.
const FILMED: [arm::Arm; 6] = [
    BASELINE,
    arm::Arm::Variant(Variant::Initial(Initial::Truncated)),
    DROPOUT_LAST,
    INVERSE_RELU,
    INVERSE,
    SMALL,
];

/// What the networks see, and the film of their answers.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let film = film(results).map(Drawing::from);
    Ok([what_they_see(results).into()]
        .into_iter()
        .chain(film)
        .collect())
}

/// Circles one above the other, two circles, scenes.
fn what_they_see(results: &All) -> Figure {
    let size = results.config().size();
    let figure = Figure::new("pictures", "What the networks see")
        .columns(3)
        .caption(
            "A column of circles as in the post, white on black and cut off at the border; a grey \
             and a white circle; scenes, as L of Lab.",
        )
        .panel(drawn(results, "One circle", Circles::ONE))
        .panel(drawn(results, "Two circles", Circles::TWO));
    match of_training(results, SCENES, "input") {
        Some(scenes) => figure.panel(row(Images::new("Scenes", 1), scenes, |values| {
            clipped("", values, size)
        })),
        None => figure,
    }
}

fn drawn(results: &All, title: &str, levels: &'static [f64]) -> Images {
    let size = results.config().size();
    let circles = Circles {
        seed: 0,
        purpose: "training circles",
        count: COLUMN,
        size,
        radius: results.config().radius_pixels(),
        levels,
    };
    let picture = |number| clipped("", &circles.example(number).input, size);
    (0..COLUMN)
        .map(picture)
        .fold(Images::new(title, 1), Images::with)
}

/// The answer to one circle, one frame per snapshot.
fn film(results: &All) -> Option<Animation> {
    let snapshots = &results
        .of::<Training>()
        .get(&BASELINE, 0)?
        .outcome
        .history
        .snapshots;
    let animation = Animation::new("film", "The answer to a new circle during training")
        .caption(
            "Seed 0. Answers cut to 0..100; those of 1 / D are stretched from their smallest \
             number (black) to their largest (white).",
        )
        .frame_ms(700);
    let frames = snapshots.iter().enumerate();
    let frames = frames.map(|(index, snapshot)| frame(results, index, snapshot.done));
    let frames: Option<Vec<Figure>> = frames.collect();
    Some(frames?.into_iter().fold(animation, Animation::frame))
}

fn frame(results: &All, index: usize, done: u64) -> Option<Figure> {
    let size = results.config().size();
    let input = at(of_training(results, BASELINE, "input")?, 0);
    let mut images = Images::new("", 4).with(clipped("input", &input, size));
    for arm in FILMED {
        // A network that diverged is not shown at all.
        let Some(film) = of_training(results, arm, "film") else {
            continue;
        };
        // Without the numbers of `raw`, which would make frames of different heights.
        let answer = at(film, index);
        let answer = match arm == INVERSE || arm == INVERSE_RELU {
            true => stretched(&answer),
            false => answer,
        };
        images = images.with(clipped(arm.label(), &answer, size));
    }
    Some(Figure::new("", format!("After {done} steps")).panel(images))
}

/// An array of seed 0 of an arm.
pub fn array<'a, A: Arm, O>(
    outcomes: &'a Outcomes<A, O>,
    arm: &A,
    name: &str,
) -> Option<&'a ArrayD<f32>> {
    outcomes.get(arm, 0)?.arrays.get(name).ok()
}

/// An array of seed 0 of a network from L to L.
pub fn of_training<'a>(results: &'a All, arm: arm::Arm, name: &str) -> Option<&'a ArrayD<f32>> {
    array(results.of::<Training>(), &arm, name)
}

/// The numbers at one place of the first axis.
pub fn at(array: &ArrayD<f32>, index: usize) -> Vec<f32> {
    array.index_axis(Axis(0), index).iter().copied().collect()
}

/// A picture for each place of the first axis.
pub fn row(images: Images, array: &ArrayD<f32>, picture: impl Fn(&[f32]) -> Picture) -> Images {
    let pictures = (0..array.shape()[0]).map(|index| picture(&at(array, index)));
    pictures.fold(images, Images::with)
}

/// A picture of L, cut to 0..100.
pub fn clipped(label: impl Into<String>, values: &[f32], size: Size) -> Picture {
    let bytes = grey_levels(values);
    Picture::grey(label, size.width as u32, size.height as u32, bytes)
}

/// Grey levels of L, cut to 0..100.
pub fn grey_levels(values: &[f32]) -> Vec<u8> {
    let byte = |value: &f32| (value.clamp(0.0, WHITE as f32) * 2.55).round() as u8;
    values.iter().map(byte).collect()
}

/// A picture from its smallest number, black, to its largest, white; both in the label.
pub fn raw(label: &str, values: &[f32], size: Size) -> Picture {
    let (low, high) = range(values);
    let label = format!("{label} {} to {}", short(low.into()), short(high.into()));
    clipped(label, &stretched(values), size)
}

/// Three digits, without an exponent for the sizes of everyday.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 1e5 => format!("{value:.1e}"),
        size if size >= 10.0 || size == 0.0 => format!("{value:.0}"),
        _ => format!("{value:.1}"),
    }
}

/// A picture of numbers of both signs, red above zero and blue below, up to `largest` in size.
pub fn signed(label: impl Into<String>, values: &[f32], size: Size, range: (f64, f64)) -> Picture {
    let rgb = values.iter().flat_map(|value| {
        let colour = ColourMap::Diverging.colour(f64::from(*value), range);
        let colour = colour.unwrap_or(Colour::GREY);
        [colour.r, colour.g, colour.b]
    });
    Picture::rgb(label, size.width as u32, size.height as u32, rgb.collect())
}

/// The range of [`signed`] that holds all of these numbers, zero in its middle.
pub fn signed_range<'a>(values: impl IntoIterator<Item = &'a f32>) -> (f64, f64) {
    ColourMap::Diverging.range_of(values.into_iter().map(|value| f64::from(*value)))
}
