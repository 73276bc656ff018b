//! One picture over temperatures, and the chroma of all of them.

use retrace_figure::{Axis, Band, Chart, Figure, Images, Line, Marker};
use retrace_lab::{Outcomes, statistics};

use super::style::{kept, of_colours, of_truth, truths};
use crate::Colorization;
use crate::arm::{AS_DESCRIBED, AS_WRITTEN, NEAREST_FIVE, Setup, UNWEIGHTED};
use crate::evaluation::TEMPERATURES;

/// Pictures above, curves below.
pub(super) fn figure(outcomes: &Outcomes<Colorization>) -> Option<Figure> {
    let figure = Figure::new(
        "temperatures",
        "From the most probable colour to the mean of all: the temperature",
    )
    .caption(
        "Above: a test picture at temperatures from 0.01 (the bin with the largest probability) to \
         1 (the mean over all bins), as described, seed 0. Below: mean chroma of all test pictures \
         over that of the true colours; mean over seeds, the band from the smallest to the \
         largest.",
    );
    let cell = outcomes.get(AS_DESCRIBED.name, 0)?;
    let lab = truths(outcomes, AS_DESCRIBED)?.into_iter().next()?;
    let mut images = Images::new("", TEMPERATURES.len() + 1);
    for (temperature, colours) in TEMPERATURES.iter().zip(&kept(cell, "temperatures")?) {
        images = images.with(of_colours(format!("T = {temperature}"), &lab, colours));
    }
    let images = images.with(of_truth("true", &lab));
    Some(figure.panel(images).panel_sized(chart(outcomes), 900, 340))
}

fn chart(outcomes: &Outcomes<Colorization>) -> Chart {
    let x = Axis::new("temperature").log();
    let x = x.ticks(TEMPERATURES.map(|t| (t, t.to_string())));
    let chart = Chart::new("", x, "mean chroma / true chroma");
    let setups = [AS_DESCRIBED, UNWEIGHTED, NEAREST_FIVE, AS_WRITTEN];
    setups
        .into_iter()
        .fold(chart, |chart, setup| with_curve(chart, outcomes, setup))
}

fn with_curve(chart: Chart, outcomes: &Outcomes<Colorization>, setup: Setup) -> Chart {
    let values = |index: usize| {
        outcomes.values(setup.name, |outcome| {
            outcome.end()?.temperatures.get(index)?.chroma_ratio
        })
    };
    let each = |f: fn(&[f64]) -> f64| {
        let all = 0..TEMPERATURES.len();
        all.map(|index| f(&values(index))).collect::<Vec<f64>>()
    };
    let low = each(|values| statistics::quantile(values, 0.0));
    let high = each(|values| statistics::quantile(values, 1.0));
    let band = Band::new(setup.label, TEMPERATURES, low, high);
    let line = Line::new(setup.label, TEMPERATURES, each(statistics::mean));
    chart
        .with(band.colour(setup.colour()).opacity(0.12))
        .with(line.colour(setup.colour()).marker(Marker::Circle))
}
