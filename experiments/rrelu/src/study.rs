//! What a cell does: one network, trained on all images and, from the same weights, on few.

use burn::tensor::Device;
use rand::seq::index;
use retrace_core::activation::ActivationConfig;
use retrace_data::{DIGIT_PIXELS, Digits};
use retrace_lab::digits::tensors;
use retrace_lab::{Cell, Error, PlannedNetwork, Result, Task};

use crate::arm::{self, Function, Norm};
use crate::config::RreluConfig;
use crate::evaluation::activity;
use crate::network::{Network, NetworkConfig};
use crate::order::Order;
use crate::outcome::{DrawnSlopes, Outcome};
use crate::slopes;
use crate::training::Fit;

/// Test images on which a frozen network is compared with the one it was made from.
const COMPARED: usize = 256;

/// Arms whose networks differ in their layers; those of the others have the parameters of ReLU's.
const PLANNED: [&str; 4] = ["relu", "relu+bn", "prelu", "prelu+bn"];

fn network(config: &RreluConfig, function: Function, norm: Norm) -> NetworkConfig {
    NetworkConfig {
        sizes: config.sizes(),
        activation: function.activation(),
        normalisation: (norm == Norm::Batch).then(|| config.normalisation()),
    }
}

/// The networks to plan.
///
/// # Errors
/// A config of which no network can be built.
pub fn networks(config: &RreluConfig) -> Result<Vec<PlannedNetwork>> {
    let arms = PLANNED
        .into_iter()
        .filter_map(|name| Some((name, arm::of(name)?)));
    let planned = |(name, (function, norm))| {
        let fresh = network(config, function, norm).init(&Device::flex());
        let fresh = fresh.map_err(|error| Error::Other(Box::new(error)))?;
        Ok(PlannedNetwork::new(
            name,
            fresh,
            &[DIGIT_PIXELS],
            Network::forward,
        ))
    };
    arms.map(planned).collect()
}

/// A cell's work.
pub struct Study<'a> {
    config: &'a RreluConfig,
    digits: &'a Digits,
    function: Function,
    norm: Norm,
}

impl<'a> Study<'a> {
    /// The work of the arm with this name.
    ///
    /// # Errors
    /// When there is no such arm.
    pub fn of(config: &'a RreluConfig, digits: &'a Digits, arm: &str) -> Result<Self> {
        let (function, norm) =
            arm::of(arm).ok_or_else(|| Error::Usage(format!("there is no arm {arm}")))?;
        Ok(Self {
            config,
            digits,
            function,
            norm,
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// As [`Fit::run`].
    pub fn run(&self, cell: &mut Cell<'_>) -> Result<Outcome> {
        let all = self.on_all(cell);
        let few = self.on_few(cell);
        let (on_all, network) = all.run(cell, self.start(cell)?)?;
        if on_all.end.is_some() {
            let some: Vec<usize> = (0..self.digits.test.len().min(COMPARED)).collect();
            let device = cell.device().clone();
            let example = || tensors(&self.digits.test, &some, &device).0;
            cell.offer(&network, example, Network::forward)?;
        }
        let (on_few, _) = few.run(cell, self.start(cell)?)?;
        let (activity, learnt_slopes) = match on_all.end {
            Some(_) => (activity(&network, &self.digits.test), network.slopes()),
            None => (Vec::new(), Vec::new()),
        };
        Ok(Outcome {
            full: on_all,
            few: on_few,
            activity,
            learnt_slopes,
            drawn: self.drawn(&all, cell),
        })
    }

    fn on_all(&self, cell: &Cell<'_>) -> Fit<'a> {
        let images = self.digits.train.len().min(self.config.images);
        Fit {
            epochs: self.config.epochs,
            look_every: 1,
            ..self.fit(cell, "full", (0..images).collect())
        }
    }

    /// On images that each seed chooses anew, in the order of the file.
    fn on_few(&self, cell: &Cell<'_>) -> Fit<'a> {
        let all = self.digits.train.len();
        let count = all.min(self.config.few_images);
        let chosen = index::sample(&mut cell.stream("few images", 0), all, count);
        let mut chosen = chosen.into_vec();
        chosen.sort_unstable();
        Fit {
            epochs: self.config.few_epochs,
            look_every: self.config.few_look_every,
            ..self.fit(cell, "few", chosen)
        }
    }

    /// One pass over these images.
    fn fit(&self, cell: &Cell<'_>, name: &'static str, images: Vec<usize>) -> Fit<'a> {
        let mut order = Order::new(images, self.config.batch);
        if self.config.shuffle {
            order = order.shuffled(cell.seed());
        }
        Fit {
            name,
            digits: self.digits,
            order,
            epochs: 1,
            look_every: 1,
            learning_rate: self.config.learning_rate,
            device: cell.device().clone().autodiff(),
        }
    }

    /// The network before its training; all networks of a seed have the same weights.
    fn start(&self, cell: &Cell<'_>) -> Result<Network> {
        let network = network(self.config, self.function, self.norm);
        cell.network("weights", 0, |device| network.init(device))
            .map_err(|error| Error::Other(Box::new(error)))
    }

    fn drawn(&self, fit: &Fit<'_>, cell: &Cell<'_>) -> Option<DrawnSlopes> {
        let ActivationConfig::Rrelu(reading) = self.function.activation() else {
            return None;
        };
        let shape = [fit.order.batch(0).len(), self.config.hidden[0]];
        Some(slopes::drawn(cell, reading, shape, fit.steps()))
    }
}
