//! The trainings that most questions look at: what is noted on the way, and what the finished
//! network answers.
//!
//! Arrays of seed 0, in its `arrays.safetensors`: `input`, `truth` and `output` of up to three
//! validation pictures `[3, channels, height, width]`, `film` and `maps-1`, `maps-4` over the
//! snapshots, `kernels` of the first layer, `response` to a bright pixel, `unseen-input` and
//! `unseen-output`, one picture of each kind; and of the three layers `weights-1`, `biases-1` and on,
//! for the page.

use std::cell;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use ndarray::ArrayD;
use rand::RngExt;
use retrace_inspect::{Frozen, Labels, freeze};
use retrace_lab::{
    Arm, Cell, Outcomes, Result, Scalar, Step, Study, Task, random, seeds, statistics, train,
};
use serde::{Deserialize, Serialize};

use crate::arm::{self, BASELINE, SCENES, SMALL, Settings, TWO_CIRCLES};
use crate::config::{Config, Size};
use crate::data::{Circles, Examples, tensors, variance};
use crate::loss::Extent;
use crate::network::Network;
use crate::plan::multiplications;
use crate::probe::{Film, Frame, Probe, frame_arrays, probe};
use crate::scenes::{Part, Scenes};
use crate::score::{Copying, Score, answers, pictures};
use crate::{All, Autoencoder};

/// Parts of a training whose mean loss is kept.
const WINDOWS: u64 = 20;
/// Losses that are kept, about.
pub(crate) const LOSSES: u64 = 200;
/// Snapshots of the validation pictures, about.
const SNAPSHOTS: u32 = 10;
/// Steps that are probed from inside, and how often, about.
const PROBED: (u64, u32) = (100, 8);
/// Validation pictures that are kept of seed 0.
const KEPT: usize = 3;

/// Trains networks from L to L; what is asked about them stands in the questions' own files.
pub struct Training;

impl Study<Autoencoder> for Training {
    type Arm = arm::Arm;
    type Outcome = Outcome<Copying>;

    fn arms(config: &Config) -> Vec<arm::Arm> {
        arm::Arm::all(config)
    }

    fn run(
        arm: &arm::Arm,
        config: &Config,
        scenes: &Scenes,
        cell: &mut Cell<'_>,
    ) -> Result<Outcome<Copying>> {
        let levels = match *arm == TWO_CIRCLES {
            true => Circles::TWO,
            false => Circles::ONE,
        };
        let training = Circles {
            purpose: "training circles",
            count: config.circles,
            levels,
            ..validation_circles(config, cell.seed())
        };
        let validation = Circles {
            levels,
            ..validation_circles(config, cell.seed())
        };
        let scenes = [Part::Training, Part::Validation].map(|part| scenes.grey(part));
        let examples: (&dyn Examples, &dyn Examples) = if *arm == SCENES {
            (&scenes[0], &scenes[1])
        } else {
            (&training, &validation)
        };
        let film = if *arm == BASELINE {
            Film::Maps
        } else {
            Film::Answer
        };
        let settings = arm.settings(config);
        Fit::new(&settings, config, examples, film, cell).finish(
            cell,
            |network| Copying::measure(network, config),
            |network| {
                let mut arrays = Copying::arrays(network, config);
                if *arm == SMALL {
                    arrays.extend(network.layer_arrays());
                }
                arrays
            },
        )
    }
}

/// The circles of a seed that no network is trained on, one in each picture.
pub(crate) fn validation_circles(config: &Config, seed: u64) -> Circles {
    Circles {
        seed,
        purpose: "validation circles",
        count: config.validation,
        size: config.size(),
        radius: config.radius_pixels(),
        levels: Circles::ONE,
    }
}

/// Measurements of one training, as stored in `outcome.json`; `E` are those of the finished network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome<E> {
    /// What was noted on the way.
    #[serde(flatten)]
    pub history: History,
    /// The step, counted from 0, whose loss or update was not a finite number.
    pub diverged_at: Option<u64>,
    /// The finished network; absent after a divergence.
    pub end: Option<E>,
    /// Weights and biases.
    pub parameters: usize,
    /// Multiplications of a forward pass for one picture.
    pub multiplications: u64,
}

/// A training from its first to its last step.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The network on the validation pictures, now and then.
    #[serde(rename = "looks")]
    pub snapshots: Vec<Snapshot>,
    /// Losses of steps, as they were made small.
    pub losses: Vec<StepLoss>,
    /// The training in twenty equal parts.
    pub windows: Vec<Window>,
    /// The network from inside during its first hundred steps.
    pub probes: Vec<Probe>,
}

/// The network on the validation pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Steps done.
    pub done: u64,
    /// How good the answers are; absent when they are no finite numbers.
    pub score: Option<Score>,
}

/// The loss of one step.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StepLoss {
    /// Counted from 0.
    pub step: u64,
    /// The loss, before the step's update.
    pub loss: f64,
}

/// Some steps in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Window {
    /// Steps done at its end.
    pub done: u64,
    /// Mean of squares of their batches over that of the best constant answer; from the losses,
    /// so with dropout where there is one.
    pub share: f64,
}

impl<E> Outcome<E> {
    /// The score of the finished network.
    pub fn last(&self) -> Option<&Score> {
        let last = self.history.snapshots.last();
        let finished = last.filter(|_| self.diverged_at.is_none());
        finished.and_then(|snapshot| snapshot.score.as_ref())
    }

    /// Share of the variance of the validation pictures that is left in the end, at most 1: whoever
    /// is worse than the best constant answer has learnt nothing, and so has who diverged.
    pub fn left(&self) -> f64 {
        self.last().map_or(1.0, |score| score.share.min(1.0))
    }

    /// Share that is left on the training pictures, over the last tenth of the steps; nothing
    /// after a divergence. Rates are chosen by this.
    pub fn training_share(&self) -> Option<f64> {
        let windows = &self.history.windows;
        let last = &windows[windows.len().checked_sub(2)?..];
        let mean = last.iter().map(|window| window.share).sum::<f64>() / last.len() as f64;
        Some(mean).filter(|mean| self.diverged_at.is_none() && mean.is_finite())
    }
}

/// What a curve on a logarithmic axis shows of a share: more is off the chart.
pub(crate) const SHARES: (f64, f64) = (0.01, 100.0);

/// The axis of errors that are divided by that of the best constant answer.
pub(crate) const LEFT: &str = "share of the error left";

/// The share of the variance that is left over the steps of an arm, over seeds; a seed that diverged
/// ends there. Steps are counted from 1, the network before its training, for logarithmic axes.
pub(crate) fn share_curve<A: Arm, E>(
    cells: &Outcomes<A, Outcome<E>>,
    arm: &A,
) -> (Vec<f64>, seeds::Curve) {
    let cells = cells.of(arm);
    let histories: Vec<&[Snapshot]> = cells
        .map(|cell| &cell.outcome.history.snapshots[..])
        .collect();
    let longest = histories.iter().max_by_key(|snapshots| snapshots.len());
    let steps = longest.copied().unwrap_or_default().iter();
    let steps: Vec<f64> = steps.map(|snapshot| (snapshot.done + 1) as f64).collect();
    let share = |snapshot: &Snapshot| {
        let share = snapshot.score.map_or(f64::NAN, |score| score.share);
        share.clamp(SHARES.0 / 10.0, SHARES.1 * 10.0)
    };
    let rows = histories
        .iter()
        .map(|snapshots| snapshots.iter().map(share).collect());
    let places = seeds::by_place(&rows.collect::<Vec<_>>(), steps.len());
    let curve = seeds::Curve::new(&places, statistics::mean, seeds::RANGE);
    (steps, curve)
}

/// Shares that an arm leaves in the end, one per seed.
pub(crate) fn left(results: &All, arm: impl Into<arm::Arm>) -> Vec<f64> {
    results
        .of::<Training>()
        .values(&arm.into(), |outcome| Some(outcome.left()))
}

/// A training to be done.
pub struct Fit<'a> {
    settings: &'a Settings,
    config: &'a Config,
    training: &'a dyn Examples,
    validation: &'a dyn Examples,
    film: Option<Film>,
    seed: u64,
    device: Device,
    /// Mean of squares that the best constant answer leaves of the last batch.
    constant: cell::Cell<f64>,
}

/// What is noted on the way; a checkpoint holds it, too.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Metrics {
    /// What the outcome keeps.
    pub history: History,
    /// Pictures on the way.
    pub frames: Vec<Frame>,
    /// Of the window that is not full: sums of the mean of squares, and of the constant's.
    sums: (f64, f64),
}

/// Steps at which something is noted: 0, the last, the middle, and about `count` between, each
/// about so many times the one before.
pub fn milestones(steps: u64, count: u32) -> Vec<u64> {
    let ratio = (steps as f64).powf(1.0 / f64::from(count));
    let between = (0..count).map(|index| ratio.powf(f64::from(index)).round() as u64);
    let mut all: Vec<u64> = between.chain([0, steps / 2, steps]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

impl<'a> Fit<'a> {
    /// On these training and validation pictures, filmed for seed 0.
    pub fn new(
        settings: &'a Settings,
        config: &'a Config,
        (training, validation): (&'a dyn Examples, &'a dyn Examples),
        film: Film,
        cell: &Cell<'_>,
    ) -> Self {
        Self {
            settings,
            config,
            training,
            validation,
            film: (cell.seed() == 0).then_some(film),
            seed: cell.seed(),
            device: cell.device().clone().autodiff(),
            constant: 0.0.into(),
        }
    }

    /// The network before its training: the same weights for all arms of a seed that have the
    /// same layers and initial weights.
    ///
    /// # Errors
    /// When it cannot be built.
    pub fn network(&self, cell: &Cell<'_>) -> Result<Network> {
        let network = &self.settings.network;
        cell.network("weights", 0, |device| Ok(network.init(self.config, device)))
    }

    /// Trains, measures the finished network, and keeps pictures of seed 0.
    ///
    /// # Errors
    /// As [`train()`].
    pub fn finish<E>(
        &self,
        cell: &mut Cell<'_>,
        measure: impl Fn(&Network) -> E,
        arrays: impl Fn(&Network) -> Vec<(String, ArrayD<f32>)>,
    ) -> Result<Outcome<E>> {
        let optimizer = self.settings.optimizer.init();
        let trained = train(cell, self, self.network(cell)?, optimizer)?;
        let mut end = None;
        if trained.diverged_at.is_none() {
            let network = trained.model.valid();
            end = Some(measure(&network));
            let batch = self.config.batch.min(self.validation.count());
            let numbers: Vec<usize> = (0..batch).collect();
            let example = || tensors(self.validation, &numbers, &network.device()).0;
            cell.offer(|about| {
                let labels = Labels::about(about);
                freeze(&network, &example(), Network::forward, &labels).map(Frozen::into_file)
            })?;
            if self.film.is_some() {
                let arrays = arrays(&network).into_iter().chain(self.arrays(&network));
                let frames = frame_arrays(&trained.metrics.frames);
                for (name, array) in arrays.chain(frames) {
                    cell.keep_array(name, array);
                }
            }
        }
        let architecture = self.settings.network.architecture;
        Ok(Outcome {
            history: trained.metrics.history,
            diverged_at: trained.diverged_at,
            end,
            parameters: trained.model.num_params(),
            multiplications: multiplications(architecture, self.config)?,
        })
    }

    fn arrays(&self, network: &Network) -> Vec<(String, ArrayD<f32>)> {
        let (size, channels) = (self.validation.size(), self.validation.channels());
        let kept = KEPT.min(self.validation.count());
        let answers = answers(network, self.validation, kept);
        let inputs = (0..kept).flat_map(|number| self.validation.example(number).input);
        let kernels = network.first_kernels();
        let [.., rows, columns] = kernels.dims();
        let kernels: Vec<f32> = kernels.into_data().iter::<f32>().collect();
        let side = Size {
            width: columns,
            height: rows,
        };
        let arrays = [
            ("input", pictures(inputs.collect(), 1, size)),
            ("truth", pictures(answers.targets, channels, size)),
            ("output", pictures(answers.outputs, channels, size)),
            ("kernels", pictures(kernels, 1, side)),
        ];
        arrays.map(|(name, array)| (name.to_owned(), array)).into()
    }

    /// The pictures of a step, drawn with replacement; they depend on seed and step alone.
    fn numbers(&self, step: u64) -> Vec<usize> {
        let mut random = random::stream(self.seed, "batch", step);
        let count = self.training.count();
        (0..self.config.batch)
            .map(|_| random.random_range(0..count))
            .collect()
    }

    fn extent(&self) -> Extent {
        Extent {
            batch: self.config.batch,
            channels: self.training.channels(),
            pixels: self.training.size().pixels(),
        }
    }

    fn take_snapshot(&self, metrics: &mut Metrics, network: &Network, done: u64) {
        let network = network.valid();
        let count = self.config.validation.min(self.validation.count());
        let answers = answers(&network, self.validation, count);
        let pixels = self.validation.size().pixels();
        metrics.history.snapshots.push(Snapshot {
            done,
            score: answers.score(self.validation.channels(), pixels),
        });
        let frame = self.film.map(|film| film.frame(&network, self.validation));
        metrics.frames.extend(frame);
    }

    fn probe(&self, network: &Network, done: u64) -> Probe {
        let batch = tensors(self.training, &self.numbers(done), &self.device);
        self.device
            .seed(random::device_seed(self.seed, "probe", done));
        probe(network, self.settings.loss, batch, done)
    }

    fn note_loss(&self, metrics: &mut Metrics, done: u64, loss: f64) {
        let (step, steps) = (done - 1, self.settings.steps);
        if step.is_multiple_of(steps.div_ceil(LOSSES)) {
            metrics.history.losses.push(StepLoss { step, loss });
        }
        metrics.sums.0 += self.settings.loss.mean_square(loss, self.extent());
        metrics.sums.1 += self.constant.get();
        // Windows end where the steps done cross a twentieth of all.
        if done * WINDOWS / steps > step * WINDOWS / steps {
            let share = metrics.sums.0 / metrics.sums.1;
            if share.is_finite() {
                metrics.history.windows.push(Window { done, share });
            }
            metrics.sums = (0.0, 0.0);
        }
    }
}

impl Task for Fit<'_> {
    type Model = Network;
    type Metrics = Metrics;

    fn steps(&self) -> u64 {
        self.settings.steps
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.settings.rate
    }

    fn loss(&self, network: &Network, step: u64) -> Tensor<1> {
        let (inputs, targets) = tensors(self.training, &self.numbers(step), &self.device);
        let values: Vec<f32> = targets.to_data().iter::<f32>().collect();
        let extent = self.extent();
        self.constant
            .set(variance(&values, extent.channels, extent.pixels));
        self.settings.loss.value(network.forward(inputs), targets)
    }

    fn observe(&self, metrics: &mut Metrics, step: Step<'_, Network>) -> Result<()> {
        if let Some(loss) = step.loss {
            self.note_loss(metrics, step.done, loss);
        }
        if milestones(self.settings.steps, SNAPSHOTS).contains(&step.done) {
            self.take_snapshot(metrics, step.model, step.done);
        }
        let (first, count) = PROBED;
        if milestones(first.min(self.settings.steps), count).contains(&step.done) {
            let probe = self.probe(step.model, step.done);
            metrics.history.probes.push(probe);
        }
        Ok(())
    }

    fn watched(&self, metrics: &Metrics) -> Vec<Scalar> {
        let History {
            snapshots, windows, ..
        } = &metrics.history;
        let of_one = |snapshot: &Snapshot| {
            let numbers = snapshot.score.map(|score| {
                [
                    Scalar::new("validation/share", snapshot.done, score.share),
                    Scalar::new("validation/correlation", snapshot.done, score.correlation),
                    Scalar::new("validation/outside", snapshot.done, score.outside),
                ]
            });
            numbers.into_iter().flatten()
        };
        let of_window = |window: &Window| Scalar::new("train/share", window.done, window.share);
        let snapshots = snapshots.iter().flat_map(of_one);
        snapshots.chain(windows.iter().map(of_window)).collect()
    }
}
