//! What the page of a run lets its reader try: functions with slopes of his own, the error on its way
//! back through the deep network, softmax.
//!
//! The page computes in its own script. Its network has weights, inputs and targets from a generator
//! that is a few lines in any language, so that the same network can be built here and measured by
//! [`depth::signal`]: that is what the page has to show.

use std::f64::consts::TAU;

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::MlpConfig;
use retrace_lab::{Error, Explorable, Result, Results, statistics};
use serde::Serialize;

use crate::Activations;
use crate::config::{ActivationsConfig, InitialWeights};
use crate::depth::{self, Signal};
use crate::networks::{ACTIVATIONS, Activation, Network, RELU, SIGMOID, at_places, lists};
use crate::softmax;

/// Examples in the page's batch: fewer than in the run's, so that the page answers at once.
const BATCH: usize = 32;
/// Weights of a network that a page can compute while a slider moves.
const MOST_WEIGHTS: usize = 250_000;
/// Seeds of the page's generator.
const WEIGHTS: u32 = 1;
const INPUTS: u32 = 2;
const TARGETS: u32 = 3;
/// Largest difference between the page, in 64 bits, and Burn, in 32, as a share.
const ROUNDING: f64 = 1e-4;

/// What the page works on.
#[derive(Serialize)]
struct Data {
    layers: usize,
    width: usize,
    batch: usize,
    seeds: u64,
    activations: Vec<Measured>,
}

/// What the run measured of one activation, powers of ten by layer.
#[derive(Serialize)]
struct Measured {
    name: &'static str,
    label: &'static str,
    xavier: Norms,
    he: Norms,
}

/// Norms of dE/dz and of dE/dW.
#[derive(Serialize)]
struct Norms {
    error: Spread,
    gradient: Spread,
}

/// Over the seeds of the run.
#[derive(Serialize)]
struct Spread {
    mean: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

/// The page's data and what it must show; nothing where a cell is missing, or for a network that is
/// too large for a page.
pub(crate) fn explorable(results: &Results<Activations>) -> Result<Option<Explorable>> {
    let has_cells = |one: &Activation| !lists(results, *one, |_| Vec::new()).is_empty();
    if !ACTIVATIONS.iter().all(has_cells) {
        return Ok(None);
    }
    let config = results.config();
    if config.layers * config.width.pow(2) > MOST_WEIGHTS {
        return Ok(None);
    }
    let data = Data {
        layers: config.layers,
        width: config.width,
        batch: BATCH,
        seeds: results.seeds(),
        activations: Vec::from(ACTIVATIONS.map(|one| measured(results, one))),
    };
    let mut explorable = Explorable::of(data)?;
    for (activation, weights) in [
        (SIGMOID, InitialWeights::Xavier),
        (RELU, InitialWeights::Xavier),
        (RELU, InitialWeights::He),
    ] {
        let signal = pages_signal(config, activation.config, weights)?;
        let state = [("f", activation.name), ("w", weights.name())];
        let lost = |norms: &[f64]| (norms[0] / norms[norms.len() - 1]).log10();
        let readings = [
            ("lost", lost(&signal.error_norm)),
            ("gradient", lost(&signal.gradient_norm)),
            ("zeros", statistics::mean(&signal.zero_share)),
        ];
        explorable = explorable.shows(&state, &readings, ROUNDING);
    }
    let temperatures = config.temperatures.iter().copied();
    let shown: Vec<f64> = temperatures.filter(|t| (0.05..=5.0).contains(t)).collect();
    for softmax in softmax::first_case_at(&shown, &Device::flex()) {
        let names = ["p1", "p2", "p3"];
        let readings: Vec<(&str, f64)> = names.into_iter().zip(softmax.probabilities).collect();
        let temperature = softmax.temperature.to_string();
        explorable = explorable.shows(&[("t", &temperature)], &readings, ROUNDING);
    }
    Ok(Some(explorable))
}

fn measured(results: &Results<Activations>, activation: Activation) -> Measured {
    let norms = |weights: InitialWeights| {
        let spread = |norms: fn(&Signal) -> &Vec<f64>| {
            let logs = |n: &Network| {
                let norms = norms(&n.started(weights).signal).iter();
                norms.map(|norm| norm.log10()).collect()
            };
            Spread::of(&at_places(
                &lists(results, activation, logs),
                results.config().layers,
            ))
        };
        Norms {
            error: spread(|signal| &signal.error_norm),
            gradient: spread(|signal| &signal.gradient_norm),
        }
    };
    Measured {
        name: activation.name,
        label: activation.label,
        xavier: norms(InitialWeights::Xavier),
        he: norms(InitialWeights::He),
    }
}

impl Spread {
    fn of(places: &[Vec<f64>]) -> Self {
        let each = |number: &dyn Fn(&[f64]) -> f64| {
            let places = places.iter();
            places.map(|values| short(number(values))).collect()
        };
        Self {
            mean: each(&statistics::mean),
            low: each(&|values| statistics::quantile(values, 0.0)),
            high: each(&|values| statistics::quantile(values, 1.0)),
        }
    }
}

/// A picture has no use for more digits, and the last ones need not be those of another processor.
fn short(value: f64) -> f64 {
    (value * 1e5).round() / 1e5
}

/// What passes through the page's network.
fn pages_signal(
    config: &ActivationsConfig,
    activation: ActivationConfig,
    weights: InitialWeights,
) -> Result<Signal> {
    let device = Device::flex().autodiff();
    let (width, sizes) = (config.width, config.deep_sizes());
    let network = MlpConfig::new(sizes, activation).init(&device);
    let mut network = network.map_err(|error| Error::Other(Box::new(error)))?;
    let mut draws = Draws(WEIGHTS);
    let matrix = |rows: usize, draw: &mut dyn FnMut() -> f64| {
        let values: Vec<f32> = (0..rows * width).map(|_| draw() as f32).collect();
        Tensor::<2>::from_data(TensorData::new(values, [rows, width]), &device)
    };
    for layer in &mut network.layers {
        let mut draw = || match weights {
            InitialWeights::Xavier => (2.0 * draws.uniform() - 1.0) * (3.0 / width as f64).sqrt(),
            InitialWeights::He => draws.normal() * (2.0 / width as f64).sqrt(),
        };
        layer.weight = Param::from_tensor(matrix(width, &mut draw));
    }
    let (mut inputs, mut targets) = (Draws(INPUTS), Draws(TARGETS));
    let inputs = matrix(BATCH, &mut || inputs.normal());
    let targets = matrix(BATCH, &mut || targets.normal());
    Ok(depth::signal(&network, inputs, targets))
}

/// The generator mulberry32 (T. Ettinger, public domain).
struct Draws(u32);

impl Draws {
    /// From 0 to below 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6D2B_79F5);
        let a = self.0;
        let mut t = (a ^ (a >> 15)).wrapping_mul(1 | a);
        t = t.wrapping_add((t ^ (t >> 7)).wrapping_mul(61 | t)) ^ t;
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }

    /// Standard normal, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }
}
