//! A trained network: feature maps, weights and biases.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;
use ndarray::{ArrayD, IxDyn};
use retrace_core::activation::{relu, softmax};
use retrace_data::Digits;
use retrace_lab::digits::pictures;
use retrace_lab::{Cell, Error, Result};

use super::drawn;
use super::values::{Values, list};
use crate::config::DebuggingConfig;
use crate::data::digit;
use crate::hand::Weights;
use crate::network::{Network, NetworkConfig};
use crate::outcome::{Histogram, Trained};
use crate::training::{Fit, accuracy};

/// Test images on which a frozen network is compared with the one it was made from.
const COMPARED: usize = 100;
/// Bins of a histogram.
const BINS: usize = 40;
/// What the figures show, beside the kernels.
const KEPT: [&str; 4] = ["conv1/before", "conv1/after", "conv2/after", "pool"];

pub(super) fn run(
    config: &DebuggingConfig,
    digits: &Digits,
    cell: &mut Cell<'_>,
) -> Result<Trained> {
    let network = drawn(cell, |device| NetworkConfig::keras().init(device))?;
    let start = Parameters::of(&network);
    let accuracy_before = accuracy(&network, &digits.test, config.test_images);
    cell.keep_array("kernels-before", kernels(&network)?);
    let fit = Fit {
        config,
        digits,
        seed: cell.seed(),
        device: cell.device().clone().autodiff(),
    };
    let trained = fit.run(cell, network)?;
    let network = trained.model;
    if trained.diverged_at.is_none() {
        let some: Vec<usize> = (0..digits.test.len().min(COMPARED)).collect();
        let device = cell.device().clone();
        let example = || pictures(&digits.test, &some, &device).0;
        cell.offer(&network, example, Network::forward)?;
    }
    cell.keep_array("kernels", kernels(&network)?);
    let pixels = digit(config, digits);
    let values = Values::of(&network, &pixels)?;
    for tap in KEPT {
        cell.keep_array(tap.replace('/', "-"), values.array(tap)?);
    }
    let logits = values.numbers("dense2/before")?;
    let largest = logits.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let divided: Vec<f64> = logits.iter().map(|z| z / largest).collect();
    let expected = Weights::of(&network).stages(&pixels, relu::value);
    Ok(Trained {
        diverged_at: trained.diverged_at,
        accuracy: accuracy(&network, &digits.test, config.test_images),
        accuracy_before,
        label: digits.validation.labels()[config.image],
        probabilities: numbers(values.numbers("dense2/after")?),
        divided: numbers(softmax::values(&divided, 1.0)),
        histograms: start.histograms(&Parameters::of(&network)),
        checks: values.checks(&expected)?,
        agreement: values.agreement,
    })
}

/// A diverged network may answer with what JSON has no word for.
fn numbers(values: Vec<f64>) -> Vec<f64> {
    let finite = values.iter().all(|value| value.is_finite());
    if finite { values } else { Vec::new() }
}

/// The kernels of conv1.
fn kernels(network: &Network) -> Result<ArrayD<f32>> {
    let [maps, _, height, width] = network.conv1.weight.dims();
    let values = list(&network.conv1.weight.val().into_data());
    ArrayD::from_shape_vec(IxDyn(&[maps, height, width]), values)
        .map_err(|error| Error::Other(error.into()))
}

/// All weights and biases by their paths.
#[derive(Default)]
struct Parameters {
    path: Vec<String>,
    found: Vec<(String, Vec<f64>)>,
}

impl Parameters {
    fn of(network: &Network) -> Self {
        let mut found = Self::default();
        network.visit(&mut found);
        found
    }

    fn histograms(&self, after: &Self) -> Vec<Histogram> {
        let pairs = self.found.iter().zip(&after.found);
        pairs
            .map(|((name, before), (_, after))| {
                let reach = before.iter().chain(after).map(|weight| weight.abs());
                let reach = reach.fold(f64::MIN_POSITIVE, f64::max);
                let bounds = (-reach, reach);
                Histogram {
                    name: name.clone(),
                    bounds,
                    before: counts(before, bounds),
                    after: counts(after, bounds),
                }
            })
            .collect()
    }
}

impl ModuleVisitor for Parameters {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let values = param.val().into_data().iter::<f64>().collect();
        self.found.push((self.path.join("."), values));
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
