//! What can be set, and the presets.

use retrace_core::layer::{he_normal, xavier_uniform};
use retrace_lab::{Config, Invalid, Preset};
use serde::{Deserialize, Serialize};

/// How initial weights are drawn. Every network is run with both: what an activation function
/// is good for turns out to depend on it, and the post does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialWeights {
    /// Xavier uniform (Glorot & Bengio 2010): what the author's code uses everywhere.
    Xavier,
    /// He normal (He et al. 2015): made for ReLU.
    He,
}

impl InitialWeights {
    /// Xavier's and He's.
    pub const BOTH: [Self; 2] = [Self::Xavier, Self::He];

    /// Whose they are, for sentences: `Xavier's weights`.
    pub fn whose(self) -> &'static str {
        match self {
            Self::Xavier => "Xavier's",
            Self::He => "He's",
        }
    }

    /// For claims' ids.
    pub fn name(self) -> &'static str {
        match self {
            Self::Xavier => "xavier",
            Self::He => "he",
        }
    }

    /// Burn's initializer.
    pub fn initializer(self) -> burn::nn::Initializer {
        match self {
            Self::Xavier => xavier_uniform(),
            Self::He => he_normal(),
        }
    }
}

/// Settings of the activations experiment. The post names no network: where it gives a number
/// (slopes, the softmax cases), the number is in the code; the rest is chosen here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct ActivationsConfig {
    /// Functions are plotted from minus this input to plus this input.
    #[arg(long)]
    pub reach: f64,
    /// Points of a plotted function; odd, so that the kink at 0 is one of them.
    #[arg(long)]
    pub points: usize,
    /// Derivative (1 = the input's own) below which the sigmoid is marked as saturated.
    #[arg(long)]
    pub saturated_below: f64,
    /// Negative slopes of the plotted PReLU family.
    #[arg(long, value_delimiter = ',')]
    pub prelu_slopes: Vec<f64>,
    /// Temperatures of the softmax row; the post's is 1.
    #[arg(long, value_delimiter = ',')]
    pub temperatures: Vec<f64>,
    /// Slopes that RReLU draws per seed for its mean.
    #[arg(long)]
    pub rrelu_draws: usize,

    /// Weight layers of the deep network at its start; 20 as this experiment defines it.
    #[arg(long)]
    pub layers: usize,
    /// Inputs, units of each layer, and outputs of the deep network: one number, so that the
    /// gradients of all layers have the same shape and their norms compare.
    #[arg(long)]
    pub width: usize,
    /// Examples in the one batch of the deep network.
    #[arg(long)]
    pub batch: usize,

    /// Points of the two spirals, half for training and half for the test.
    #[arg(long)]
    pub spiral_points: usize,
    /// Turns of each spiral around the centre.
    #[arg(long)]
    pub spiral_turns: f64,
    /// Standard deviation of the noise on each coordinate; the spirals have radius 1.
    #[arg(long)]
    pub spiral_noise: f64,
    /// Hidden layers of the network that is trained.
    #[arg(long)]
    pub hidden_layers: usize,
    /// Units of each of its hidden layers.
    #[arg(long)]
    pub hidden_units: usize,
    /// Steps of training.
    #[arg(long)]
    pub steps: u64,
    /// Steps between two observations of loss and slopes.
    #[arg(long)]
    pub observe_every: u64,
    /// Examples per step.
    #[arg(long)]
    pub train_batch: usize,
    /// Learning rate of gradient descent; low enough that no training diverges (at 0.05 most of
    /// PReLU's do).
    #[arg(long)]
    pub learning_rate: f64,
    /// Momentum of gradient descent (0-1); He et al. 2015 train PReLU's slopes with momentum.
    #[arg(long)]
    pub momentum: f64,
}

impl ActivationsConfig {
    /// Sizes of the deep network, inputs first.
    pub fn deep_sizes(&self) -> Vec<usize> {
        vec![self.width; self.layers + 1]
    }

    /// Sizes of the network that is trained: two coordinates in, two classes out.
    pub fn trained_sizes(&self) -> Vec<usize> {
        let hidden = std::iter::repeat_n(self.hidden_units, self.hidden_layers);
        std::iter::once(2)
            .chain(hidden)
            .chain(std::iter::once(2))
            .collect()
    }
}

impl Config for ActivationsConfig {
    const SEEDS: [u64; 3] = [2, 10, 40];

    fn preset(preset: Preset) -> Self {
        let (layers, steps, observe_every, rrelu_draws) = match preset {
            Preset::Smoke => (20, 40, 10, 1_000),
            Preset::Quick => (20, 1_000, 25, 10_000),
            Preset::Post => (20, 2_000, 50, 10_000),
        };
        Self {
            reach: 8.0,
            points: 321,
            saturated_below: 0.01,
            prelu_slopes: vec![0.0, 0.1, 0.25, 0.5, 1.0],
            temperatures: vec![0.25, 0.5, 1.0, 2.0, 5.0],
            rrelu_draws,
            layers,
            width: 64,
            batch: 128,
            spiral_points: 1_024,
            spiral_turns: 1.5,
            spiral_noise: 0.02,
            hidden_layers: 5,
            hidden_units: 32,
            steps,
            observe_every,
            train_batch: 64,
            learning_rate: 0.01,
            momentum: 0.9,
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        self.validate_functions()?;
        self.validate_deep_network()?;
        self.validate_training()
    }
}

impl ActivationsConfig {
    fn validate_functions(&self) -> Result<(), Invalid> {
        within("reach", self.reach, 1.0, 50.0)?;
        Invalid::unless_between("points", self.points, 3, 10_001)?;
        Invalid::unless(
            self.points % 2 == 1,
            "points",
            "an odd number, so that 0 is one of the points",
            self.points,
        )?;
        Invalid::unless(
            self.saturated_below > 0.0 && self.saturated_below < 0.25,
            "saturated_below",
            "above 0 and below 0.25, the sigmoid's largest derivative",
            self.saturated_below,
        )?;
        list("prelu_slopes", &self.prelu_slopes, -2.0, 2.0)?;
        list("temperatures", &self.temperatures, 0.01, 1_000.0)?;
        Invalid::unless_between("rrelu_draws", self.rrelu_draws, 2, 10_000_000)
    }

    fn validate_deep_network(&self) -> Result<(), Invalid> {
        Invalid::unless_between("layers", self.layers, 2, 100)?;
        Invalid::unless_between("width", self.width, 2, 4_096)?;
        Invalid::unless_between("batch", self.batch, 1, 65_536)
    }

    fn validate_training(&self) -> Result<(), Invalid> {
        Invalid::unless_between("spiral_points", self.spiral_points, 8, 1_000_000)?;
        within("spiral_turns", self.spiral_turns, 0.1, 10.0)?;
        within("spiral_noise", self.spiral_noise, 0.0, 1.0)?;
        Invalid::unless_between("hidden_layers", self.hidden_layers, 1, 100)?;
        Invalid::unless_between("hidden_units", self.hidden_units, 1, 4_096)?;
        Invalid::unless(
            self.steps >= 1,
            "steps",
            "a whole number from 1",
            self.steps,
        )?;
        Invalid::unless(
            (1..=self.steps).contains(&self.observe_every),
            "observe_every",
            "a whole number from 1 to steps",
            self.observe_every,
        )?;
        Invalid::unless_between("train_batch", self.train_batch, 1, 65_536)?;
        Invalid::unless_positive("learning_rate", self.learning_rate)?;
        Invalid::unless(
            (0.0..1.0).contains(&self.momentum),
            "momentum",
            "from 0 to below 1",
            self.momentum,
        )
    }
}

fn within(key: &'static str, found: f64, least: f64, most: f64) -> Result<(), Invalid> {
    let expected = format!("a number from {least} to {most}");
    Invalid::unless((least..=most).contains(&found), key, &expected, found)
}

fn list(key: &'static str, found: &[f64], least: f64, most: f64) -> Result<(), Invalid> {
    let fits = |number: &f64| (least..=most).contains(number);
    let expected = format!("one to eight numbers from {least} to {most}");
    Invalid::unless(
        (1..=8).contains(&found.len()) && found.iter().all(fits),
        key,
        &expected,
        format!("{found:?}"),
    )
}
