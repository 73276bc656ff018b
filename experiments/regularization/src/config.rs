//! What can be set, with the author's values as those of preset `post`.

use std::path::PathBuf;

use clap::{ArgAction, Args};
use retrace_lab::{Invalid, Preset};
use serde::{Deserialize, Serialize};

/// Settings of the experiment. "The author" means: as in the code that came with the post.
#[derive(Debug, Clone, PartialEq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Strength of every penalty, 0 or more (the author: 0.3)
    #[arg(long)]
    pub lambda: f64,
    /// Share of L1 in the elastic net, 0 to 1 (ours: half and half)
    #[arg(long)]
    pub l1_share: f64,
    /// Step size of plain stochastic gradient descent (the author: 0.01)
    #[arg(long)]
    pub learning_rate: f64,
    /// Passes over the training points, one point a step (the author: 100)
    #[arg(long)]
    pub epochs: u64,
    /// Step size of the arms with small steps, as a share of the learning rate (ours: 0.1)
    #[arg(long)]
    pub small_step: f64,
    /// Passes over the training points with small steps (ours: 300, so that weights get as far)
    #[arg(long)]
    pub small_step_epochs: u64,
    /// Units of the hidden layers (the author: 10,10,10)
    #[arg(long, value_delimiter = ',')]
    pub hidden: Vec<usize>,

    /// Own points instead of drawn ones: a CSV file with the columns x and y
    #[arg(long, value_name = "FILE")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<PathBuf>,
    /// Number of points to draw, evenly spaced on [0.5, 9.5] (the author: 50)
    #[arg(long)]
    pub samples: usize,
    /// Width of the uniform noise on y, in units of y (the author: 2)
    #[arg(long)]
    pub noise: f64,
    /// Number of lifted points, evenly spaced among all (the author: 10)
    #[arg(long)]
    pub outliers: usize,
    /// Largest lift that the outliers share, drawn from U(0, this), in units of y (the author: 10)
    #[arg(long)]
    pub max_lift: f64,
    /// Share of the points held back for the total error, 0 to 1 (the author: 0.2)
    #[arg(long)]
    pub test_share: f64,
    /// Draw new points for every seed; if not, all share those of seed 0 (the author: false)
    #[arg(long, action = ArgAction::Set)]
    pub redraw_points: bool,

    /// Below this size a weight counts as near zero (ours: 0.01, about three steps of L1, each
    /// learning rate times lambda = 0.003)
    #[arg(long)]
    pub near_zero: f64,
    /// A hidden unit goes when all weights into it, or all out of it, are smaller (ours: 0.01)
    #[arg(long)]
    pub pruning_threshold: f64,
    /// How far pruning may move the fitted line, in units of y; the threshold is halved until it
    /// does not (ours: 0.2, a tenth of the noise)
    #[arg(long)]
    pub pruning_tolerance: f64,

    /// Strengths that cross-validation tries, rising (ours; the post only suggests it)
    #[arg(long, value_delimiter = ',')]
    pub lambdas: Vec<f64>,
    /// Folds of the cross-validation (ours: 5)
    #[arg(long)]
    pub folds: usize,
    /// Lifts of the outliers to compare, rising from 0, in units of y (ours)
    #[arg(long, value_delimiter = ',')]
    pub outlier_sizes: Vec<f64>,
    /// Passes of each training of cross-validation and of the outlier sizes (ours: as `epochs`)
    #[arg(long)]
    pub sweep_epochs: u64,
}

impl retrace_lab::Config for Config {
    const SEEDS: [u64; 3] = [2, 10, 40];

    fn preset(preset: Preset) -> Self {
        let post = Self {
            lambda: 0.3,
            l1_share: 0.5,
            learning_rate: 0.01,
            epochs: 100,
            small_step: 0.1,
            small_step_epochs: 300,
            hidden: vec![10, 10, 10],
            points: None,
            samples: 50,
            noise: 2.0,
            outliers: 10,
            max_lift: 10.0,
            test_share: 0.2,
            redraw_points: false,
            near_zero: 0.01,
            pruning_threshold: 0.01,
            pruning_tolerance: 0.2,
            lambdas: vec![0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0],
            folds: 5,
            outlier_sizes: vec![0.0, 2.0, 4.0, 6.0, 8.0, 10.0],
            sweep_epochs: 100,
        };
        match preset {
            Preset::Post => post,
            Preset::Quick => Self {
                small_step_epochs: 120,
                lambdas: vec![0.003, 0.03, 0.1, 0.3, 1.0],
                folds: 3,
                outlier_sizes: vec![0.0, 5.0, 10.0],
                sweep_epochs: 25,
                ..post
            },
            Preset::Smoke => Self {
                epochs: 6,
                small_step_epochs: 6,
                lambdas: vec![0.01, 0.3],
                folds: 2,
                outlier_sizes: vec![0.0, 10.0],
                sweep_epochs: 2,
                ..post
            },
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        self.validate_trainings()?;
        self.validate_points()?;
        self.validate_sweeps()
    }
}

impl Config {
    /// Sizes of the network's layers, one input and one output.
    pub fn sizes(&self) -> Vec<usize> {
        let ends = |inner: &[usize]| [&[1], inner, &[1]].concat();
        ends(&self.hidden)
    }

    /// How many of `count` points are held back.
    pub fn test_points(&self, count: usize) -> usize {
        ((count as f64 * self.test_share).round() as usize).clamp(1, count.saturating_sub(1))
    }

    fn validate_trainings(&self) -> Result<(), Invalid> {
        not_negative("lambda", self.lambda)?;
        let share = self.l1_share;
        let is_share = (0.0..=1.0).contains(&share);
        Invalid::unless(is_share, "l1_share", "a number from 0 to 1", share)?;
        Invalid::unless_positive("learning_rate", self.learning_rate)?;
        epochs("epochs", self.epochs)?;
        Invalid::unless_positive("small_step", self.small_step)?;
        epochs("small_step_epochs", self.small_step_epochs)?;
        let hidden = &self.hidden;
        let sizes = "at least one hidden layer of 1 to 1000 units";
        let fits = !hidden.is_empty() && hidden.iter().all(|units| (1..=1000).contains(units));
        Invalid::unless(fits, "hidden", sizes, format!("{hidden:?}"))?;
        Invalid::unless_positive("near_zero", self.near_zero)?;
        Invalid::unless_positive("pruning_threshold", self.pruning_threshold)?;
        Invalid::unless_positive("pruning_tolerance", self.pruning_tolerance)
    }

    fn validate_points(&self) -> Result<(), Invalid> {
        Invalid::unless_between("samples", self.samples, 10, 100_000)?;
        not_negative("noise", self.noise)?;
        let outliers = self.outliers;
        let fits = outliers <= self.samples;
        Invalid::unless(fits, "outliers", "no more than there are samples", outliers)?;
        not_negative("max_lift", self.max_lift)?;
        let share = self.test_share;
        let splits = share > 0.0 && share < 1.0;
        Invalid::unless(splits, "test_share", "a number between 0 and 1", share)
    }

    fn validate_sweeps(&self) -> Result<(), Invalid> {
        let lambdas = &self.lambdas;
        let rises = is_rising(lambdas) && lambdas[0] > 0.0;
        let found = format!("{lambdas:?}");
        Invalid::unless(rises, "lambdas", "rising numbers above 0", found)?;
        let train = self.samples - self.test_points(self.samples);
        let splits = (2..=train).contains(&self.folds);
        let expected = "2 or more, with a point each";
        Invalid::unless(splits, "folds", expected, self.folds)?;
        let sizes = &self.outlier_sizes;
        let rises = is_rising(sizes) && sizes[0] == 0.0 && sizes.len() > 1;
        let found = format!("{sizes:?}");
        Invalid::unless(rises, "outlier_sizes", "rising numbers, the first 0", found)?;
        epochs("sweep_epochs", self.sweep_epochs)
    }
}

fn not_negative(key: &'static str, value: f64) -> Result<(), Invalid> {
    let holds = value >= 0.0 && value.is_finite();
    Invalid::unless(holds, key, "a finite number, 0 or more", value)
}

/// Steps are counted in u64; a million passes are more than anyone can wait for.
fn epochs(key: &'static str, value: u64) -> Result<(), Invalid> {
    Invalid::unless_between(key, value, 1, 1_000_000)
}

/// Whether there are numbers, all finite, each above the one before.
fn is_rising(values: &[f64]) -> bool {
    let finite = values.iter().all(|value| value.is_finite());
    !values.is_empty() && finite && values.windows(2).all(|pair| pair[0] < pair[1])
}
