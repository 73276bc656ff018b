//! The author's verdict, a ranking, beside the rankings of each seed.

use retrace_figure::{Axis, Chart, Colour, Figure, Line, Marker, Points, Span};
use retrace_lab::{Outcomes, statistics};

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::ranking::{group, places};

/// Half the distance between a network's two rows.
const APART: f64 = 0.17;

/// One panel for each reading of RReLU.
pub(super) fn figure(outcomes: &Outcomes<Rrelu>) -> Figure {
    let figure = Figure::new(
        "ranking",
        "Place of each activation function, by the reading of RReLU",
    )
    .shared_legend()
    .caption(
        "Place by accuracy on the test images among six networks, once for each reading of RReLU. \
         Large marks: mean over seeds; small ones: each seed; bars from the best place to the \
         worst. Black: the post's words, ReLU best with batch normalisation and nearly best \
         without, RReLU among the worst (the shaded places).",
    );
    Function::READINGS.iter().fold(figure, |figure, reading| {
        figure.panel_sized(panel(outcomes, *reading), 640, 310)
    })
}

fn panel(outcomes: &Outcomes<Rrelu>, reading: Function) -> Chart {
    let group = group(reading);
    let count = group.len() as f64;
    let rows = (1..).map(f64::from).zip(&group);
    let names = rows.map(|(row, function)| (count - row, function.label()));
    let places_axis = Axis::new("place, 1 is the best")
        .range(0.5, count + 0.5)
        .ticks((1..=group.len()).map(|place| (place as f64, place.to_string())));
    let names_axis = Axis::new("").range(-0.6, count - 0.4).ticks(names);
    let worst = Span::x("among the worst", count - 1.5, count + 0.5);
    let chart = Chart::new(reading.label(), places_axis, names_axis).with(worst);
    let chart = Norm::BOTH.iter().fold(chart, |chart, norm| {
        with_places(outcomes, chart, *norm, &group)
    });
    verdicts(&group)
        .into_iter()
        .fold(chart, |chart, (place, row)| {
            let diamond = Points::new("the post", [place], [row]).marker(Marker::Diamond);
            chart.with(diamond.colour(Colour::BLACK).radius(4.5))
        })
}

/// The post's places: (place, row).
fn verdicts(group: &[Function]) -> Vec<(f64, f64)> {
    let count = group.len() as f64;
    let row = |wanted: fn(&Function) -> bool| {
        let index = group.iter().position(wanted);
        index.map(|index| count - 1.0 - index as f64)
    };
    let relu = row(|function| *function == Function::Relu);
    let rrelu = row(|function| Function::READINGS.contains(function));
    let mut verdicts = Vec::new();
    verdicts.extend(relu.map(|row| (1.0, row - APART)));
    verdicts.extend(relu.map(|row| (2.0, row + APART)));
    verdicts.extend(rrelu.map(|row| (count - 0.5, row - APART)));
    verdicts.extend(rrelu.map(|row| (count - 0.5, row + APART)));
    verdicts
}

fn with_places(outcomes: &Outcomes<Rrelu>, chart: Chart, norm: Norm, group: &[Function]) -> Chart {
    let (shift, marker, label) = match norm {
        Norm::Plain => (APART, Marker::Circle, "without batch normalisation"),
        Norm::Batch => (-APART, Marker::Square, "with batch normalisation"),
    };
    let seeds = places(outcomes, norm, group);
    // The legend's sample: the marks themselves have the colours of their functions.
    let sample = Points::new(label, [], [])
        .marker(marker)
        .colour(Colour::GREY);
    let chart = chart.with(sample);
    let rows = (0..group.len()).rev().map(|row| row as f64 + shift);
    rows.zip(group)
        .enumerate()
        .fold(chart, |chart, (index, (row, function))| {
            let own: Vec<f64> = seeds.iter().map(|places| places[index]).collect();
            let ends = [0.0, 1.0].map(|q| statistics::quantile(&own, q));
            let colour = function.colour();
            let seeds = Points::new("", own.clone(), vec![row; own.len()]);
            let mean = Points::new("", [statistics::mean(&own)], [row]);
            chart
                .with(Line::new("", ends, [row; 2]).colour(colour))
                .with(seeds.colour(colour).marker(marker).radius(3.0).opacity(0.5))
                .with(mean.colour(colour).marker(marker).radius(6.5))
        })
}
