//! A training as the post has it: Adam on a sum over the pixels of 32 patches, step after step.

use burn::module::Module;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Tensor};
use retrace_lab::{Cell, Result, Seen, Task, Trained, train};
use retrace_optim::adam;
use serde::{Deserialize, Serialize};

use crate::batch::Teacher;
use crate::data::Photo;
use crate::loss::loss;
use crate::network::Network;
use crate::outcome::Look;
use crate::patches::{OUTPUT, Order, Patch};

/// Added to the root in Adam's denominator: `TensorFlow`'s default, and Kingma & Ba's; Burn's is
/// 1e-5.
const ADAM_EPSILON: f32 = 1e-8;

/// A training to be done.
#[derive(Debug)]
pub struct Fit<'a> {
    /// The pictures that patches are windows of.
    pub photos: &'a [&'a Photo],
    /// Which patches, in which order.
    pub order: Order,
    /// What the network is to answer, and how much each pixel counts.
    pub teacher: Teacher<'a>,
    /// The same without weights, for the looks.
    pub unweighted: Teacher<'a>,
    /// Test pictures, and the windows of them that are looked at.
    pub test: (&'a [&'a Photo], Vec<Patch>),
    /// Passes.
    pub epochs: u64,
    /// Learning rate of Adam.
    pub learning_rate: f64,
    /// Where it is computed, with autodiff.
    pub device: Device,
}

/// What is noted on the way; a checkpoint holds it, too.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tally {
    /// An epoch each.
    pub looks: Vec<Look>,
}

impl Fit<'_> {
    /// Trains `network`.
    ///
    /// # Errors
    /// As [`train()`].
    pub fn run(&self, cell: &mut Cell<'_>, network: Network) -> Result<Trained<Network, Tally>> {
        let optimizer = adam(&AdamConfig::new().with_epsilon(ADAM_EPSILON));
        train(cell, self, network, optimizer)
    }

    /// The mean loss of a pixel of these patches, without weights; `network` is one in evaluation.
    fn look(&self, network: &Network, photos: &[&Photo], patches: &[Patch]) -> Option<f64> {
        let device = network.layers[0].weight.device();
        let mut sum = 0.0;
        for some in patches.chunks(32) {
            let (lightness, truth) = self.unweighted.batch(photos, some, &device);
            sum += loss(network.forward(lightness), truth).into_scalar::<f64>();
        }
        let mean = sum / (patches.len() * OUTPUT * OUTPUT) as f64;
        Some(mean).filter(|mean| mean.is_finite())
    }
}

impl Task for Fit<'_> {
    type Model = Network;
    type Tally = Tally;

    fn steps(&self) -> u64 {
        self.epochs * self.order.steps_an_epoch()
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.learning_rate
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        let patches = self.order.batch(step);
        let (lightness, truth) = self.teacher.batch(self.photos, &patches, &self.device);
        loss(network.forward(lightness), truth)
    }

    fn observe(&self, tally: &mut Tally, seen: Seen<'_, Network>) -> Result<()> {
        let steps = self.order.steps_an_epoch();
        if seen.done.is_multiple_of(steps) {
            let network = seen.model.valid();
            let last = self.order.batch(seen.done.saturating_sub(1));
            tally.looks.push(Look {
                epoch: seen.done / steps,
                train: self.look(&network, self.photos, &last),
                test: self.look(&network, self.test.0, &self.test.1),
            });
        }
        Ok(())
    }
}
