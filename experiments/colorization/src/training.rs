//! The trainings that most questions look at: one network per arm and seed, trained as in the post,
//! by Adam on a sum over the pixels of 32 patches, and then measured on the test pictures.

use burn::module::Module;
use burn::optim::{AdamConfig, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::Axis;
use retrace_inspect::{Frozen, Labels as FileLabels, Planned, Summary, freeze};
use retrace_lab::{
    Arm, Cell, DataSets, Error, PlannedNetwork, Result, Results, Scalar, Step, Study, Task, train,
};
use retrace_optim::adam;
use serde::{Deserialize, Serialize};

use crate::Colorization;
use crate::arm::{Method, Output, Variant, Weighting};
use crate::bins::{Bins, Targets, class_weights};
use crate::colouring::Decoder;
use crate::colours;
use crate::config::ColorizationConfig;
use crate::data::{self, Photo, Scenes};
use crate::evaluation::{Evaluation, Evaluator};
use crate::explorable;
use crate::loss::{Labels, loss};
use crate::network::{Network, NetworkConfig};
use crate::patches::{INPUT, OUTPUT, Order, Patch, windows};
use crate::pictures::lab;

/// The study.
pub struct Training;

/// Measurements of one training, as stored in outcome.json.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// Q.
    pub bins: usize,
    /// Weights and biases of the network.
    pub parameters: usize,
    /// Number of different patches that it was trained on.
    pub patches: usize,
    /// Losses on the way, one snapshot per epoch.
    #[serde(rename = "looks")]
    pub snapshots: Vec<Snapshot>,
    /// On the test pictures; absent where the training diverged.
    #[serde(rename = "end")]
    pub evaluation: Option<Evaluation>,
    /// The step, counted from 0, at which it diverged.
    pub diverged_at: Option<u64>,
}

/// Losses of a network in training. They are means over pixels, no pixel weighing more than another:
/// cross-entropy with the arm's own targets (nats), or half the squared distance of a and b in units
/// of 110.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Epochs done.
    pub epoch: u64,
    /// On the patches of the epoch's last step, after it.
    pub train: Option<f64>,
    /// On windows of test pictures, the same in each snapshot.
    pub test: Option<f64>,
}

impl Study<Colorization> for Training {
    type Arm = Variant;
    type Outcome = Trained;

    fn arms(_: &ColorizationConfig) -> Vec<Variant> {
        Variant::ALL.to_vec()
    }

    fn run(
        arm: &Variant,
        config: &ColorizationConfig,
        scenes: &Scenes,
        cell: &mut Cell,
    ) -> Result<Trained> {
        let split = Split::new(*arm, config, scenes)?;
        let (method, bins) = (split.method, &split.bins);
        let network = split.network();
        let start = cell.network("weights", 0, |device| Ok::<_, Error>(network.init(device)))?;
        let fit = Fit::new(&split, cell);
        let trained = train(cell, &fit, start, fit.optimizer())?;
        let network = trained.model.valid();
        let evaluation = if trained.diverged_at.is_none() {
            let device = cell.device().clone();
            cell.offer(|about| {
                let labels = FileLabels::about(about);
                freeze(&network, &split.example(&device), Network::forward, &labels)
                    .map(Frozen::into_file)
            })?;
            let evaluator = Evaluator {
                network: &network,
                decoder: split.decoder(method.temperature(config)),
                targets: split.targets(),
                bins,
                test: &split.test,
            };
            let evaluation = evaluator.evaluate(cell, config.shown)?;
            if let Some(first) = evaluation.examples.first() {
                explorable::keep(cell, *arm, &network, split.test[*first])?;
            }
            Some(evaluation)
        } else {
            None
        };
        Ok(Trained {
            bins: bins.len(),
            parameters: network.parameters(),
            patches: fit.order.distinct(fit.steps()),
            snapshots: trained.metrics,
            evaluation,
            diverged_at: trained.diverged_at,
        })
    }
}

/// A number of the evaluation of every seed of an arm.
pub(crate) fn evaluated(
    results: &Results<Colorization>,
    arm: Variant,
    number: impl Fn(&Evaluation) -> Option<f64>,
) -> Vec<f64> {
    let trainings = results.of::<Training>();
    trainings.values(&arm, |trained| number(trained.evaluation.as_ref()?))
}

/// A number of the evaluation of arm `a` minus that of arm `b`, paired by seed.
pub(crate) fn differences(
    results: &Results<Colorization>,
    (a, b): (Variant, Variant),
    number: impl Fn(&Evaluation) -> Option<f64>,
) -> Vec<f64> {
    let trainings = results.of::<Training>();
    trainings.differences(&a, &b, |trained| number(trained.evaluation.as_ref()?))
}

/// The networks to plan, with as many filters as the data have colours: that of 32x32 patches, and
/// the same on a whole picture.
///
/// # Errors
/// Data that cannot be read, or without pictures.
pub(crate) fn networks(
    config: &ColorizationConfig,
    sets: &DataSets,
) -> Result<Vec<PlannedNetwork>> {
    let scenes = data::load(config, sets)?.data;
    let network = Split::new(Variant::AsDescribed, config, &scenes)?.network();
    let sides = [("patch", INPUT), ("picture", config.side)];
    let planned = |(name, side): (&str, usize)| {
        let fresh = network.init(&Device::flex());
        let planned = Planned::new(fresh, &[1, side, side], Network::forward);
        PlannedNetwork::new(
            name,
            planned.parameters(),
            move |batch| planned.summary(batch),
            Summary::to_svg,
        )
    };
    Ok(sides.map(planned).into())
}

/// What an arm trains with: its photographs, and the bins that those for training use.
#[derive(Debug)]
pub struct Split<'a> {
    config: &'a ColorizationConfig,
    method: Method,
    train: Vec<&'a Photo>,
    test: Vec<&'a Photo>,
    bins: Bins,
}

impl<'a> Split<'a> {
    /// The photographs of an arm.
    ///
    /// # Errors
    /// When there are none of 32x32 pixels.
    pub fn new(arm: Variant, config: &'a ColorizationConfig, scenes: &'a Scenes) -> Result<Self> {
        let method = arm.method();
        let train = method.photographs.among(&scenes.train);
        let test = method.photographs.among(&scenes.test);
        let bins = colours::bins(&train, config.window).map_err(Error::data)?;
        for (photos, part) in [(&train, "training"), (&test, "test")] {
            if windows(photos).is_empty() {
                let name = arm.name();
                let message = format!("{name}: no {part} picture is as large as 32x32 pixels");
                return Err(Error::Data(message.into()));
            }
        }
        Ok(Self {
            config,
            method,
            train,
            test,
            bins,
        })
    }

    /// The network of the arm.
    pub fn network(&self) -> NetworkConfig {
        NetworkConfig {
            bins: self.bins.len(),
            outputs: match self.method.output {
                Output::Bins => self.bins.len(),
                Output::Plane => 2,
            },
            before_relu: self.method.before_relu,
        }
    }

    /// L of the first test picture that has a window, whose size a frozen network keeps.
    ///
    /// # Shapes
    /// - output: `[1, 1, height, width]`
    fn example(&self, device: &Device) -> Tensor<4> {
        let first = windows(&self.test)[0].photo;
        let lab = lab(self.test[first]);
        let lightness = lab.index_axis(Axis(0), 0);
        let shape = [1, 1, lightness.nrows(), lightness.ncols()];
        let values: Vec<f32> = lightness.iter().copied().collect();
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    fn targets(&self) -> Option<Targets<'_>> {
        let targets = || Targets::new(&self.bins, self.method.target(self.config));
        (self.method.output == Output::Bins).then(targets)
    }

    fn labels(&self, weights: &[f64]) -> Labels<'_> {
        let weights = weights.iter().map(|w| *w as f32).collect();
        let bins = |targets| Labels::Bins(targets, weights);
        self.targets().map_or(Labels::Plane, bins)
    }

    /// How much a pixel of each bin counts.
    fn weights(&self) -> Vec<f64> {
        let lambda = self.config.lambda;
        let counts = self.bins.counts().iter().map(|n| *n as f64);
        match self.method.weighting {
            Weighting::Shares => class_weights(&self.bins.shares(), lambda),
            Weighting::Counts => class_weights(&counts.collect::<Vec<_>>(), lambda),
            Weighting::None => vec![1.0; self.bins.len()],
        }
    }

    fn decoder(&self, temperature: f64) -> Decoder {
        match self.method.output {
            Output::Plane => Decoder::Plane,
            Output::Bins => Decoder::Bins {
                centres: self.bins.centres(),
                temperature,
            },
        }
    }
}

/// Added to the root in Adam's denominator: `TensorFlow`'s default, and Kingma & Ba's; Burn's is
/// 1e-5.
const ADAM_EPSILON: f32 = 1e-8;
/// Windows of test pictures in a snapshot.
const TEST_WINDOWS: usize = 64;

/// A training to be done.
#[derive(Debug)]
pub struct Fit<'a> {
    split: &'a Split<'a>,
    order: Order,
    labels: Labels<'a>,
    /// Without weights, for the snapshots.
    unweighted: Labels<'a>,
    test_windows: Vec<Patch>,
    device: Device,
}

impl<'a> Fit<'a> {
    /// The training of a cell.
    pub fn new(split: &'a Split<'a>, cell: &Cell<'_>) -> Self {
        let config = split.config;
        let (batch, steps) = (config.batch, config.steps_an_epoch);
        let all = windows(&split.train);
        Self {
            order: Order::new(all, batch, steps, cell.seed(), split.method.same_patches),
            labels: split.labels(&split.weights()),
            unweighted: split.labels(&vec![1.0; split.bins.len()]),
            test_windows: spread(&windows(&split.test), TEST_WINDOWS),
            device: cell.device().clone().autodiff(),
            split,
        }
    }

    /// The author's optimizer.
    pub fn optimizer(&self) -> ModuleOptimizer {
        adam(&AdamConfig::new().with_epsilon(ADAM_EPSILON))
    }

    /// The mean loss of a pixel of these patches, without weights; `network` is one in evaluation.
    fn mean_loss(&self, network: &Network, photos: &[&Photo], patches: &[Patch]) -> Option<f64> {
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
    type Metrics = Vec<Snapshot>;

    fn steps(&self) -> u64 {
        self.split.config.epochs * self.order.steps_per_epoch()
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.split.config.learning_rate
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        let patches = self.order.batch(step);
        let (lightness, truth) = self.labels.batch(&self.split.train, &patches, &self.device);
        loss(network.forward(lightness), truth)
    }

    fn observe(&self, snapshots: &mut Vec<Snapshot>, step: Step<'_, Network>) -> Result<()> {
        let per_epoch = self.order.steps_per_epoch();
        if step.done.is_multiple_of(per_epoch) {
            let network = step.model.valid();
            let last = self.order.batch(step.done.saturating_sub(1));
            snapshots.push(Snapshot {
                epoch: step.done / per_epoch,
                train: self.mean_loss(&network, &self.split.train, &last),
                test: self.mean_loss(&network, &self.split.test, &self.test_windows),
            });
        }
        Ok(())
    }

    fn watched(&self, snapshots: &Vec<Snapshot>) -> Vec<Scalar> {
        let of_one = |snapshot: &Snapshot| {
            let step = snapshot.epoch * self.order.steps_per_epoch();
            let losses = [("train/loss", snapshot.train), ("test/loss", snapshot.test)];
            let scalar = move |(tag, loss)| Some(Scalar::new(tag, step, loss?));
            losses.into_iter().filter_map(scalar)
        };
        snapshots.iter().flat_map(of_one).collect()
    }
}

fn spread(patches: &[Patch], count: usize) -> Vec<Patch> {
    let count = count.min(patches.len());
    (0..count)
        .map(|i| patches[i * patches.len() / count])
        .collect()
}
