//! The network of ones as the post computes it: on a single map, since all maps are equal.

use retrace_core::activation::softmax;

use super::network::image;
use super::{Kernels, Maps, convolve, flatten_channels_first, flatten_channels_last, max_pool};
use crate::network::{CLASSES, KERNEL, MAPS, UNITS};

/// What the layers of a network of ones make of one image, one map of each.
#[derive(Debug, Clone, PartialEq)]
pub struct Ones {
    /// After conv1: how many pixels of 3x3 are ink.
    pub conv1: Maps,
    /// After conv2: sums of 3x3 of that, times 32, as 32 equal maps are added up.
    pub conv2: Maps,
    /// The largest of 2x2.
    pub pool: Maps,
    /// Each unit of dense1: the sum of the flattened list.
    pub dense1: f64,
    /// Each unit of dense2: 128 times that.
    pub dense2: f64,
}

impl Ones {
    /// Computes it for a binary image of 28 x 28.
    pub fn of(pixels: &[f32]) -> Self {
        let conv1 = sums(&image(pixels));
        let conv2 = sums(&conv1).map(|sum| sum * MAPS[0] as f64);
        let pool = max_pool(&conv2);
        let dense1 = pool.values.iter().sum::<f64>() * MAPS[1] as f64;
        Self {
            dense2: dense1 * UNITS as f64,
            dense1,
            pool,
            conv2,
            conv1,
        }
    }

    /// The pooled map 64 times over, flattened in Burn's order and in Keras': there the map 64
    /// times, here each value 64 times.
    pub fn flattened(&self) -> [Vec<f64>; 2] {
        let maps = repeated(&self.pool, MAPS[1]);
        [flatten_channels_first(&maps), flatten_channels_last(&maps)]
    }
}

/// The same map, so many times.
pub fn repeated(map: &Maps, times: usize) -> Maps {
    Maps {
        channels: times,
        values: map.values.repeat(times),
        ..*map
    }
}

/// Convolution with a kernel of ones.
fn sums(map: &Maps) -> Maps {
    let kernels = Kernels {
        outputs: 1,
        inputs: 1,
        side: KERNEL,
        values: vec![1.0; KERNEL * KERNEL],
    };
    convolve(map, &kernels, &[0.0])
}

/// Ways to write the softmax of the logits by hand: the probability of the first class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Softmaxes {
    /// As the formula stands, in 32 bits.
    pub plain32: f32,
    /// As the formula stands, in 64 bits.
    pub plain64: f64,
    /// Of the logits divided by the largest.
    pub divided: f64,
    /// After the largest was subtracted, which changes nothing but the rounding.
    pub subtracted: f64,
}

impl Softmaxes {
    /// Of these logits.
    pub fn of(logits: &[f64]) -> Self {
        let plain = |logits: &[f64]| {
            let exps: Vec<f64> = logits.iter().map(|z| z.exp()).collect();
            exps[0] / exps.iter().sum::<f64>()
        };
        let exps: Vec<f32> = logits.iter().map(|z| (*z as f32).exp()).collect();
        let largest = logits.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
        let divided: Vec<f64> = logits.iter().map(|z| z / largest).collect();
        Self {
            plain32: exps[0] / exps.iter().sum::<f32>(),
            plain64: plain(logits),
            divided: plain(&divided),
            subtracted: softmax::values(logits, 1.0)[0],
        }
    }

    /// Of ten equal logits.
    pub fn of_equal(logit: f64) -> Self {
        Self::of(&[logit; CLASSES])
    }
}
