//! What can be set, and the presets.

use retrace_lab::{Config, Invalid, Preset};
use serde::{Deserialize, Serialize};

/// Settings of the colorization experiment; the preset `post` has those of the author's code, but
/// for the length of an epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct ColorizationConfig {
    /// Side of a bin of the (a,b) plane; the author's is 5, in an early version 10, and that of
    /// Zhang et al. 2016 is 10.
    #[arg(long)]
    pub window: f64,
    /// Share of the uniform distribution in the class weights (0-1); 0.5 in the post's paper.
    #[arg(long)]
    pub lambda: f64,
    /// Standard deviation of the 5x5 Gaussian target, in bins; the author's is 2.
    #[arg(long)]
    pub sigma: f64,
    /// Standard deviation of the target over the five nearest bins, in units of a and b; 5 in
    /// Zhang et al. 2016.
    #[arg(long)]
    pub nearest_sigma: f64,
    /// Temperature of the annealed mean; 0.38 in Zhang et al. 2016. The author's code has the plain
    /// mean, which is 1.
    #[arg(long)]
    pub temperature: f64,

    /// Patches per step; the author's are 32.
    #[arg(long)]
    pub batch: usize,
    /// Learning rate of Adam; the author's is 0.0001.
    #[arg(long)]
    pub learning_rate: f64,
    /// Epochs; the author's are 10.
    #[arg(long)]
    pub epochs: u64,
    /// Steps per epoch, 0 for as many as the pictures have batches of patches, as the author's: with
    /// the 1881 training pictures that is 3760.
    #[arg(long)]
    pub steps_an_epoch: u64,

    /// Training pictures, evenly spread over the list; the split has 1881.
    #[arg(long)]
    pub pictures: usize,
    /// Test pictures, evenly spread over the list; the split has 807.
    #[arg(long)]
    pub test_pictures: usize,
    /// Test pictures that figures show.
    #[arg(long)]
    pub shown: usize,
    /// Whether damaged pictures of the data set are left out instead of being an error.
    #[arg(long, action = clap::ArgAction::Set)]
    pub skip_damaged: bool,

    /// Training pictures of the synthetic twin, where the scenes are not there.
    #[arg(long)]
    pub twin_pictures: usize,
    /// Width and height of the pictures, in pixels: of the twin's, and of larger photographs, which
    /// are made smaller.
    #[arg(long)]
    pub side: usize,
}

impl Config for ColorizationConfig {
    const SEEDS: [u64; 3] = [2, 3, 4];

    fn preset(preset: Preset) -> Self {
        let post = Self {
            window: 10.0,
            lambda: 0.5,
            sigma: 2.0,
            nearest_sigma: 5.0,
            temperature: 0.38,
            batch: 32,
            learning_rate: 1e-4,
            epochs: 10,
            // Deviation: the author's epochs have over 3,000 steps, a quarter of an hour each.
            steps_an_epoch: 150,
            pictures: 1_881,
            test_pictures: 64,
            shown: 6,
            skip_damaged: false,
            twin_pictures: 800,
            side: 256,
        };
        match preset {
            Preset::Post => post,
            // Deviation: small pictures have few colours and so a narrow network, for which the
            // learning rate is larger; few steps of half a batch; so that all arms fit into a minute.
            Preset::Quick => Self {
                batch: 16,
                learning_rate: 2e-3,
                steps_an_epoch: 10,
                pictures: 400,
                test_pictures: 24,
                twin_pictures: 240,
                side: 64,
                ..post
            },
            Preset::Smoke => Self {
                window: 40.0,
                batch: 4,
                learning_rate: 2e-3,
                epochs: 2,
                steps_an_epoch: 2,
                pictures: 16,
                test_pictures: 8,
                shown: 3,
                twin_pictures: 16,
                side: 40,
                ..post
            },
        }
    }

    fn validate(&self) -> Result<(), Invalid> {
        Invalid::unless(
            (2.0..=60.0).contains(&self.window),
            "window",
            "from 2 to 60: the plane of a and b is 220 wide",
            self.window,
        )?;
        Invalid::unless(
            (0.0..=1.0).contains(&self.lambda),
            "lambda",
            "from 0 to 1",
            self.lambda,
        )?;
        Invalid::unless_positive("sigma", self.sigma)?;
        Invalid::unless_positive("nearest_sigma", self.nearest_sigma)?;
        Invalid::unless(
            (0.001..=10.0).contains(&self.temperature),
            "temperature",
            "from 0.001 to 10",
            self.temperature,
        )?;
        Invalid::unless_between("batch", self.batch, 1, 4_096)?;
        Invalid::unless_positive("learning_rate", self.learning_rate)?;
        Invalid::unless_between("epochs", self.epochs, 1, 100_000)?;
        Invalid::unless_between("steps_an_epoch", self.steps_an_epoch, 0, 1_000_000)?;
        Invalid::unless_between("pictures", self.pictures, 8, 100_000)?;
        Invalid::unless_between("test_pictures", self.test_pictures, 8, 100_000)?;
        Invalid::unless_between("shown", self.shown, 1, 12)?;
        Invalid::unless_between("twin_pictures", self.twin_pictures, 8, 100_000)?;
        Invalid::unless_between("side", self.side, 32, 1_024)
    }
}
