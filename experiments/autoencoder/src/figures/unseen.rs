//! What a network computes: one bright pixel, and shapes that it has never seen.

use retrace_figure::{Axis, BarSeries, Bars, Colour, ColourMap, Figure, Images, Picture};
use retrace_lab::{Outcomes, statistics};

use super::style::{LEFT, array, at, label, raw, squeezed};
use crate::Autoencoder;
use crate::arm::{INVERSE_LONG_RECTIFIED, SOUND, coded};
use crate::data::Unseen;

/// Networks that are asked.
fn arms(outcomes: &Outcomes<Autoencoder>) -> Vec<String> {
    let largest = outcomes.config().codes.last().map(|size| coded(*size));
    let named = [
        SOUND,
        "small",
        "dropout-between",
        "two-circles",
        INVERSE_LONG_RECTIFIED,
    ];
    named
        .iter()
        .map(|name| (*name).to_owned())
        .chain(largest)
        .collect()
}

/// The change of the answer by a bright pixel.
pub(super) fn pixel(outcomes: &Outcomes<Autoencoder>) -> Option<Figure> {
    let size = outcomes.config().size();
    let mut images = Images::new("", 3);
    for arm in arms(outcomes) {
        let Some(response) = array(outcomes, &arm, "response") else {
            continue;
        };
        let values = at(response, 0);
        let map = ColourMap::Diverging;
        let range = map.range_of(values.iter().map(|value| f64::from(*value)));
        let rgb = values.iter().flat_map(|value| {
            let colour = map.colour(f64::from(*value), range).unwrap_or(Colour::GREY);
            [colour.r, colour.g, colour.b]
        });
        let name = format!(
            "{}: -{:.1} to {:.1}",
            label(outcomes, &arm),
            range.1,
            range.1
        );
        images = images.with(Picture::rgb(
            name,
            size.width as u32,
            size.height as u32,
            rgb.collect(),
        ));
    }
    let figure = Figure::new("pixel", "What one white pixel in the middle changes in the answer")
        .caption(
            "Seed 0: the answer to black with one white pixel minus the answer to black. Red is \
             brighter, blue is darker, each picture with its own scale. A network that copies would \
             have one red pixel of 100 and nothing else.",
        );
    (!images.pictures.is_empty()).then(|| figure.panel(images))
}

/// Errors on shapes.
pub(super) fn bars(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let asked: Vec<String> = arms(outcomes)
        .into_iter()
        .filter(|arm| arm != INVERSE_LONG_RECTIFIED)
        .collect();
    let names = std::iter::once("the kind trained on").chain(Unseen::ALL.map(Unseen::label));
    let y = Axis::new(LEFT);
    let bars = asked
        .iter()
        .zip(0..)
        .fold(Bars::new("", names, y), |bars, (arm, index)| {
            let own = outcomes.values(arm, |outcome| Some(outcome.left()));
            let of = |kind: usize| {
                outcomes.values(arm, |outcome| {
                    outcome.end.as_ref()?.unseen.get(kind).copied()
                })
            };
            let values: Vec<Vec<f64>> = std::iter::once(own)
                .chain((0..Unseen::ALL.len()).map(of))
                .collect();
            let means: Vec<f64> = values
                .iter()
                .map(|values| statistics::mean(values))
                .collect();
            let series = BarSeries::new(label(outcomes, arm), means);
            bars.series(series.colour(Colour::series(index)).points(values))
        });
    Figure::new("unseen", "Error on pictures that no network was trained on")
        .caption(
            "Error as a share of the best constant answer's: a network that copies would have 0 \
             everywhere. Mean over seeds, a dot a seed.",
        )
        .panel_sized(bars, 900, 420)
}

/// Shapes and what the networks make of them.
pub(super) fn pictures(outcomes: &Outcomes<Autoencoder>) -> Option<Figure> {
    let size = outcomes.config().size();
    let input = array(outcomes, SOUND, "unseen-input")?;
    let kinds = Unseen::ALL.len();
    let mut figure = Figure::new("unseen-pictures", "Shapes that no network was trained on")
        .columns(1)
        .caption(
            "Seed 0, one of each kind; answers cut to 0..100, and for 1 / D stretched from their \
             smallest to their largest number.",
        )
        .panel(
            (0..kinds).fold(Images::new("input", kinds), |images, kind| {
                images.with(squeezed(Unseen::ALL[kind].label(), &at(input, kind), size))
            }),
        );
    for arm in arms(outcomes) {
        let Some(output) = array(outcomes, &arm, "unseen-output") else {
            continue;
        };
        let picture = |kind: usize| {
            let values = at(output, kind);
            if arm == INVERSE_LONG_RECTIFIED {
                raw("", &values, size)
            } else {
                squeezed("", &values, size)
            }
        };
        let images = (0..kinds).map(picture);
        figure = figure.panel(images.fold(Images::new(label(outcomes, &arm), kinds), Images::with));
    }
    Some(figure)
}
