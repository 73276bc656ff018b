//! A training as the post has it: Adam on the cross-entropy of softmax, batch after batch.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Tensor};
use retrace_data::{Digits, Labelled};
use retrace_lab::digits::tensors;
use retrace_lab::{Cell, Result, Seen, Task, train};
use retrace_optim::adam;
use serde::{Deserialize, Serialize};

use crate::evaluation::score;
use crate::network::Network;
use crate::order::Order;
use crate::outcome::{End, Look, Score, Training};

/// Added to the root in Adam's denominator: `TensorFlow`'s default, and Kingma & Ba's; Burn's is
/// 1e-5.
const ADAM_EPSILON: f32 = 1e-8;

/// A training to be done.
#[derive(Debug)]
pub struct Fit<'a> {
    /// Names it among the trainings of its cell.
    pub name: &'static str,
    /// The images.
    pub digits: &'a Digits,
    /// Which of the training images, in which order.
    pub order: Order,
    /// Passes over them.
    pub epochs: u64,
    /// Passes between two looks at the test images.
    pub look_every: u64,
    /// Learning rate of Adam.
    pub learning_rate: f64,
    /// Where it is computed, with autodiff.
    pub device: Device,
}

impl Fit<'_> {
    /// Trains `network`; how it went, and the network in evaluation.
    ///
    /// # Errors
    /// As [`train()`].
    pub fn run(&self, cell: &mut Cell<'_>, network: Network) -> Result<(Training, Network)> {
        let optimizer = adam(&AdamConfig::new().with_epsilon(ADAM_EPSILON));
        let trained = train(cell, self, network, optimizer)?;
        let network = trained.model.valid();
        let last = trained.tally.looks.last();
        let end = last.filter(|_| trained.diverged_at.is_none());
        let training = Training {
            images: self.order.images().len(),
            end: end.map(|look| self.end(&network, look.test)),
            looks: trained.tally.looks,
            diverged_at: trained.diverged_at,
        };
        Ok((training, network))
    }

    fn end(&self, network: &Network, test: Score) -> End {
        let Digits {
            train, validation, ..
        } = self.digits;
        End {
            train: score(network, train, self.order.images()),
            validation: score(network, validation, &all(validation)),
            test,
        }
    }
}

fn all<Part>(set: &Labelled<Part>) -> Vec<usize> {
    (0..set.len()).collect()
}

/// What is noted on the way; a checkpoint holds it, too.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tally {
    looks: Vec<Look>,
    /// Since the last look: the sum of the images' losses, and their number.
    losses: f64,
    images: usize,
}

impl Task for Fit<'_> {
    type Model = Network;
    type Tally = Tally;

    fn name(&self) -> &str {
        self.name
    }

    fn steps(&self) -> u64 {
        self.epochs * self.order.steps_an_epoch()
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.learning_rate
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        let batch = self.order.batch(step);
        let (pixels, classes) = tensors(&self.digits.train, &batch, &self.device);
        CrossEntropyLossConfig::new()
            .init(&self.device)
            .forward(network.forward(pixels), classes)
    }

    fn observe(&self, tally: &mut Tally, seen: Seen<'_, Network>) -> Result<()> {
        let Some(loss) = seen.loss else {
            return Ok(());
        };
        let images = self.order.batch(seen.done - 1).len();
        tally.losses += loss * images as f64;
        tally.images += images;
        let epoch = seen.done / self.order.steps_an_epoch();
        let whole = seen.done.is_multiple_of(self.order.steps_an_epoch());
        if whole && (epoch.is_multiple_of(self.look_every) || epoch == self.epochs) {
            let test = &self.digits.test;
            tally.looks.push(Look {
                epoch,
                loss: tally.losses / tally.images as f64,
                test: score(&seen.model.valid(), test, &all(test)),
            });
            (tally.losses, tally.images) = (0.0, 0);
        }
        Ok(())
    }
}
