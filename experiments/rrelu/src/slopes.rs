//! The slopes that RReLU drew in a training, drawn once more.
//!
//! The device's generator is seeded before each step from (seed, arm, step), and a step draws
//! nothing but slopes, the first hidden layer's first. So what a layer drew in any step can be
//! found out afterwards, without a note of it.

use burn::tensor::Tensor;
use retrace_core::activation::{Draw, Rrelu, RreluConfig};
use retrace_lab::{Cell, random};

use crate::outcome::DrawnSlopes;

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
fn slopes_of(cell: &Cell<'_>, layer: &Rrelu, shape: [usize; 2], step: u64) -> Vec<f64> {
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
