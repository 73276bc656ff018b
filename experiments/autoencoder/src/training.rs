//! A training, and what is noted on the way.

use std::cell::Cell as Kept;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use rand::RngExt;
use retrace_lab::{Cell, Result, Seen, Task, Trained, random, train};
use serde::{Deserialize, Serialize};

use crate::arm::Setup;
use crate::data::{Examples, tensors, variance};
use crate::film::{Film, Frame};
use crate::loss::Extent;
use crate::network::Network;
use crate::outcome::{Look, Probe, StepLoss, Window};
use crate::probe::probe;
use crate::score::answers;

/// Parts of a training whose mean loss is kept.
const WINDOWS: u64 = 20;
/// Losses that are kept, about.
const LOSSES: u64 = 200;
/// Looks at the validation pictures, about.
const LOOKS: u32 = 10;
/// Steps that are looked at from inside, and how often, about.
const PROBED: (u64, u32) = (100, 8);

/// A training to be done.
pub struct Fit<'a> {
    /// Everything that the arm sets.
    pub setup: &'a Setup,
    /// How many steps.
    pub steps: u64,
    /// Pictures a step, drawn with replacement.
    pub batch: usize,
    /// To train on.
    pub training: &'a dyn Examples,
    /// To measure on.
    pub validation: &'a dyn Examples,
    /// Which of the latter.
    pub measured: Vec<usize>,
    /// The cell's seed; batches depend on it and the step alone.
    pub seed: u64,
    /// Where it is computed, with autodiff.
    pub device: Device,
    /// What is filmed, if anything.
    pub film: Option<Film>,
    /// Mean of squares that the best constant answer leaves of the last batch.
    pub constant: Kept<f64>,
}

/// What is noted on the way; a checkpoint holds it, too.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Tally {
    /// At the validation pictures.
    pub looks: Vec<Look>,
    /// Some of the losses.
    pub losses: Vec<StepLoss>,
    /// Parts of the training.
    pub windows: Vec<Window>,
    /// From inside.
    pub probes: Vec<Probe>,
    /// Pictures on the way.
    pub frames: Vec<Frame>,
    /// Of the window that is not full: sums of the mean of squares, and of the constant's.
    sums: (f64, f64),
}

/// Steps at which something is looked at: 0, the last, the middle, and about `count` between,
/// each about so many times the one before.
pub fn milestones(steps: u64, count: u32) -> Vec<u64> {
    let ratio = (steps as f64).powf(1.0 / f64::from(count));
    let between = (0..count).map(|index| ratio.powf(f64::from(index)).round() as u64);
    let mut all: Vec<u64> = between.chain([0, steps / 2, steps]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl Fit<'_> {
    /// Trains.
    ///
    /// # Errors
    /// As [`train()`].
    pub fn run(&self, cell: &mut Cell<'_>, network: Network) -> Result<Trained<Network, Tally>> {
        train(cell, self, network, self.setup.optimizer.init())
    }

    /// The pictures of a step.
    fn numbers(&self, step: u64) -> Vec<usize> {
        let mut random = random::stream(self.seed, "batch", step);
        let count = self.training.count();
        (0..self.batch)
            .map(|_| random.random_range(0..count))
            .collect()
    }

    fn extent(&self) -> Extent {
        Extent {
            batch: self.batch,
            channels: self.training.channels(),
            pixels: self.training.size().pixels(),
        }
    }

    fn look(&self, tally: &mut Tally, network: &Network, done: u64) {
        let network = network.valid();
        let device = self.device.clone().inner();
        let answers = answers(&network, self.validation, &self.measured, &device);
        let pixels = self.validation.size().pixels();
        tally.looks.push(Look {
            done,
            score: answers.score(self.validation.channels(), pixels),
        });
        if let Some(film) = &self.film {
            tally
                .frames
                .push(film.frame(&network, self.validation, &device));
        }
    }

    fn probe(&self, network: &Network, done: u64) -> Probe {
        let batch = tensors(self.training, &self.numbers(done), &self.device);
        self.device
            .seed(random::device_seed(self.seed, "probe", done));
        probe(network, self.setup.loss, batch, done)
    }

    fn note(&self, tally: &mut Tally, done: u64, loss: f64) {
        let step = done - 1;
        if step.is_multiple_of(self.steps.div_ceil(LOSSES)) {
            tally.losses.push(StepLoss { step, loss });
        }
        tally.sums.0 += self.setup.loss.mean_square(loss, self.extent());
        tally.sums.1 += self.constant.get();
        // Windows end where the steps done cross a twentieth of all.
        if done * WINDOWS / self.steps > step * WINDOWS / self.steps {
            let share = tally.sums.0 / tally.sums.1;
            if share.is_finite() {
                tally.windows.push(Window { done, share });
            }
            tally.sums = (0.0, 0.0);
        }
    }
}

impl Task for Fit<'_> {
    type Model = Network;
    type Tally = Tally;

    fn steps(&self) -> u64 {
        self.steps
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.setup.rate
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        let (inputs, targets) = tensors(self.training, &self.numbers(step), &self.device);
        let values: Vec<f32> = targets.to_data().iter::<f32>().collect();
        let extent = self.extent();
        self.constant
            .set(variance(&values, extent.channels, extent.pixels));
        self.setup.loss.of(network.forward(inputs), targets)
    }

    fn observe(&self, tally: &mut Tally, seen: Seen<'_, Network>) -> Result<()> {
        if let Some(loss) = seen.loss {
            self.note(tally, seen.done, loss);
        }
        if milestones(self.steps, LOOKS).contains(&seen.done) {
            self.look(tally, seen.model, seen.done);
        }
        let (first, count) = PROBED;
        if milestones(first.min(self.steps), count).contains(&seen.done) {
            tally.probes.push(self.probe(seen.model, seen.done));
        }
        Ok(())
    }
}
