//! The trainings that most questions look at: the post's network learns with each penalty, one point
//! per step, in order, by plain SGD on |error| + penalty; and again with smaller steps.

use burn::optim::SgdConfig;
use burn::tensor::{Device, Tensor, TensorData};
use ndarray::Array2;
use retrace_core::layer::Mlp;
use retrace_core::regularization::Penalty;
use retrace_lab::{Arm, Cell, Result, Scalar, Step, Study, Task, statistics, train};
use serde::{Deserialize, Serialize};

use crate::Regularization;
use crate::config::Config;
use crate::network::{Layers, network};
use crate::penalties::Method;
use crate::points::{Line, Points, Source};

/// The trainings.
pub struct Trainings;

/// The steps of a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// As the author took them.
    Author,
    /// Smaller, and more of them.
    Small,
}

impl Steps {
    /// Training with the penalty of `method`.
    pub const fn with(self, method: Method) -> Variant {
        Variant {
            method,
            steps: self,
        }
    }

    /// Step size, and passes over the points.
    fn sizes(self, config: &Config) -> (f64, u64) {
        match self {
            Self::Author => (config.learning_rate, config.epochs),
            Self::Small => {
                let rate = config.learning_rate * config.small_step;
                (rate, config.small_step_epochs)
            }
        }
    }
}

/// A training of the comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variant {
    /// The penalty in its cost.
    pub method: Method,
    /// Its steps.
    pub steps: Steps,
}

impl Arm for Variant {
    /// `l1`, `l1-small-steps`.
    fn name(&self) -> String {
        match self.steps {
            Steps::Author => self.method.name().to_owned(),
            Steps::Small => format!("{}-small-steps", self.method.name()),
        }
    }

    fn label(&self) -> String {
        match self.steps {
            Steps::Author => self.method.label().to_owned(),
            Steps::Small => format!("{}, small steps", self.method.label()),
        }
    }
}

/// A finished training as plain numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// The network at the end, if it is finite.
    pub layers: Option<Layers>,
    /// The line that it is.
    pub line: Option<Line>,
    /// Mean of the lines after each step of the last fifth: where the training hovers.
    pub settled: Option<Line>,
    /// The line before training and after each epoch.
    pub lines: Vec<Line>,
    /// Share of weights near zero, likewise, 0 to 1.
    pub near_zero: Vec<f64>,
    /// Sum of |error| over the test points, in units of y: the author's measure.
    pub total_error: Option<f64>,
    /// The same for the settled line.
    pub settled_error: Option<f64>,
    /// Largest |weight| over the norm of all weights, 0 to 1.
    pub concentration: Option<f64>,
    /// Median |weight|.
    pub median_weight: Option<f64>,
    /// The step whose loss was not finite.
    pub diverged_at: Option<u64>,
}

impl Study<Regularization> for Trainings {
    type Arm = Variant;
    type Outcome = Training;

    fn arms(_: &Config) -> Vec<Variant> {
        let author = Method::ALL.map(|method| Steps::Author.with(method));
        let small = Method::SINGLE.map(|method| Steps::Small.with(method));
        author.into_iter().chain(small).collect()
    }

    fn run(
        Variant { method, steps }: &Variant,
        config: &Config,
        source: &Source,
        cell: &mut Cell,
    ) -> Result<Training> {
        let samples = source.samples(config, cell.seed());
        let (learning_rate, epochs) = steps.sizes(config);
        let (train, penalty) = (samples.train(), method.penalty(config));
        let fit = Fit {
            learning_rate,
            epochs,
            ..Fit::new(method.name(), config, penalty, &train, cell.device())
        };
        let (training, history) = fit.run(cell, &samples.test())?;
        if *steps == Steps::Author {
            history.keep_frames(cell);
        }
        Ok(training)
    }
}

/// The steps whose mean line is the settled one: the last fifth.
const SETTLED: u64 = 5;

/// A training to be done.
pub struct Fit<'a> {
    /// Names its checkpoint among those of the cell.
    pub name: String,
    /// Sizes of the network, and what counts as near zero.
    pub config: &'a Config,
    /// The penalty in the cost.
    pub penalty: Penalty,
    /// Step size.
    pub learning_rate: f64,
    /// Passes over the points.
    pub epochs: u64,
    /// The points, each as a batch of one.
    pub batches: Vec<(Tensor<2>, Tensor<2>)>,
}

impl<'a> Fit<'a> {
    /// The author's training on `points` with this penalty. `device` is one without autodiff.
    pub fn new(
        name: impl Into<String>,
        config: &'a Config,
        penalty: Penalty,
        points: &Points,
        device: &Device,
    ) -> Self {
        let device = device.clone().autodiff();
        let number = |value: f64| Tensor::from_data(TensorData::from([[value as f32]]), &device);
        Self {
            name: name.into(),
            config,
            penalty,
            learning_rate: config.learning_rate,
            epochs: config.epochs,
            batches: points
                .pairs()
                .map(|(x, y)| (number(x), number(y)))
                .collect(),
        }
    }

    /// The same over the epochs of cross-validation and of the outlier sizes.
    #[must_use]
    pub fn sweep(self) -> Self {
        let epochs = self.config.sweep_epochs;
        Self { epochs, ..self }
    }

    /// Trains a network with the weights that every arm of this seed starts from; the total errors
    /// are those on `test`.
    ///
    /// # Errors
    /// A stop that was asked for, or a checkpoint that cannot be used.
    pub fn run(&self, cell: &mut Cell<'_>, test: &Points) -> Result<(Training, History)> {
        let sizes = self.config.sizes();
        let fresh = cell.network("weights", 0, |device| network(&sizes, device))?;
        self.run_from(cell, fresh, test)
    }

    /// The same from the weights of `network`.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_from(
        &self,
        cell: &mut Cell<'_>,
        network: Mlp,
        test: &Points,
    ) -> Result<(Training, History)> {
        let trained = train(cell, self, network, SgdConfig::new().init())?;
        let layers = Some(Layers::from_network(&trained.model))
            .filter(|layers| trained.diverged_at.is_none() && layers.is_finite());
        let history = trained.metrics;
        let training = Training::new(layers, &history, test, trained.diverged_at);
        Ok((training, history))
    }
}

impl Task for Fit<'_> {
    type Model = Mlp;
    type Metrics = History;

    fn name(&self) -> &str {
        &self.name
    }

    fn steps(&self) -> u64 {
        self.epochs * self.batches.len() as u64
    }

    fn learning_rate(&self, _step: u64) -> f64 {
        self.learning_rate
    }

    fn loss(&self, model: &Mlp, step: u64) -> Tensor<1> {
        let (x, y) = &self.batches[(step % self.batches.len() as u64) as usize];
        let error = (model.forward(x.clone()) - y.clone()).abs().sum();
        self.penalty.add_to(error, model)
    }

    fn observe(&self, history: &mut History, step: Step<'_, Mlp>) -> Result<()> {
        let batches = self.batches.len() as u64;
        let epoch_ends = step.done.is_multiple_of(batches);
        let is_settling = step.done > self.steps() - self.steps() / SETTLED;
        if epoch_ends || is_settling {
            let layers = Layers::from_network(step.model);
            if is_settling {
                history.settling.add(layers.line());
            }
            if epoch_ends {
                history.note(self, step.done / batches, &layers);
            }
        }
        Ok(())
    }

    fn watched(&self, history: &History) -> Vec<Scalar> {
        // One of each for the start and for every epoch.
        let steps = (0..).map(|epoch| epoch * self.batches.len() as u64);
        let of_one = |((step, line), near_zero): ((u64, &Line), &f64)| {
            [
                Scalar::new("line/slope", step, line.slope),
                Scalar::new("line/intercept", step, line.intercept),
                Scalar::new("weights/near_zero", step, *near_zero),
            ]
        };
        let epochs = steps.zip(&history.lines).zip(&history.near_zero);
        epochs.flat_map(of_one).collect()
    }
}

/// What is observed at the start and after each epoch while all numbers are finite.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct History {
    /// The line that the network is.
    pub lines: Vec<Line>,
    /// Share of weights near zero.
    pub near_zero: Vec<f64>,
    /// Weights of the epochs in [`frames`], layer after layer.
    pub frames: Vec<Vec<f32>>,
    /// Mean line over all steps of the last fifth of the training.
    pub settling: MeanLine,
}

/// The epochs of `epochs` whose weights are stored: each of the first ten, then twenty more.
pub fn frames(epochs: u64) -> Vec<u64> {
    let every = epochs.div_ceil(20);
    (0..=epochs)
        .filter(|epoch| *epoch <= 10 || epoch % every == 0 || *epoch == epochs)
        .collect()
}

impl History {
    fn note(&mut self, fit: &Fit<'_>, epoch: u64, layers: &Layers) {
        let line = layers.line();
        // JSON knows no NaN, and a checkpoint must be readable: what diverged is not noted.
        if !layers.is_finite() || !line.is_finite() {
            return;
        }
        self.lines.push(line);
        self.near_zero.push(layers.near_zero(fit.config.near_zero));
        if frames(fit.epochs).contains(&epoch) {
            let weights = layers.weights().map(|w| w as f32);
            self.frames.push(weights.collect());
        }
    }

    /// Keeps the frames as the array `weights` of the cell: `[frames, weights]`.
    fn keep_frames(&self, cell: &mut Cell<'_>) {
        let shape = (self.frames.len(), self.frames.first().map_or(0, Vec::len));
        let frames = Array2::from_shape_fn(shape, |(frame, weight)| self.frames[frame][weight]);
        cell.keep_array("weights", frames.into_dyn());
    }
}

/// The mean of many lines, one after the other.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MeanLine {
    slopes: f64,
    intercepts: f64,
    count: u32,
}

impl MeanLine {
    /// Takes in one more line; one that is not finite is left out.
    pub fn add(&mut self, line: Line) {
        if line.is_finite() {
            self.slopes += line.slope;
            self.intercepts += line.intercept;
            self.count += 1;
        }
    }

    /// The mean; none of nothing.
    pub fn line(&self) -> Option<Line> {
        let n = f64::from(self.count);
        let mean = Line {
            slope: self.slopes / n,
            intercept: self.intercepts / n,
        };
        mean.is_finite().then_some(mean)
    }
}

impl Training {
    fn new(
        layers: Option<Layers>,
        history: &History,
        test: &Points,
        diverged_at: Option<u64>,
    ) -> Self {
        let line = layers.as_ref().map(Layers::line);
        let settled = history.settling.line().filter(|_| layers.is_some());
        let finite = |value: Option<f64>| value.filter(|value| value.is_finite());
        let median_weight = |layers: &Layers| {
            let sizes: Vec<f64> = layers.weights().map(f64::abs).collect();
            statistics::median(&sizes)
        };
        Self {
            line,
            settled,
            lines: history.lines.clone(),
            near_zero: history.near_zero.clone(),
            total_error: finite(line.map(|line| line.total_error(test))),
            settled_error: finite(settled.map(|line| line.total_error(test))),
            concentration: finite(layers.as_ref().map(Layers::concentration)),
            median_weight: finite(layers.as_ref().map(median_weight)),
            layers,
            diverged_at,
        }
    }
}
