//! **What slopes did each reading of RReLU draw?** They are drawn once more after the training.
//!
//! The device's generator is seeded before each step from (seed, arm, step), and a step draws
//! nothing but slopes, the first hidden layer's first. So what a layer drew in any step can be
//! found out afterwards, without a note of it.

use burn::tensor::Tensor;
use retrace_core::activation::{Draw, Rrelu as Layer, RreluConfig};
use retrace_figure::{Axis, Chart, Figure, Line, Marker, Points, Rule};
use retrace_lab::{Cell, Drawing, Reported, Result, Results, random};
use serde::{Deserialize, Serialize};

use crate::Rrelu;
use crate::arm::{Function, Norm, RRELU, RRELU_AS_WRITTEN, RRELU_LAYER};
use crate::training::Trainings;

/// What RReLU drew in the training on all images.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnSlopes {
    /// The slope in evaluation.
    pub test: f64,
    /// Mean of the slopes counted below.
    pub mean: f64,
    /// A slope of the first hidden layer in each of the first steps: the layer's, or that of the
    /// first unit for the first image.
    pub first: Vec<f64>,
    /// Smallest and largest slope that can be drawn: the ends of the bins.
    pub bounds: (f64, f64),
    /// Slopes of the first hidden layer, counted in bins of equal width: the layer's of all steps,
    /// or those of all units and images in the first step.
    pub counts: Vec<u64>,
}

/// Bins between the smallest and the largest slope.
const BINS: usize = 20;
/// Steps whose slope is listed.
const LISTED: u64 = 60;

/// What the first hidden layer, `shape` images by units, drew in a training of `steps` steps.
pub fn drawn(cell: &Cell<'_>, config: RreluConfig, shape: [usize; 2], steps: u64) -> DrawnSlopes {
    let layer = config.init();
    let first_of = |step| slopes_of(cell, &layer, shape, step)[0];
    let first = (0..steps.min(LISTED)).map(first_of).collect();
    let counted: Vec<f64> = match config.draw {
        Draw::Layer => (0..steps).map(first_of).collect(),
        Draw::Element | Draw::Channel => slopes_of(cell, &layer, shape, 0),
    };
    let bounds = config.slopes.bounds();
    DrawnSlopes {
        test: config.test_slope(),
        mean: counted.iter().sum::<f64>() / counted.len() as f64,
        first,
        bounds,
        counts: counts(&counted, bounds),
    }
}

/// The slopes of one step.
fn slopes_of(cell: &Cell<'_>, layer: &Layer, shape: [usize; 2], step: u64) -> Vec<f64> {
    let device = cell.device().clone().autodiff();
    let input = Tensor::<2>::zeros(shape, &device);
    device.seed(random::device_seed(cell.seed(), &cell.arm().name, step));
    let (_, slopes) = layer.forward_with_slopes(input);
    slopes.into_data().iter::<f64>().collect()
}

fn counts(slopes: &[f64], (least, most): (f64, f64)) -> Vec<u64> {
    let mut counts = vec![0; BINS];
    for slope in slopes {
        let bin = (slope - least) / (most - least) * BINS as f64;
        counts[(bin.max(0.0) as usize).min(BINS - 1)] += 1;
    }
    counts
}

/// The slopes of the first steps, and how often which were drawn.
pub(crate) fn figures(results: &Results<Rrelu>) -> Result<Vec<Drawing>> {
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
    let figure = figure.panel(by_step(results)).panel(shares(results));
    Ok(vec![figure.into()])
}

fn by_step(results: &Results<Rrelu>) -> Chart {
    let chart = Chart::new("Step by step", "step", Axis::new("negative slope").log());
    Function::readings().fold(chart, |chart, reading| {
        let first = results.of::<Trainings>().get(&Norm::Plain.of(reading), 0);
        let Some(drawn) = first.and_then(|cell| cell.outcome.drawn.as_ref()) else {
            return chart;
        };
        let steps: Vec<f64> = (0..drawn.first.len()).map(|step| step as f64).collect();
        let slopes = Points::new(reading.label, steps, drawn.first.clone());
        let test = Rule::at_y("", drawn.test).colour(reading.colour());
        chart
            .with(test)
            .with(slopes.colour(reading.colour()).marker(marker(reading)))
    })
}

fn marker(reading: Function) -> Marker {
    match reading.name {
        name if name == RRELU_AS_WRITTEN.name => Marker::Circle,
        name if name == RRELU_LAYER.name => Marker::Triangle,
        _ => Marker::Square,
    }
}

fn shares(results: &Results<Rrelu>) -> Chart {
    let x = Axis::new("negative slope").log();
    let chart = Chart::new("How often", x, "share of draws in the bin (0-1)");
    Function::readings().fold(chart, |chart, reading| {
        let drawn = drawn_by(results, reading);
        let Some((x, y)) = stairs(&drawn) else {
            return chart;
        };
        let line = Line::new(reading.label, x, y).stepped();
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

fn drawn_by(results: &Results<Rrelu>, reading: Function) -> Vec<&DrawnSlopes> {
    let cells = results.of::<Trainings>().cells().iter();
    let own = cells.filter(|cell| cell.arm == Norm::Plain.of(reading));
    own.filter_map(|cell| cell.outcome.drawn.as_ref()).collect()
}

/// The means of the slopes drawn in training, beside those at test, which stand for them.
pub fn reported(results: &Results<Rrelu>) -> impl Iterator<Item = Reported> {
    let rows = [
        (RRELU_AS_WRITTEN, crate::POST, "5.5"),
        (RRELU, "Xu et al. 2015", "1/5.5 = 0.1818"),
    ];
    let row = |(reading, source, at_test): (Function, &str, &str)| {
        let drawn = results
            .of::<Trainings>()
            .values(&Norm::Plain.of(reading), |outcome| {
                Some(outcome.drawn.as_ref()?.mean)
            });
        let quantity = format!(
            "slope at test, and the mean of those drawn: {}",
            reading.label
        );
        Reported::mean(quantity, source, at_test, &drawn)
    };
    rows.map(row).into_iter().flatten()
}
