//! What can be set, and the presets. The network is the post's in all of them.

use retrace_data::{DigitCounts, Digits};
use retrace_lab::digits::OwnDigits;
use retrace_lab::{Config, Invalid, Preset};
use serde::{Deserialize, Serialize};

/// Settings of the debugging experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, clap::Args)]
pub struct DebuggingConfig {
    /// Which digit is looked at, counted from 0 in the validation part; that begins with the first
    /// image of MNIST's training file, which is the post's.
    #[arg(long)]
    pub image: usize,
    /// Steps of training before a trained network is looked at.
    #[arg(long)]
    pub steps: u64,
    /// Images a step; those of Keras' example are 128.
    #[arg(long)]
    pub batch: usize,
    /// Learning rate of Adam; 0.001 is Keras' own default.
    #[arg(long)]
    pub learning_rate: f64,
    /// Test images, the first ones, that a trained network is scored on.
    #[arg(long)]
    pub test_images: usize,
    /// Share (0-1) of the pooled numbers that dropout erases; 0.25 in Keras' example, which the
    /// post shortens.
    #[arg(long)]
    pub dropout_pool: f64,
    /// Share (0-1) of the units of dense1 that dropout erases; 0.5 in Keras' example.
    #[arg(long)]
    pub dropout_dense: f64,
    /// Batches that pass before the phases are compared, so that batch normalization has seen
    /// some: each moves its running statistics by a tenth of the way.
    #[arg(long)]
    pub norm_batches: u64,
    /// Images of each of those batches, and of the one that the phases are compared on.
    #[arg(long)]
    pub phase_batch: usize,
    /// Training images of the synthetic twin, where MNIST is not there; a sixth as many are for
    /// validation, and for the test.
    #[arg(long)]
    pub twin_images: usize,
    /// Own images in place of MNIST.
    #[command(flatten)]
    #[serde(flatten)]
    pub own: OwnDigits,
}

impl DebuggingConfig {
    /// Digits of the twin.
    pub fn twin(&self) -> DigitCounts {
        DigitCounts::for_training(self.twin_images)
    }

    /// The digit that is looked at: ink from 0 to 1, as networks are trained on it.
    ///
    /// It lies in the validation part: that begins with what was the first image of MNIST's
    /// training file, the post's, and networks do not train on it.
    pub fn digit(&self, digits: &Digits) -> Vec<f32> {
        let pixels = digits.validation.image(self.image).iter();
        pixels.map(|pixel| f32::from(*pixel) / 255.0).collect()
    }

    /// The digit as 1 where there is any ink, else 0: what the post gives its network of ones.
    pub fn binary_digit(&self, digits: &Digits) -> Vec<f32> {
        let pixels = digits.validation.image(self.image).iter();
        let ink = pixels.map(|pixel| f32::from(u8::from(*pixel != 0)));
        ink.collect()
    }
}

impl Config for DebuggingConfig {
    const SEEDS: [u64; 3] = [2, 5, 10];

    fn preset(preset: Preset) -> Self {
        let post = Self {
            image: 0,
            steps: 430,
            batch: 128,
            learning_rate: 1e-3,
            test_images: 2_000,
            dropout_pool: 0.25,
            dropout_dense: 0.5,
            norm_batches: 200,
            phase_batch: 64,
            twin_images: 6_000,
            own: OwnDigits::default(),
        };
        match preset {
            Preset::Post => post,
            // Deviation: shorter, so that it fits into a minute.
            Preset::Quick => Self {
                steps: 60,
                batch: 32,
                test_images: 500,
                norm_batches: 120,
                phase_batch: 16,
                ..post
            },
            Preset::Smoke => Self {
                steps: 3,
                batch: 8,
                test_images: 20,
                norm_batches: 3,
                phase_batch: 4,
                twin_images: 120,
                ..post
            },
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        self.own.validate()?;
        Invalid::unless_between("image", self.image, 0, 9_999_999)?;
        Invalid::unless_between("steps", self.steps, 1, 10_000_000)?;
        Invalid::unless_between("batch", self.batch, 1, 10_000)?;
        Invalid::unless_positive("learning_rate", self.learning_rate)?;
        Invalid::unless_between("test_images", self.test_images, 1, 10_000_000)?;
        for (key, share) in [
            ("dropout_pool", self.dropout_pool),
            ("dropout_dense", self.dropout_dense),
        ] {
            let holds = share > 0.0 && share < 1.0;
            Invalid::unless(holds, key, "a share above 0 and below 1", share)?;
        }
        Invalid::unless_between("norm_batches", self.norm_batches, 1, 1_000_000)?;
        // A batch of one would be its own mean in each place of a map.
        Invalid::unless_between("phase_batch", self.phase_batch, 2, 10_000)?;
        Invalid::unless_between("twin_images", self.twin_images, 60, 1_000_000)
    }
}
