//! What a cell does: train, freeze, and compare what comes out of the file with the model.

mod compared;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use retrace_data::Digits;
use retrace_inspect::{Error as InspectError, Frozen, Labels, freeze};
use retrace_lab::digits::pictures;
use retrace_lab::{Cell, Error, Result};

use crate::arm::Kind;
use crate::config::FreezingConfig;
use crate::network::Network;
use crate::outcome::{FrozenNetwork, Outcome, Parameters, Sizes};
use crate::training::Fit;

/// Images that pass at a time.
const AT_ONCE: usize = 500;

/// Name of the times of the network as it was trained, by batch.
pub const BURN: &str = "burn";

/// Name of the times of the frozen file, by batch.
pub const FROM_FILE: &str = "frozen";

/// A cell's work.
pub struct Study<'a> {
    config: &'a FreezingConfig,
    digits: &'a Digits,
    kind: Kind,
}

impl<'a> Study<'a> {
    /// The work of this arm.
    ///
    /// # Errors
    /// When there is no such arm.
    pub fn of(config: &'a FreezingConfig, digits: &'a Digits, arm: &str) -> Result<Self> {
        let kind = Kind::of(arm);
        let kind = kind.ok_or_else(|| Error::Usage(format!("there is no arm {arm}")))?;
        Ok(Self {
            config,
            digits,
            kind,
        })
    }

    /// Does it.
    ///
    /// # Errors
    /// As [`Fit::run`]; a network that cannot be frozen.
    pub fn run(&self, cell: &mut Cell<'_>) -> Result<Outcome> {
        let device = cell.device().clone();
        let fit = Fit {
            config: self.config,
            digits: self.digits,
            seed: cell.seed(),
            device: device.clone().autodiff(),
        };
        let kind = self.kind;
        let start = cell.network("weights", 0, |device| {
            Ok::<_, Error>(Network::new(kind, device))
        })?;
        let trained = fit.run(cell, start)?;
        if trained.diverged_at.is_some() {
            return Ok(Outcome {
                diverged_at: trained.diverged_at,
                frozen: None,
            });
        }
        cell.offer(
            &trained.model,
            || self.test(&self.chosen(AT_ONCE), &device),
            Network::forward,
        )?;
        Ok(Outcome {
            diverged_at: None,
            frozen: Some(self.compare(cell, &trained.model)?),
        })
    }

    fn compare(&self, cell: &mut Cell<'_>, trained: &Network) -> Result<FrozenNetwork> {
        let device = cell.device().clone();
        let network = trained.valid();
        let example = self.test(&self.chosen(AT_ONCE), &device);
        let frozen =
            freeze(&network, &example, Network::forward, &Labels::default()).map_err(failed)?;
        let (structure, weights) = (frozen.structure(), frozen.weights().map_err(failed)?);
        let joined = Frozen::join(&structure, &weights).map_err(failed)?;
        let listed = frozen.nodes();
        let text = listed.to_string();
        let nodes = listed.nodes;
        let named = |name: &str| !name.is_empty() && text.contains(&format!("node {name}: "));
        let summary = frozen.summary(1).map_err(failed)?;
        let (burn, from_file) = self.times(&network, &frozen, &device)?;
        cell.keep_times(BURN, burn);
        cell.keep_times(FROM_FILE, from_file);
        cell.seed_device("phases", 0);
        let phases = self.phases(trained, &example);
        Ok(FrozenNetwork {
            sizes: Sizes {
                structure: structure.len(),
                weights: weights.len(),
                frozen: frozen.as_bytes().len(),
            },
            joined_again: joined.as_bytes() == frozen.as_bytes(),
            named: nodes.iter().filter(|node| named(&node.name)).count(),
            parameters: Parameters {
                file: summary.totals.parameters,
                model: network.num_params() as u64,
            },
            nodes: nodes.into_iter().map(Into::into).collect(),
            // From the joined file: structure and weights are all that it needs.
            agreement: self.agreement(cell, &network, &joined)?,
            phases,
        })
    }

    /// The first test images, at most so many.
    fn chosen(&self, most: usize) -> Vec<usize> {
        let count = self.config.test_images.min(self.digits.test.len());
        (0..count.min(most)).collect()
    }

    fn test(&self, chosen: &[usize], device: &Device) -> Tensor<4> {
        pictures(&self.digits.test, chosen, device).0
    }

    /// Largest difference of a probability between training and testing phase.
    fn phases(&self, trained: &Network, example: &Tensor<4>) -> f64 {
        let testing = trained.valid().forward(example.clone()).into_data();
        let device = example.device().autodiff();
        let training = trained
            .forward(example.clone().to_device(&device))
            .into_data();
        let pairs = testing.iter::<f32>().zip(training.iter::<f32>());
        pairs
            .map(|(a, b)| f64::from(a - b).abs())
            .fold(0.0, f64::max)
    }
}

fn failed(error: InspectError) -> Error {
    Error::Other(Box::new(error))
}
