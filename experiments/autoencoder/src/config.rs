//! What can be set, and the presets.

mod checks;

use retrace_lab::{Config, Invalid, Preset};
use serde::{Deserialize, Serialize};

use crate::data::Size;

/// Settings of the autoencoder experiment; the preset `post` has those of the post where it tells
/// them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct AutoencoderConfig {
    /// Width of the pictures in pixels; the post's is 150.
    #[arg(long)]
    pub width: usize,
    /// Height of the pictures in pixels; the post's is 100.
    #[arg(long)]
    pub height: usize,
    /// Radius of the circles as a share of the height; in the post about a quarter.
    #[arg(long)]
    pub radius: f64,
    /// Different circles to train on; "thousands" in the post.
    #[arg(long)]
    pub circles: usize,
    /// Pictures to measure on, never trained on.
    #[arg(long)]
    pub validation: usize,
    /// Scenes that are read or drawn, a fifth of them for validation; the post had about 1400
    /// photographs.
    #[arg(long)]
    pub scenes: usize,

    /// Feature maps of the hidden layers, nearest to the input first; the post's are 32,16,16,8,8.
    #[arg(long, value_delimiter = ',')]
    pub features: Vec<usize>,
    /// Sizes of the bottleneck's code.
    #[arg(long, value_delimiter = ',')]
    pub codes: Vec<usize>,
    /// Probability with which dropout erases a number; the post does not tell it.
    #[arg(long)]
    pub dropout: f64,

    /// Pictures a step; the post says "small batches".
    #[arg(long)]
    pub batch: usize,
    /// Steps of each training of the comparison of losses, optimizers and rates.
    #[arg(long)]
    pub steps: u64,
    /// Steps of the trainings that compare something else at a sound setting.
    #[arg(long)]
    pub long_steps: u64,
    /// Learning rates as a person tries them, for every loss and both optimizers; the post says
    /// "various".
    #[arg(long, value_delimiter = ',')]
    pub rates: Vec<f64>,
    /// Rates of gradient descent on the mean of squares; each of the other losses gets those that
    /// make the same steps.
    #[arg(long, value_delimiter = ',')]
    pub mean_rates: Vec<f64>,
    /// Learning rate of Adam at the sound setting: mean of squares, Xavier's weights.
    #[arg(long)]
    pub sound_rate: f64,

    /// Width of the pictures of the first attempt, whose dense layer grows with the square of
    /// their pixels; 150 in the post.
    #[arg(long)]
    pub colour_width: usize,
    /// Height of those pictures; 100 in the post.
    #[arg(long)]
    pub colour_height: usize,
    /// Feature maps of the first attempt's convolutions; "about 30" in the post.
    #[arg(long, value_delimiter = ',')]
    pub colour_features: Vec<usize>,
}

impl AutoencoderConfig {
    /// Size of the pictures.
    pub fn size(&self) -> Size {
        Size {
            width: self.width,
            height: self.height,
        }
    }

    /// Size of the first attempt's pictures.
    pub fn colour_size(&self) -> Size {
        Size {
            width: self.colour_width,
            height: self.colour_height,
        }
    }

    /// Radius of the circles in pixels.
    pub fn radius_pixels(&self) -> f64 {
        self.radius * self.height as f64
    }
}

impl Config for AutoencoderConfig {
    fn preset(preset: Preset) -> Self {
        let post = Self {
            width: 150,
            height: 100,
            radius: 0.25,
            circles: 4_000,
            validation: 32,
            scenes: 300,
            features: vec![32, 16, 16, 8, 8],
            codes: vec![2, 4, 8, 16, 32, 64, 128],
            dropout: 0.5,
            batch: 8,
            steps: 250,
            long_steps: 800,
            rates: vec![1e-2, 1e-3, 1e-4, 1e-5],
            mean_rates: vec![3e-6, 1e-6, 1e-7],
            sound_rate: 1e-3,
            // Deviation: at 150x100 the dense layer alone would take 54 GB.
            colour_width: 30,
            colour_height: 20,
            colour_features: vec![30, 30],
        };
        match preset {
            Preset::Post => post,
            Preset::Quick => Self {
                width: 24,
                height: 16,
                validation: 8,
                scenes: 60,
                batch: 4,
                steps: 50,
                long_steps: 150,
                rates: vec![1e-2, 1e-3],
                mean_rates: vec![3e-6],
                codes: vec![2, 8, 32, 128],
                colour_width: 12,
                colour_height: 8,
                ..post
            },
            Preset::Smoke => Self {
                width: 12,
                height: 8,
                circles: 40,
                validation: 3,
                scenes: 10,
                features: vec![4, 3, 3, 2, 2],
                codes: vec![2, 8],
                batch: 2,
                steps: 6,
                long_steps: 8,
                rates: vec![1e-2, 1e-3],
                mean_rates: vec![1e-6],
                colour_width: 6,
                colour_height: 4,
                colour_features: vec![3, 3],
                ..post
            },
        }
    }

    fn seeds(preset: Preset) -> u64 {
        match preset {
            Preset::Smoke => 2,
            Preset::Quick | Preset::Post => 3,
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        checks::pictures(self)?;
        checks::networks(self)?;
        checks::trainings(self)
    }
}
