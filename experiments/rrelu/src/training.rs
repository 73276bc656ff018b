//! The trainings that all questions look at: each network learns on all images as the post has it,
//! and from the same weights on few, where networks overfit.
//!
//! Adam on the cross-entropy of softmax, batch after batch, in the order of the file.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::AdamConfig;
use burn::tensor::{Device, Tensor};
use rand::seq::index;
use retrace_core::activation::ActivationConfig;
use retrace_data::{DIGIT_PIXELS, Digits, Labelled};
use retrace_inspect::{Frozen, Labels, Planned, Summary, freeze};
use retrace_lab::digits::tensors;
use retrace_lab::{Cell, Error, PlannedNetwork, Result, Results, Scalar, Step, Study, Task, train};
use retrace_optim::adam;
use serde::{Deserialize, Serialize};

use crate::Rrelu;
use crate::activity::{Activity, activity};
use crate::arm::{Norm, PRELU, RELU, Variant};
use crate::config::RreluConfig;
use crate::network::{Network, NetworkConfig};
use crate::order::Order;
use crate::slopes::{self, DrawnSlopes};

/// The trainings.
pub struct Trainings;

/// One network at one seed, trained twice from the same initial weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// On all training images.
    pub full: Training,
    /// On few of them.
    pub few: Training,
    /// Each hidden layer on the test images after the first training, in evaluation, nearest to
    /// the input first; empty where it diverged.
    pub activity: Vec<Activity>,
    /// PReLU's slopes after it, one per hidden layer; empty for the others.
    pub learnt_slopes: Vec<f64>,
    /// What RReLU drew; nothing for the others.
    pub drawn: Option<DrawnSlopes>,
}

/// How a training went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Training images.
    pub images: usize,
    /// On the way, from the first snapshot to the last.
    #[serde(rename = "looks")]
    pub snapshots: Vec<Snapshot>,
    /// At the end, in evaluation; absent where the training diverged.
    pub end: Option<End>,
    /// The step, counted from 0, at which it diverged.
    pub diverged_at: Option<u64>,
}

/// A network in training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Epochs done.
    pub epoch: u64,
    /// Cross-entropy (nats) of the steps since the last snapshot, each image with the same weight, as
    /// in training: before the step's update, with RReLU's drawn slopes and the batch's statistics.
    pub loss: f64,
    /// On all test images, in evaluation.
    pub test: Score,
}

/// A network after its training.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// On the training images.
    pub train: Score,
    /// On the validation images. Nothing here is chosen by them; who tunes a setting should look at
    /// these.
    pub validation: Score,
    /// On all test images.
    pub test: Score,
}

impl End {
    /// Accuracy on the training images minus that on the test images.
    pub fn gap(&self) -> f64 {
        self.train.accuracy - self.test.accuracy
    }
}

/// How good a network is on a set of images, in evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Share (0-1) of images whose class has the largest logit.
    pub accuracy: f64,
    /// Mean cross-entropy (nats); absent where it is not finite.
    pub loss: Option<f64>,
}

/// Test images on which a frozen network is compared with the one it was made from.
const COMPARED: usize = 256;

impl Study<Rrelu> for Trainings {
    type Arm = Variant;
    type Outcome = Outcome;

    fn arms(_: &RreluConfig) -> Vec<Variant> {
        Variant::all()
    }

    fn run(
        variant: &Variant,
        config: &RreluConfig,
        digits: &Digits,
        cell: &mut Cell,
    ) -> Result<Outcome> {
        // All networks of a seed have the same weights.
        let network = network_config(config, *variant, digits.classes);
        let start = |cell: &Cell<'_>| {
            let network = cell.network("weights", 0, |device| network.init(device));
            network.map_err(|error| Error::Other(Box::new(error)))
        };
        let all = On::All.fit(config, digits, cell);
        let few = On::Few.fit(config, digits, cell);
        let (full, trained) = all.run(cell, start(cell)?)?;
        if full.end.is_some() {
            let some: Vec<usize> = (0..digits.test.len().min(COMPARED)).collect();
            let device = cell.device().clone();
            let example = || tensors(&digits.test, &some, &device).0;
            cell.offer(|about| {
                let labels = Labels::about(about);
                freeze(&trained, &example(), Network::forward, &labels).map(Frozen::into_file)
            })?;
        }
        let (few, _) = few.run(cell, start(cell)?)?;
        let (activity, learnt_slopes) = match full.end {
            Some(_) => (activity(&trained, &digits.test), trained.slopes()),
            None => (Vec::new(), Vec::new()),
        };
        let drawn = match variant.function.activation {
            ActivationConfig::Rrelu(reading) => {
                let shape = [all.order.batch(0).len(), config.hidden[0]];
                Some(slopes::drawn(cell, reading, shape, all.steps()))
            }
            _ => None,
        };
        Ok(Outcome {
            full,
            few,
            activity,
            learnt_slopes,
            drawn,
        })
    }
}

fn network_config(config: &RreluConfig, variant: Variant, classes: usize) -> NetworkConfig {
    NetworkConfig {
        sizes: config.sizes(classes),
        activation: variant.function.activation,
        normalisation: (variant.norm == Norm::Batch).then(|| config.normalisation()),
    }
}

/// The networks to plan: those that differ in their layers; all others have the parameters of
/// ReLU's.
///
/// # Errors
/// A config of which no network can be built, own images that cannot be read.
pub fn networks(config: &RreluConfig) -> Result<Vec<PlannedNetwork>> {
    let classes = config.own.classes()?;
    let variants = [RELU, PRELU].map(|function| Norm::BOTH.map(|norm| norm.of(function)));
    let planned = |variant: Variant| {
        let fresh = network_config(config, variant, classes).init(&Device::flex());
        let fresh = fresh.map_err(|error| Error::Other(Box::new(error)))?;
        let name = retrace_lab::Arm::name(&variant);
        let shape = [DIGIT_PIXELS];
        let planned = Planned::new(fresh, &shape, Network::forward);
        Ok(PlannedNetwork::new(
            name,
            planned.parameters(),
            move |batch| planned.summary(batch),
            Summary::to_svg,
        ))
    };
    variants.into_iter().flatten().map(planned).collect()
}

/// Which of a cell's trainings.
#[derive(Debug, Clone, Copy)]
pub enum On {
    /// On all images.
    All,
    /// On few images, which each seed chooses anew.
    Few,
}

impl On {
    /// On all and on few.
    pub const BOTH: [Self; 2] = [Self::All, Self::Few];

    /// What it came to.
    pub fn training(self, outcome: &Outcome) -> &Training {
        match self {
            Self::All => &outcome.full,
            Self::Few => &outcome.few,
        }
    }

    /// Test accuracy (0-1) at its end; nothing after a divergence.
    pub fn accuracy(self, outcome: &Outcome) -> Option<f64> {
        Some(self.training(outcome).end.as_ref()?.test.accuracy)
    }

    /// `Trained on 55,000 images`, as the run had them.
    pub fn title(self, results: &Results<Rrelu>) -> String {
        match results.of::<Trainings>().first() {
            Some(cell) => {
                let images = self.training(&cell.outcome).images;
                format!("Trained on {} images", grouped(images))
            }
            None => "Nothing was trained".to_owned(),
        }
    }

    /// Epochs, and those between two snapshots.
    pub fn epochs(self, config: &RreluConfig) -> (u64, u64) {
        match self {
            Self::All => (config.epochs, 1),
            Self::Few => (config.few_epochs, config.few_look_every),
        }
    }

    fn fit<'a>(self, config: &'a RreluConfig, digits: &'a Digits, cell: &Cell<'_>) -> Fit<'a> {
        let all = digits.train.len();
        let (name, images) = match self {
            Self::All => ("full", (0..all.min(config.images)).collect()),
            Self::Few => {
                let count = all.min(config.few_images);
                let chosen = index::sample(&mut cell.stream("few images", 0), all, count);
                let mut chosen = chosen.into_vec();
                chosen.sort_unstable();
                ("few", chosen)
            }
        };
        let mut order = Order::new(images, config.batch);
        if config.shuffle {
            order = order.shuffled(cell.seed());
        }
        let (epochs, eval_every) = self.epochs(config);
        Fit {
            name,
            digits,
            order,
            epochs,
            eval_every,
            learning_rate: config.learning_rate,
            device: cell.device().clone().autodiff(),
        }
    }
}

/// `55,000`.
fn grouped(number: usize) -> String {
    match (number / 1_000, number % 1_000) {
        (0, rest) => rest.to_string(),
        (thousands, rest) => format!("{},{rest:03}", grouped(thousands)),
    }
}

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
    /// Passes between two evaluations on the test images.
    pub eval_every: u64,
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
        let last = trained.metrics.snapshots.last();
        let end = last.filter(|_| trained.diverged_at.is_none());
        let training = Training {
            images: self.order.images().len(),
            end: end.map(|last| self.end(&network, last.test)),
            snapshots: trained.metrics.snapshots,
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
pub struct Metrics {
    snapshots: Vec<Snapshot>,
    /// Since the last snapshot: the sum of the images' losses, and their number.
    losses: f64,
    images: usize,
}

impl Task for Fit<'_> {
    type Model = Network;
    type Metrics = Metrics;

    fn name(&self) -> &str {
        self.name
    }

    fn steps(&self) -> u64 {
        self.epochs * self.order.steps_per_epoch()
    }

    fn learning_rate(&self, _: u64) -> f64 {
        self.learning_rate
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        let batch = self.order.batch(step);
        let (pixels, classes) = tensors(&self.digits.train, &batch, &self.device);
        CrossEntropyLossConfig::new()
            .init(&self.device)
            .forward(network.forward(pixels), classes)
    }

    fn observe(&self, metrics: &mut Metrics, step: Step<'_, Network>) -> Result<()> {
        let Some(loss) = step.loss else {
            return Ok(());
        };
        let images = self.order.batch(step.done - 1).len();
        metrics.losses += loss * images as f64;
        metrics.images += images;
        let epoch = step.done / self.order.steps_per_epoch();
        let whole = step.done.is_multiple_of(self.order.steps_per_epoch());
        if whole && (epoch.is_multiple_of(self.eval_every) || epoch == self.epochs) {
            let test = &self.digits.test;
            metrics.snapshots.push(Snapshot {
                epoch,
                loss: metrics.losses / metrics.images as f64,
                test: score(&step.model.valid(), test, &all(test)),
            });
            (metrics.losses, metrics.images) = (0.0, 0);
        }
        Ok(())
    }

    fn watched(&self, metrics: &Metrics) -> Vec<Scalar> {
        let of_one = |snapshot: &Snapshot| {
            let step = snapshot.epoch * self.order.steps_per_epoch();
            let loss = Some(Scalar::new("train/loss", step, snapshot.loss));
            let accuracy = Some(Scalar::new("test/accuracy", step, snapshot.test.accuracy));
            let test = snapshot.test.loss;
            let test = test.map(|loss| Scalar::new("test/loss", step, loss));
            [loss, accuracy, test].into_iter().flatten()
        };
        metrics.snapshots.iter().flat_map(of_one).collect()
    }
}

/// Images that pass at a time: enough to keep the processor busy, 4 MB of values per layer.
pub const AT_ONCE: usize = 1_000;

/// Accuracy and loss over `images` of `set`, each image with the same weight. `network` is one in
/// evaluation, made by `valid()`.
pub fn score<Part>(network: &Network, set: &Labelled<Part>, images: &[usize]) -> Score {
    let device = network.mlp.layers[0].weight.device();
    let cross_entropy = CrossEntropyLossConfig::new().init(&device);
    let (mut right, mut loss) = (0, 0.0);
    for some in images.chunks(AT_ONCE) {
        let (pixels, classes) = tensors(set, some, &device);
        let logits = network.forward(pixels);
        let mean = cross_entropy.forward(logits.clone(), classes.clone());
        loss += mean.into_scalar::<f64>() * some.len() as f64;
        let chosen = logits.argmax(1).squeeze_dim::<1>(1);
        right += chosen.equal(classes).int().sum().into_scalar::<i64>();
    }
    let count = images.len() as f64;
    Score {
        accuracy: right as f64 / count,
        loss: Some(loss / count).filter(|loss| loss.is_finite()),
    }
}
