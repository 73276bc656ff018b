//! Sums over all pictures.

use super::{Evaluation, Pixel, TEMPERATURES};
use crate::bins::square_distance;
use crate::colouring::Decoder;
use crate::metrics::{Sums, chroma, ratio};
use crate::outcome::AtTemperature;

/// What all pictures come to.
#[derive(Default)]
pub(super) struct Whole {
    pub sums: Sums,
    pub pixels: f64,
    pub cross_entropy: f64,
    /// Sum of the targets, a number a bin.
    pub mean_target: Vec<f64>,
    /// Chroma and squared error at each temperature.
    pub annealed: [(f64, f64); TEMPERATURES.len()],
}
impl Evaluation<'_> {
    pub(super) fn count(&self, whole: &mut Whole, pixel: &Pixel, truth: [f32; 2]) {
        whole.pixels += 1.0;
        whole.cross_entropy += pixel.cross_entropy;
        if let Some(targets) = &self.targets {
            whole.mean_target.resize(targets.bins().len(), 0.0);
            targets.each(truth, |(bin, share)| {
                whole.mean_target[bin as usize] += f64::from(share);
            });
        }
        for (sums, colour) in whole.annealed.iter_mut().zip(&pixel.annealed) {
            sums.0 += chroma(*colour);
            sums.1 += f64::from(square_distance(*colour, truth));
        }
    }

    pub(super) fn temperatures(&self, whole: &Whole) -> Vec<AtTemperature> {
        let (_, true_chroma) = whole.sums.chromas();
        let at = |(temperature, (chroma, squares)): (f64, (f64, f64))| AtTemperature {
            temperature,
            chroma_ratio: ratio(chroma / whole.pixels, true_chroma),
            rmse: (squares / (2.0 * whole.pixels)).sqrt(),
        };
        match self.decoder {
            Decoder::Plane => Vec::new(),
            Decoder::Bins { .. } => TEMPERATURES
                .into_iter()
                .zip(whole.annealed)
                .map(at)
                .collect(),
        }
    }
}

impl Whole {
    /// What the distribution that fits all pixels best would have in all: the entropy of the mean
    /// target, times their number.
    pub fn constant(&self) -> f64 {
        let shares = self.mean_target.iter().map(|sum| sum / self.pixels);
        let entropy = shares.filter(|share| *share > 0.0).map(|p| -p * p.ln());
        entropy.sum::<f64>() * self.pixels
    }
}
