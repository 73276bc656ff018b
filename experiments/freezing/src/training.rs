//! A short training: a frozen network shall have something to say.

use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Tensor};
use retrace_data::Digits;
use retrace_lab::digits::drawn;
use retrace_lab::{Cell, Result, Seen, Task, Trained, train};
use retrace_optim::adam;

use crate::config::FreezingConfig;
use crate::network::Network;

/// Adam on the cross-entropy of softmax, on batches drawn anew for each step.
#[derive(Debug)]
pub struct Fit<'a> {
    /// Steps, batch and rate.
    pub config: &'a FreezingConfig,
    /// The images.
    pub digits: &'a Digits,
    /// Names the batches.
    pub seed: u64,
    /// Where it is computed, with autodiff.
    pub device: Device,
}

impl Fit<'_> {
    /// Trains `network`.
    ///
    /// # Errors
    /// As [`train()`].
    pub fn run(&self, cell: &mut Cell<'_>, network: Network) -> Result<Trained<Network, ()>> {
        train(cell, self, network, adam(&AdamConfig::new()))
    }
}

impl Task for Fit<'_> {
    type Model = Network;
    type Tally = ();

    fn steps(&self) -> u64 {
        self.config.steps
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.config.learning_rate
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        let name = (self.seed, step);
        let (images, classes) = drawn(&self.digits.train, name, self.config.batch, &self.device);
        CrossEntropyLossConfig::new()
            .init(&self.device)
            .forward(network.logits(images), classes)
    }

    fn observe(&self, (): &mut (), _seen: Seen<'_, Network>) -> Result<()> {
        Ok(())
    }
}
