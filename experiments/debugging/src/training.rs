//! A short training, so that feature maps mean something.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Tensor};
use retrace_data::{Digits, Labelled, Test};
use retrace_lab::digits::{drawn, pictures};
use retrace_lab::{Cell, Result, Seen, Task, Trained, train};
use retrace_optim::adam;

use crate::config::DebuggingConfig;
use crate::network::Network;

/// Added to the root in Adam's denominator: Keras' default; Burn's is 1e-5.
const ADAM_EPSILON: f32 = 1e-7;
/// Images that are scored at a time: their maps take 60 MB.
const AT_ONCE: usize = 250;

/// Adam on the cross-entropy of softmax.
#[derive(Debug)]
pub struct Fit<'a> {
    /// Steps, batch and rate.
    pub config: &'a DebuggingConfig,
    /// The images.
    pub digits: &'a Digits,
    /// Which batches are drawn.
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
        let optimizer = adam(&AdamConfig::new().with_epsilon(ADAM_EPSILON));
        train(cell, self, network, optimizer)
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

    fn observe(&self, _tally: &mut (), _seen: Seen<'_, Network>) -> Result<()> {
        Ok(())
    }
}

/// Share (0-1) of the first `images` test images whose class has the largest logit.
pub fn accuracy(network: &Network, set: &Labelled<Test>, images: usize) -> f64 {
    let network = network.valid();
    let device = network.conv1.weight.device();
    let all: Vec<usize> = (0..set.len().min(images)).collect();
    let right = all.chunks(AT_ONCE).map(|some| {
        let (pixels, classes) = pictures(set, some, &device);
        let chosen = network.logits(pixels).argmax(1).squeeze_dim::<1>(1);
        chosen.equal(classes).int().sum().into_scalar::<i64>()
    });
    right.sum::<i64>() as f64 / all.len() as f64
}
