//! What a cell yields: plain numbers.

use serde::{Deserialize, Serialize};

/// A count of colours, or a training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Of the arm that trains nothing.
    Colours(Box<Colours>),
    /// Of all others.
    Training(Box<Training>),
}

impl Outcome {
    /// The training, if it is one.
    pub fn training(&self) -> Option<&Training> {
        match self {
            Self::Colours(_) => None,
            Self::Training(training) => Some(training),
        }
    }

    /// The colours, if they were counted.
    pub fn colours(&self) -> Option<&Colours> {
        match self {
            Self::Colours(colours) => Some(colours),
            Self::Training(_) => None,
        }
    }

    /// What the network is on the test pictures; nothing after a divergence.
    pub fn end(&self) -> Option<&End> {
        self.training()?.end.as_ref()
    }
}

/// The colours of the training pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Colours {
    /// Of all categories.
    pub all: Palette,
    /// Of the forests.
    pub forests: Palette,
    /// Damaged pictures that were left out.
    pub skipped: Vec<String>,
}

/// The colours of some pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Palette {
    /// Pictures.
    pub pictures: usize,
    /// Their pixels.
    pub pixels: u64,
    /// Pixels in each cell of a fine grid, a down, b to the right.
    pub fine: Counts,
    /// The same with the config's window.
    pub coarse: Counts,
    /// Q for some windows.
    pub used: Vec<Used>,
    /// Share of the pixels (0-1) that are pink or red.
    pub pink_red: f64,
    /// Distance of the centre of the most used bin from grey, windows of 10.
    pub most_used_chroma: f64,
}

/// Pixels in each cell of a grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Side of a window in units of a and b.
    pub window: f64,
    /// A number a cell.
    pub pixels: Vec<u64>,
}

/// How many bins are used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Used {
    /// Side of a window in units of a and b.
    pub window: f64,
    /// Q.
    pub bins: usize,
}

/// How a training went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Q.
    pub bins: usize,
    /// Weights and biases of the network.
    pub parameters: usize,
    /// Different patches that it saw.
    pub patches: usize,
    /// On the way, an epoch each.
    pub looks: Vec<Look>,
    /// On the test pictures; absent where the training diverged.
    pub end: Option<End>,
    /// The step, counted from 0, at which it diverged.
    pub diverged_at: Option<u64>,
}

/// A look at a network in training. Losses are means over pixels, no pixel weighing more than
/// another: cross-entropy with the arm's own targets (nats), or half the squared distance of a and
/// b in units of 110.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Epochs done.
    pub epoch: u64,
    /// On the patches of the epoch's last step, after it.
    pub train: Option<f64>,
    /// On windows of test pictures, the same at each look.
    pub test: Option<f64>,
}

/// A network after its training, on the test pictures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// At the arm's temperature.
    pub scores: Scores,
    /// Cross-entropy with the arm's targets (nats a pixel); none for a and b.
    pub cross_entropy: Option<f64>,
    /// The least that one distribution for all pixels could have, chosen on the test pictures.
    pub constant_cross_entropy: Option<f64>,
    /// At several temperatures; none for a and b.
    pub temperatures: Vec<AtTemperature>,
    /// What it is to be compared with: all grey.
    pub grey: Scores,
    /// All of the colour that the training pictures have most.
    pub most_frequent: Scores,
    /// Each picture.
    pub pictures: Vec<PictureScore>,
    /// Which of them the figures show.
    pub shown: Vec<usize>,
    /// The best and then the worst by the error of a and b, of which arrays are kept.
    pub extremes: Vec<usize>,
}

/// How near colours are to the truth, over all pixels of some pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scores {
    /// Root mean square error of a and b (mean over both).
    pub rmse: f64,
    /// Mean over pictures of the peak signal-to-noise ratio in sRGB (dB); absent where a picture
    /// is exact.
    pub psnr: Option<f64>,
    /// Mean chroma by that of the truth; absent where that is grey.
    pub chroma_ratio: Option<f64>,
    /// Area under the curve of the share of pixels whose (a,b) is within 0 to 150 of the truth
    /// (0-1): Zhang's raw accuracy.
    pub accuracy: f64,
    /// The same with each pixel weighing as the inverse share of its true bin.
    pub rebalanced_accuracy: f64,
    /// Share of pixels whose colour is in a rare bin by that of the truth; absent where the truth
    /// has none. Rare are the least used bins, which together hold a tenth of the training pixels.
    pub rare_ratio: Option<f64>,
}

/// The colours at one temperature.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct AtTemperature {
    /// T.
    pub temperature: f64,
    /// Mean chroma by that of the truth; absent where that is grey.
    pub chroma_ratio: Option<f64>,
    /// Root mean square error of a and b.
    pub rmse: f64,
}

/// One test picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PictureScore {
    /// What it shows.
    pub category: String,
    /// Its file.
    pub name: String,
    /// Root mean square error of a and b.
    pub rmse: f64,
    /// Peak signal-to-noise ratio in sRGB (dB); absent where it is exact.
    pub psnr: Option<f64>,
    /// Mean chroma.
    pub chroma: f64,
    /// Mean chroma of the truth.
    pub true_chroma: f64,
}
