//! **What does training do to weights and biases?** The kernels of the first layer, and how the
//! numbers of every layer spread, before and after.

use ndarray::{ArrayD, IxDyn};
use retrace_figure::{Axis, Chart, ColourMap, Dash, Figure, Line};
use retrace_lab::{Cell, Drawing, Error, Finished, Result, Results, Single};
use serde::{Deserialize, Serialize};

use crate::Debugging;
use crate::drawing::{PAIR, grouped, pictures};
use crate::hand::Weights;
use crate::training::{Trained, Training};

/// Bins of a histogram.
const BINS: usize = 40;
/// Parameters of a bin that has none, as it is drawn: a logarithmic axis has no zero.
const EMPTY: f64 = 0.5;
/// Kernels side by side.
const COLUMNS: usize = 8;

/// How numbers spread: counted in bins of equal width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Whose: `conv1.weight`.
    pub name: String,
    /// The ends of the bins.
    pub bounds: (f64, f64),
    /// Before the training.
    pub before: Vec<u64>,
    /// After the training.
    pub after: Vec<u64>,
}

/// Keeps kernels and biases of both convolutions as arrays: `kernels` and `biases` of conv1,
/// `conv2-kernels` and `conv2-biases`, with `suffix` behind the name.
pub(crate) fn keep(cell: &mut Cell, weights: &Weights, suffix: &str) -> Result<()> {
    let [(kernels1, biases1), (kernels2, biases2)] = &weights.convolutions;
    let side = kernels1.side;
    let (first, second) = (kernels1.outputs, kernels2.outputs);
    let arrays: [(&str, &[f64], &[usize]); 4] = [
        ("kernels", &kernels1.values, &[first, side, side]),
        ("biases", biases1, &[first]),
        (
            "conv2-kernels",
            &kernels2.values,
            &[second, first, side, side],
        ),
        ("conv2-biases", biases2, &[second]),
    ];
    for (name, values, shape) in arrays {
        // They were of 32 bits before they were read off the network.
        let values = values.iter().map(|value| *value as f32).collect();
        let array = ArrayD::from_shape_vec(IxDyn(shape), values);
        let array = array.map_err(|error| Error::Other(error.into()))?;
        cell.keep_array(format!("{name}{suffix}"), array);
    }
    Ok(())
}

/// A histogram for each list of weights and biases, nearest to the input first.
pub(crate) fn histograms(before: &Weights, after: &Weights) -> Vec<Histogram> {
    let pairs = before.by_name().into_iter().zip(after.by_name());
    pairs
        .map(|((name, before), (_, after))| histogram(name, before, after))
        .collect()
}

fn histogram(name: &str, before: &[f64], after: &[f64]) -> Histogram {
    let sizes = before.iter().chain(after).map(|weight| weight.abs());
    let reach = sizes.fold(f64::MIN_POSITIVE, f64::max);
    let bounds = (-reach, reach);
    Histogram {
        name: name.to_owned(),
        bounds,
        before: counts(before, bounds),
        after: counts(after, bounds),
    }
}

fn counts(values: &[f64], (least, most): (f64, f64)) -> Vec<u64> {
    let mut counts = vec![0; BINS];
    for value in values {
        let bin = (value - least) / (most - least) * BINS as f64;
        counts[(bin.max(0.0) as usize).min(BINS - 1)] += 1;
    }
    counts
}

/// Kernels and histograms of seed 0.
pub(crate) fn figures(results: &Results<Debugging>) -> Result<Vec<Drawing>> {
    let steps = results.config().steps;
    match results.of::<Training>().of_seed(0).next() {
        Some(first) => Ok(vec![
            all_kernels(first, steps)?.into(),
            all_histograms(&first.outcome, steps).into(),
        ]),
        None => Ok(Vec::new()),
    }
}

fn all_kernels(first: &Finished<Single, Trained>, steps: u64) -> Result<Figure> {
    let title = format!("The 32 kernels of conv1, before training and after {steps} steps");
    let panel = |name, title| {
        let kernels = first.arrays.get(name)?;
        Ok::<_, Error>(pictures(title, kernels, ColourMap::Diverging, COLUMNS).scale(14))
    };
    let figure = Figure::new("kernels", title)
        .columns(2)
        .caption(
            "Seed 0. Weights below zero are blue, above it red; the scale of each panel is in its \
             title.",
        )
        .panel(panel("kernels-before", "before training")?)
        .panel(panel("kernels", "after training")?);
    Ok(figure)
}

fn all_histograms(trained: &Trained, steps: u64) -> Figure {
    let title = format!("Weights and biases, before training and after {steps} steps");
    let figure = Figure::new("weights", title)
        .columns(2)
        .shared_legend()
        .caption(
            "Seed 0. Share of the parameters in each of 40 bins; the number of parameters is in \
             the title of each panel. A bin without any stands on the axis, at half a parameter. \
             All biases are zero before training, so they fill one bin.",
        );
    let panels = trained.histograms.iter().map(chart);
    panels.fold(figure, |figure, chart| figure.panel_sized(chart, 440, 230))
}

fn chart(histogram: &Histogram) -> Chart {
    let total: u64 = histogram.after.iter().sum();
    let (before, after) = (shares(&histogram.before), shares(&histogram.after));
    let most = before.iter().chain(&after).copied().fold(0.0, f64::max);
    let axis = Axis::new("share of parameters (%)")
        .log()
        .range(100.0 * EMPTY / total as f64, 1.3 * most);
    let before = stairs("before training", before, histogram.bounds);
    let after = stairs("after training", after, histogram.bounds);
    let title = format!("{} ({})", histogram.name, grouped(total));
    Chart::new(title, "value", axis)
        .with(before.colour(PAIR[0]).dash(Dash::Dashed))
        .with(after.colour(PAIR[1]))
}

/// The share of each bin, in per cent.
fn shares(counts: &[u64]) -> Vec<f64> {
    let total: u64 = counts.iter().sum();
    let share = |count: &u64| 100.0 * (*count as f64).max(EMPTY) / total as f64;
    counts.iter().map(share).collect()
}

fn stairs(label: &str, mut y: Vec<f64>, (least, most): (f64, f64)) -> Line {
    let bins = y.len();
    let width = (most - least) / bins as f64;
    let x: Vec<f64> = (0..=bins).map(|at| least + width * at as f64).collect();
    y.extend(y.last().copied());
    Line::new(label, x, y).stepped()
}
