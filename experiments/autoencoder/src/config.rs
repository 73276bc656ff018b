//! What can be set, the presets, and which settings can be run.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use retrace_lab::{Invalid, Preset};
use serde::{Deserialize, Serialize};

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Size {
    /// Width times height.
    pub fn pixels(self) -> usize {
        self.width * self.height
    }

    /// The centre of each pixel, (column, row), row by row; a pixel is 1 wide.
    pub fn centres(self) -> impl Iterator<Item = (f64, f64)> {
        (0..self.height)
            .flat_map(move |row| (0..self.width).map(move |column| (column as f64, row as f64)))
            .map(|(column, row)| (column + 0.5, row + 0.5))
    }
}

/// Weights of the first attempt's dense layer that a machine can be expected to train: 800 MB,
/// four times over with gradient and Adam's moments.
const MOST_DENSE_WEIGHTS: usize = 200_000_000;

/// Numbers of a pixel that the first attempt answers: a and b.
pub(crate) const AB: usize = 2;

/// Settings of the autoencoder experiment; the preset `post` has those of the post where it tells
/// them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields)]
pub struct Config {
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
    /// Probability with which dropout drops a number; the post does not tell it.
    #[arg(long)]
    pub dropout: f64,

    /// Pictures per step; the post says "small batches".
    #[arg(long)]
    pub batch: usize,
    /// Steps of each training of the comparison of losses, optimizers and rates.
    #[arg(long)]
    pub steps: u64,
    /// Steps of the trainings that compare something else, at the baseline.
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
    /// Learning rate of Adam at the baseline: mean of squares, Xavier's weights.
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

impl Config {
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

    /// The middle one of the rates that a person tries.
    pub fn middle_rate(&self) -> f64 {
        self.rates[self.rates.len() / 2]
    }

    /// Radius of the circles in pixels.
    pub fn radius_pixels(&self) -> f64 {
        self.radius * self.height as f64
    }
}

impl retrace_lab::Config for Config {
    const SEEDS: [u64; 3] = [2, 3, 3];

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

    fn validate(&self) -> Result<(), Invalid> {
        self.validate_pictures()?;
        self.validate_networks()?;
        self.validate_trainings()
    }
}

impl Config {
    fn validate_pictures(&self) -> Result<(), Invalid> {
        Invalid::unless_between("width", self.width, 8, 1_024)?;
        Invalid::unless_between("height", self.height, 8, 1_024)?;
        Invalid::unless(
            self.radius > 0.0 && self.radius <= 1.0,
            "radius",
            "above 0, at most 1",
            self.radius,
        )?;
        Invalid::unless_between("circles", self.circles, 1, 10_000_000)?;
        // Less than three pictures cannot be shown beside each other.
        Invalid::unless_between("validation", self.validation, 3, 10_000)?;
        Invalid::unless_between("scenes", self.scenes, 10, 2_600)?;
        Invalid::unless_between("colour_width", self.colour_width, 4, 1_024)?;
        Invalid::unless_between("colour_height", self.colour_height, 4, 1_024)
    }

    fn validate_networks(&self) -> Result<(), Invalid> {
        maps("features", &self.features, 4..=8)?;
        maps("colour_features", &self.colour_features, 1..=4)?;
        let sizes = self.codes.iter().all(|size| (1..=4_096).contains(size));
        Invalid::unless(
            sizes && !self.codes.is_empty() && self.codes.is_sorted_by(|a, b| a < b),
            "codes",
            "rising sizes from 1 to 4096",
            format!("{:?}", self.codes),
        )?;
        Invalid::unless(
            (0.0..1.0).contains(&self.dropout),
            "dropout",
            "from 0 to below 1",
            self.dropout,
        )?;
        let dense = dense_weights(self.colour_size(), &self.colour_features);
        Invalid::unless(
            dense <= MOST_DENSE_WEIGHTS,
            "colour_width",
            "a size at which the first attempt's dense layer has at most 200 million weights",
            format!(
                "{}x{}, whose layer has {dense} weights and takes {}",
                self.colour_width,
                self.colour_height,
                bytes(4 * dense)
            ),
        )
    }

    fn validate_trainings(&self) -> Result<(), Invalid> {
        Invalid::unless_between("batch", self.batch, 1, 1_024)?;
        Invalid::unless_between("steps", self.steps, 4, 1_000_000)?;
        Invalid::unless_between("long_steps", self.long_steps, 4, 10_000_000)?;
        Invalid::unless_positive("sound_rate", self.sound_rate)?;
        rates("rates", &self.rates)?;
        rates("mean_rates", &self.mean_rates)
    }
}

/// The feature maps named in figures are those of layers 1 and 4.
fn maps(key: &'static str, found: &[usize], layers: RangeInclusive<usize>) -> Result<(), Invalid> {
    let sizes = found.iter().all(|maps| (1..=512).contains(maps));
    Invalid::unless(
        layers.contains(&found.len()) && sizes,
        key,
        &format!(
            "{} to {} layers of 1 to 512 maps",
            layers.start(),
            layers.end()
        ),
        format!("{found:?}"),
    )
}

fn rates(key: &'static str, found: &[f64]) -> Result<(), Invalid> {
    let positive = found.iter().all(|rate| *rate > 0.0 && rate.is_finite());
    // A rate names its arm by one digit: two of the same name would be one arm.
    let names: BTreeSet<String> = found.iter().map(|rate| digit(*rate)).collect();
    Invalid::unless(
        positive && !found.is_empty() && names.len() == found.len(),
        key,
        "one or more numbers above 0 that differ in their first digit or their power of ten",
        format!("{found:?}"),
    )
}

/// A rate by one digit, as arms are named: `1e-3`.
pub fn digit(rate: f64) -> String {
    format!("{rate:.0e}")
}

/// Weights of the first attempt's dense layer.
pub fn dense_weights(size: Size, features: &[usize]) -> usize {
    let inputs = features.last().copied().unwrap_or(1) * size.pixels();
    inputs * AB * size.pixels()
}

/// A number of bytes for people: `54.0 GB`.
pub fn bytes(count: usize) -> String {
    let units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let (mut size, mut unit) = (count as f64, 0);
    while size >= 1_000.0 && unit + 1 < units.len() {
        (size, unit) = (size / 1_000.0, unit + 1);
    }
    let digits = usize::from(unit > 0 && size < 100.0);
    format!("{size:.digits$} {}", units[unit])
}
