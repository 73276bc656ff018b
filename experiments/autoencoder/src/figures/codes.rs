//! The squeezed network: error against the size of the code.

use retrace_figure::{Axis, Band, Chart, Colour, Figure, Images, Line, Marker, Rule};
use retrace_lab::{Outcomes, statistics};

use super::style::{LEFT, array, at, interval, squeezed};
use crate::Autoencoder;
use crate::arm::{SOUND, coded};

/// The curve.
pub(super) fn curve(outcomes: &Outcomes<Autoencoder>) -> Figure {
    let codes = &outcomes.config().codes;
    let left = |arm: &str| outcomes.values(arm, |outcome| Some(outcome.left()));
    let values: Vec<Vec<f64>> = codes.iter().map(|size| left(&coded(*size))).collect();
    let x: Vec<f64> = codes.iter().map(|size| *size as f64).collect();
    let intervals: Vec<(f64, f64)> = values.iter().map(|values| interval(values)).collect();
    let means: Vec<f64> = values
        .iter()
        .map(|values| statistics::mean(values))
        .collect();
    let six = statistics::mean(&left(SOUND));
    let ticks = codes.iter().map(|size| (*size as f64, size.to_string()));
    let x_axis = Axis::new("numbers in the code").log().ticks(ticks);
    let chart = Chart::new("", x_axis, Axis::new(LEFT))
        .with(
            Band::new("bottleneck", x.clone(), low(&intervals), high(&intervals))
                .colour(Colour::series(0)),
        )
        .with(Line::new("bottleneck", x, means).marker(Marker::Circle))
        .with(Rule::at_y("six layers", six).colour(Colour::series(1)));
    Figure::new(
        "codes",
        "Error on new circles against the size of the bottleneck's code",
    )
    .caption(
        "Error as a share of the best constant answer's; mean over seeds, the band its 95 % \
         interval. A circle of a known radius is two numbers.",
    )
    .panel(chart)
}

fn low(intervals: &[(f64, f64)]) -> Vec<f64> {
    intervals.iter().map(|(low, _)| low.max(0.0)).collect()
}

fn high(intervals: &[(f64, f64)]) -> Vec<f64> {
    intervals.iter().map(|(_, high)| *high).collect()
}

/// New circles through codes of different sizes.
pub(super) fn pictures(outcomes: &Outcomes<Autoencoder>) -> Option<Figure> {
    let size = outcomes.config().size();
    let input = array(outcomes, SOUND, "input")?;
    let shown = input.shape()[0];
    let codes = &outcomes.config().codes;
    let mut images = Images::new("", shown);
    for index in 0..shown {
        images = images.with(squeezed("input", &at(input, index), size));
    }
    for code in codes {
        let output = array(outcomes, &coded(*code), "output")?;
        for index in 0..shown {
            let label = format!("{code} numbers");
            images = images.with(squeezed(label, &at(output, index), size));
        }
    }
    let figure = Figure::new("code-pictures", "Circles through a code of so many numbers")
        .caption("Seed 0, new circles; answers cut to 0..100.")
        .panel(images);
    Some(figure)
}
