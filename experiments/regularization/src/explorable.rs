//! What the page of a run lets its reader try: the run's own points and initial weights, trained in
//! the page with points, outliers and penalties of his own.

use retrace_lab::{Explorable, Result, Results};
use serde::Serialize;

use crate::Regularization;
use crate::config::Config;
use crate::lines::of_seed;
use crate::penalties::Method;
use crate::points::Samples;
use crate::training::{Steps, Trainings};

/// What the page works on.
#[derive(Serialize)]
struct Data<'a> {
    samples: &'a Samples,
    config: Settings,
    /// Weights of the network before training, layer after layer.
    weights: Vec<f32>,
}

/// The settings that the page has as well.
#[derive(Serialize)]
struct Settings {
    sizes: Vec<usize>,
    lambda: f64,
    share: f64,
    rate: f64,
    epochs: u64,
    near_zero: f64,
    threshold: f64,
    tolerance: f64,
    noise: f64,
}

impl Settings {
    fn of(config: &Config) -> Self {
        Self {
            sizes: config.sizes(),
            lambda: config.lambda,
            share: config.l1_share,
            rate: config.learning_rate,
            epochs: config.epochs,
            near_zero: config.near_zero,
            threshold: config.pruning_threshold,
            tolerance: config.pruning_tolerance,
            noise: config.noise,
        }
    }
}

/// Epochs after which the page must stand where the run stood. Later, 32 and 64 bits part: where an
/// error changes its sign, the next step turns round.
const COMPARED: [usize; 3] = [0, 1, 3];
/// Largest difference then, as a share.
const ROUNDING: f64 = 1e-3;

/// Of seed 0; nothing for networks and points that a page cannot show.
pub(crate) fn explorable(results: &Results<Regularization>) -> Result<Option<Explorable>> {
    let config = results.config();
    let trainings = results.of::<Trainings>();
    let first = trainings.get(&Steps::Author.with(Method::L1), 0);
    let (Some(lines), Some(cell)) = (of_seed(results, 0), first) else {
        return Ok(None);
    };
    let samples = &lines.samples;
    let is_small = config.hidden.iter().all(|units| *units <= 16) && config.hidden.len() <= 4;
    if !is_small || samples.points.len() > 100 {
        return Ok(None);
    }
    let frames = cell.arrays.get("weights")?;
    let Some(start) = frames.outer_iter().next() else {
        return Ok(None);
    };
    let mut explorable = Explorable::of(Data {
        samples,
        config: Settings::of(config),
        weights: start.iter().copied().collect(),
    })?;
    let epoch = samples.train().len();
    for method in Method::ALL {
        let Some(cell) = trainings.get(&Steps::Author.with(method), 0) else {
            continue;
        };
        for epochs in COMPARED {
            let Some(line) = cell.outcome.lines.get(epochs) else {
                continue;
            };
            let steps = (epochs * epoch).to_string();
            let readings = [
                ("slope", line.slope),
                ("intercept", line.intercept),
                ("total", line.total_error(&samples.test())),
            ];
            let state = [("m", method.name()), ("n", &steps)];
            explorable = explorable.shows(&state, &readings, ROUNDING);
        }
    }
    Ok(Some(explorable))
}
