//! How near colours are to the truth.

use image::RgbImage;
use serde::{Deserialize, Serialize};

use crate::bins::{Bins, square_distance};

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

/// The largest distance of Zhang's accuracy.
const FARTHEST: usize = 150;
/// Rare bins hold together at most this share of the training pixels.
pub const RARE: f64 = 0.1;

/// What the training pictures say of a colour: how much it weighs, and whether it is rare.
#[derive(Debug, Clone)]
pub struct Rarity<'a> {
    bins: &'a Bins,
    /// 1 / share, for each bin.
    weights: Vec<f64>,
    rare: Vec<bool>,
}

impl<'a> Rarity<'a> {
    /// By these bins.
    pub fn new(bins: &'a Bins) -> Self {
        let shares = bins.shares();
        Self {
            bins,
            weights: shares.iter().map(|share| 1.0 / share).collect(),
            rare: bins.rare(RARE),
        }
    }

    fn is_rare(&self, colour: [f32; 2]) -> bool {
        self.rare[self.bins.bin(colour)]
    }
}

/// Distance of a colour from grey.
pub fn chroma([a, b]: [f32; 2]) -> f64 {
    f64::from(a).hypot(f64::from(b))
}

/// Sums over pixels, from which all scores follow.
#[derive(Debug, Clone)]
pub struct Sums {
    pixels: f64,
    squares: f64,
    chroma: f64,
    true_chroma: f64,
    rare: f64,
    true_rare: f64,
    /// Pixels by the least whole distance that holds them, the last one all the others.
    within: Vec<f64>,
    weighted: Vec<f64>,
    psnr: Vec<f64>,
}

impl Default for Sums {
    fn default() -> Self {
        Self {
            pixels: 0.0,
            squares: 0.0,
            chroma: 0.0,
            true_chroma: 0.0,
            rare: 0.0,
            true_rare: 0.0,
            within: vec![0.0; FARTHEST + 2],
            weighted: vec![0.0; FARTHEST + 2],
            psnr: Vec::new(),
        }
    }
}

impl Sums {
    /// Adds a pixel.
    pub fn pixel(&mut self, rarity: &Rarity<'_>, colour: [f32; 2], truth: [f32; 2]) {
        let square = f64::from(square_distance(colour, truth));
        self.pixels += 1.0;
        self.squares += square;
        self.chroma += chroma(colour);
        self.true_chroma += chroma(truth);
        self.rare += f64::from(u8::from(rarity.is_rare(colour)));
        self.true_rare += f64::from(u8::from(rarity.is_rare(truth)));
        let place = (square.sqrt().ceil() as usize).min(FARTHEST + 1);
        self.within[place] += 1.0;
        self.weighted[place] += rarity.weights[rarity.bins.bin(truth)];
    }

    /// Adds the peak signal-to-noise ratio of a picture; one that is exact has none.
    pub fn picture(&mut self, psnr: Option<f64>) {
        self.psnr.extend(psnr);
    }

    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.pixels += other.pixels;
        self.squares += other.squares;
        self.chroma += other.chroma;
        self.true_chroma += other.true_chroma;
        self.rare += other.rare;
        self.true_rare += other.true_rare;
        let pairs = self.within.iter_mut().zip(other.within);
        pairs.for_each(|(one, other)| *one += other);
        let pairs = self.weighted.iter_mut().zip(other.weighted);
        pairs.for_each(|(one, other)| *one += other);
        self.psnr.extend(other.psnr);
        self
    }

    /// Root mean square error of a and b, mean over both.
    pub fn rmse(&self) -> f64 {
        (self.squares / (2.0 * self.pixels)).sqrt()
    }

    /// Mean chroma of the colours, and of the truth.
    pub fn chromas(&self) -> (f64, f64) {
        (self.chroma / self.pixels, self.true_chroma / self.pixels)
    }

    /// All scores.
    pub fn scores(&self) -> Scores {
        let mean = self.psnr.iter().sum::<f64>() / self.psnr.len() as f64;
        Scores {
            rmse: self.rmse(),
            psnr: Some(mean).filter(|mean| mean.is_finite()),
            chroma_ratio: ratio(self.chroma, self.true_chroma),
            accuracy: area(&self.within),
            rebalanced_accuracy: area(&self.weighted),
            rare_ratio: ratio(self.rare, self.true_rare),
        }
    }
}

/// The first by the second, where there is a second.
pub fn ratio(one: f64, other: f64) -> Option<f64> {
    (other > 0.0).then(|| one / other)
}

/// Area under the cumulative curve over distances 0 to 150, by trapezoids, 1 if all is exact.
fn area(within: &[f64]) -> f64 {
    let all: f64 = within.iter().sum();
    let curve = within[..=FARTHEST].iter().scan(0.0, |sum, pixels| {
        *sum += pixels;
        Some(*sum / all)
    });
    let curve: Vec<f64> = curve.collect();
    let trapezoids = curve.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    trapezoids.sum::<f64>() / FARTHEST as f64
}

/// Peak signal-to-noise ratio in dB over all channels, `10 log10(255^2 / mean square)`; none
/// where the pictures are equal.
pub fn psnr(one: &RgbImage, other: &RgbImage) -> Option<f64> {
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let squares: u64 = pairs.map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
    let mean = squares as f64 / one.as_raw().len() as f64;
    (squares > 0).then(|| 10.0 * (255.0 * 255.0 / mean).log10())
}
