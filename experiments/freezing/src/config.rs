//! What can be set, and the presets.

use retrace_data::DigitCounts;
use retrace_lab::digits::OwnDigits;
use retrace_lab::{Config, Invalid, Preset};
use serde::{Deserialize, Serialize};

/// Settings of the freezing experiment. The post freezes a network that others trained; all of
/// this is ours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, clap::Args)]
pub struct FreezingConfig {
    /// Images per step.
    #[arg(long)]
    pub batch: usize,
    /// Steps of the training before the network is frozen.
    #[arg(long)]
    pub steps: u64,
    /// Learning rate of Adam.
    #[arg(long)]
    pub learning_rate: f64,
    /// Test images on which original and frozen network are compared; as many as there are, at
    /// most.
    #[arg(long)]
    pub test_images: usize,
    /// Images of the predictions that are timed, one number per batch.
    #[arg(long, value_delimiter = ',')]
    pub timed_batches: Vec<usize>,
    /// Predictions that are timed at each batch; their median counts.
    #[arg(long)]
    pub timed: usize,
    /// Training images of the synthetic twin, where MNIST is not there; a sixth as many are for the
    /// test.
    #[arg(long)]
    pub twin_images: usize,
    /// Own images in place of MNIST.
    #[command(flatten)]
    #[serde(flatten)]
    pub own: OwnDigits,
}

impl FreezingConfig {
    /// Digits of the twin.
    pub fn twin(&self) -> DigitCounts {
        DigitCounts::for_training(self.twin_images)
    }
}

impl Config for FreezingConfig {
    const SEEDS: [u64; 3] = [2, 3, 10];

    fn preset(preset: Preset) -> Self {
        let post = Self {
            batch: 50,
            steps: 2_000,
            learning_rate: 1e-3,
            test_images: 10_000,
            timed_batches: vec![1, 10, 100],
            timed: 100,
            twin_images: 6_000,
            own: OwnDigits::default(),
        };
        match preset {
            Preset::Post => post,
            Preset::Quick => Self {
                steps: 300,
                test_images: 1_000,
                timed: 30,
                twin_images: 3_000,
                ..post
            },
            Preset::Smoke => Self {
                steps: 5,
                test_images: 60,
                timed_batches: vec![1, 4],
                timed: 3,
                twin_images: 300,
                ..post
            },
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        self.own.validate()?;
        Invalid::unless_between("batch", self.batch, 2, 10_000)?;
        Invalid::unless_between("steps", self.steps, 1, 10_000_000)?;
        Invalid::unless_between("test_images", self.test_images, 2, 1_000_000)?;
        Invalid::unless_between("timed", self.timed, 1, 100_000)?;
        Invalid::unless_between("timed_batches", self.timed_batches.len(), 1, 20)?;
        for batch in &self.timed_batches {
            Invalid::unless_between("timed_batches", *batch, 1, 10_000)?;
        }
        Invalid::unless_between("twin_images", self.twin_images, 60, 100_000)?;
        Invalid::unless_positive("learning_rate", self.learning_rate)
    }
}
