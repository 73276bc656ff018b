//! What can be set, and the presets.

use retrace_data::{DIGIT_PIXELS, DigitCounts};
use retrace_lab::digits::OwnDigits;
use retrace_lab::{Config, Invalid, Preset};
use serde::{Deserialize, Serialize};

use crate::network::Normalisation;

/// Settings of the RReLU experiment; the preset `post` has those of the author's code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, clap::Args)]
pub struct RreluConfig {
    /// Units of the hidden layers, nearest to the input first; the post's are 1024,128.
    #[arg(long, value_delimiter = ',')]
    pub hidden: Vec<usize>,
    /// Images per step; the post's is 60.
    #[arg(long)]
    pub batch: usize,
    /// Learning rate of Adam; the post's is 0.0001.
    #[arg(long)]
    pub learning_rate: f64,
    /// Whether each epoch has an order of its own; the post keeps the file's.
    #[arg(long, action = clap::ArgAction::Set)]
    pub shuffle: bool,
    /// How much of the running mean and variance batch normalisation keeps per step; the post's is
    /// 0.999, which needs some thousand steps to forget where it began.
    #[arg(long)]
    pub bn_decay: f64,
    /// What batch normalisation adds to the variance; the post's is 1e-8.
    #[arg(long)]
    pub bn_epsilon: f64,

    /// Training images, the first of the training part; as many as there are, at most.
    #[arg(long)]
    pub images: usize,
    /// Passes over them; the post's are 10.
    #[arg(long)]
    pub epochs: u64,
    /// Training images of the second training, drawn by each seed from all of the training part:
    /// few, so that it overfits. RReLU's paper offers it against that.
    #[arg(long)]
    pub few_images: usize,
    /// Passes over those.
    #[arg(long)]
    pub few_epochs: u64,
    /// Passes between two evaluations of the second training.
    #[arg(long)]
    pub few_look_every: u64,

    /// Training images of the synthetic twin, where MNIST is not there; a sixth as many are for
    /// validation, and for the test.
    #[arg(long)]
    pub twin_images: usize,
    /// Own images in place of MNIST.
    #[command(flatten)]
    #[serde(flatten)]
    pub own: OwnDigits,
}

impl RreluConfig {
    /// Units per layer, pixels first, classes last.
    pub fn sizes(&self, classes: usize) -> Vec<usize> {
        let ends = [DIGIT_PIXELS, classes];
        [&ends[..1], &self.hidden, &ends[1..]].concat()
    }

    /// Batch normalisation.
    pub fn normalisation(&self) -> Normalisation {
        Normalisation {
            decay: self.bn_decay,
            epsilon: self.bn_epsilon,
        }
    }

    /// Digits of the twin.
    pub fn twin(&self) -> DigitCounts {
        DigitCounts::for_training(self.twin_images)
    }
}

impl Config for RreluConfig {
    const SEEDS: [u64; 3] = [2, 3, 5];

    fn preset(preset: Preset) -> Self {
        let post = Self {
            hidden: vec![1024, 128],
            batch: 60,
            learning_rate: 1e-4,
            shuffle: false,
            bn_decay: 0.999,
            bn_epsilon: 1e-8,
            images: 55_000,
            epochs: 10,
            few_images: 1_000,
            few_epochs: 100,
            few_look_every: 10,
            twin_images: 6_000,
            own: OwnDigits::default(),
        };
        match preset {
            Preset::Post => post,
            // Deviation: smaller, faster and shorter, so that all networks fit into a minute; the
            // running statistics have to keep up.
            Preset::Quick => Self {
                hidden: vec![256, 64],
                learning_rate: 5e-4,
                bn_decay: 0.98,
                images: 6_000,
                epochs: 4,
                few_images: 300,
                few_epochs: 40,
                few_look_every: 20,
                ..post
            },
            Preset::Smoke => Self {
                hidden: vec![24, 12],
                learning_rate: 2e-3,
                bn_decay: 0.9,
                images: 300,
                epochs: 2,
                few_images: 70,
                few_epochs: 4,
                few_look_every: 2,
                twin_images: 300,
                ..post
            },
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        self.own.validate()?;
        self.validate_network()?;
        self.validate_trainings()
    }
}

impl RreluConfig {
    fn validate_network(&self) -> Result<(), Invalid> {
        let sizes = self.hidden.iter().all(|units| (1..=8_192).contains(units));
        Invalid::unless(
            (1..=8).contains(&self.hidden.len()) && sizes,
            "hidden",
            "one to eight layers of 1 to 8192 units",
            format!("{:?}", self.hidden),
        )?;
        Invalid::unless(
            (0.0..1.0).contains(&self.bn_decay),
            "bn_decay",
            "from 0 to below 1",
            self.bn_decay,
        )?;
        Invalid::unless(
            self.bn_epsilon > 0.0 && self.bn_epsilon <= 1.0,
            "bn_epsilon",
            "above 0, at most 1",
            self.bn_epsilon,
        )
    }

    fn validate_trainings(&self) -> Result<(), Invalid> {
        // The variance of one example is zero.
        Invalid::unless_between("batch", self.batch, 2, 10_000)?;
        Invalid::unless_positive("learning_rate", self.learning_rate)?;
        Invalid::unless_between("images", self.images, 2, 10_000_000)?;
        Invalid::unless_between("epochs", self.epochs, 1, 100_000)?;
        Invalid::unless_between("few_images", self.few_images, 2, 10_000_000)?;
        Invalid::unless_between("few_epochs", self.few_epochs, 1, 1_000_000)?;
        Invalid::unless_between("few_look_every", self.few_look_every, 1, self.few_epochs)?;
        Invalid::unless_between("twin_images", self.twin_images, 60, 1_000_000)
    }
}
