//! What RReLU drew.

use retrace_figure::{Axis, Chart, Figure, Line, Marker, Points, Rule};
use retrace_lab::Outcomes;

use crate::Rrelu;
use crate::arm::{Function, Norm};
use crate::outcome::DrawnSlopes;

/// The slopes of the first steps, and how often which were drawn.
pub(super) fn figure(outcomes: &Outcomes<Rrelu>) -> Figure {
    let figure = Figure::new(
        "drawn-slopes",
        "The negative slopes that each reading of RReLU drew",
    )
    .columns(2)
    .shared_legend()
    .caption(
        "Left: a slope of the first hidden layer in each of the first steps of seed 0, the layer's \
         or that of one unit for one image; dashed, the slope in evaluation. Right: how often \
         slopes were drawn, all seeds together, in twenty bins of equal width for each reading. \
         Above 1 a negative input grows. The paper's slopes 1/a are not uniform: small ones are \
         drawn more often.",
    );
    figure.panel(by_step(outcomes)).panel(shares(outcomes))
}

fn by_step(outcomes: &Outcomes<Rrelu>) -> Chart {
    let chart = Chart::new("Step by step", "step", Axis::new("negative slope").log());
    Function::READINGS.iter().fold(chart, |chart, reading| {
        let Some(drawn) = slopes_of(outcomes, *reading).first().copied() else {
            return chart;
        };
        let steps: Vec<f64> = (0..drawn.first.len()).map(|step| step as f64).collect();
        let slopes = Points::new(reading.label(), steps, drawn.first.clone());
        let test = Rule::at_y("", drawn.test).colour(reading.colour());
        chart
            .with(test)
            .with(slopes.colour(reading.colour()).marker(marker(*reading)))
    })
}

fn marker(reading: Function) -> Marker {
    match reading {
        Function::RreluAsWritten => Marker::Circle,
        Function::RreluLayer => Marker::Triangle,
        _ => Marker::Square,
    }
}

fn shares(outcomes: &Outcomes<Rrelu>) -> Chart {
    let x = Axis::new("negative slope").log();
    let chart = Chart::new("How often", x, "share of draws in the bin (0-1)");
    Function::READINGS.iter().fold(chart, |chart, reading| {
        let drawn = slopes_of(outcomes, *reading);
        let Some((x, y)) = stairs(&drawn) else {
            return chart;
        };
        let line = Line::new(reading.label(), x, y).stepped();
        chart.with(line.colour(reading.colour()))
    })
}

/// Ends of the bins and the shares between them, all seeds together.
fn stairs(drawn: &[&DrawnSlopes]) -> Option<(Vec<f64>, Vec<f64>)> {
    let (least, most) = drawn.first()?.bounds;
    let bins = drawn.first()?.counts.len();
    let count = |bin: usize| drawn.iter().map(|seed| seed.counts[bin]).sum::<u64>() as f64;
    let all: f64 = (0..bins).map(count).sum();
    let end = |bin: usize| least + (most - least) * bin as f64 / bins as f64;
    // A stair holds up to the next place; the last one ends at 0.
    let shares = (0..bins).map(|bin| count(bin) / all).chain([0.0]);
    Some(((0..=bins).map(end).collect(), shares.collect()))
}

fn slopes_of(outcomes: &Outcomes<Rrelu>, reading: Function) -> Vec<&DrawnSlopes> {
    outcomes
        .arms()
        .iter()
        .filter(|arm| arm.name == Norm::Plain.arm_of(reading))
        .flat_map(|arm| outcomes.of(&arm.name))
        .filter_map(|cell| cell.outcome.drawn.as_ref())
        .collect()
}
