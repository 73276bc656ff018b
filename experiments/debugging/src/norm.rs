//! Batch normalization by hand (Ioffe & Szegedy 2015, algorithms 1 and 2).
//!
//! ```text
//! y = gamma (x - m) / sqrt(v + epsilon) + beta
//! ```
//!
//! m and v belong to a map: over all images of the batch and all places in training, running
//! averages in testing. v divides by their number, not by one less.

use burn::nn::BatchNorm;
use burn::tensor::{Tensor, TensorData};

/// Mean and variance of each map.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// m.
    pub means: Vec<f64>,
    /// v.
    pub variances: Vec<f64>,
}

fn numbers(tensor: Tensor<1>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

impl Statistics {
    /// The running averages of a layer.
    pub fn running(norm: &BatchNorm) -> Self {
        Self {
            means: numbers(norm.running_mean.value_sync()),
            variances: numbers(norm.running_var.value_sync()),
        }
    }

    /// Those of a batch, `[images, maps, height, width]`.
    pub fn of_batch(batch: &TensorData) -> Self {
        let maps = batch.shape()[1];
        let count = (batch.num_elements() / maps) as f64;
        let sum = |term: &dyn Fn(usize, f64) -> f64| {
            let mut sums = vec![0.0; maps];
            for (map, value) in by_map(batch) {
                sums[map] += term(map, value) / count;
            }
            sums
        };
        let means = sum(&|_, value| value);
        Self {
            variances: sum(&|map, value| (value - means[map]).powi(2)),
            means,
        }
    }

    /// The batch, normalised.
    pub fn normalised(&self, batch: &TensorData, norm: &BatchNorm) -> Vec<f64> {
        let (gamma, beta) = (numbers(norm.gamma.val()), numbers(norm.beta.val()));
        let value = |(map, x): (usize, f64)| {
            let root = (self.variances[map] + norm.epsilon).sqrt();
            gamma[map] * (x - self.means[map]) / root + beta[map]
        };
        by_map(batch).map(value).collect()
    }

    /// Share (0-1) of the maps whose mean is another one in `later`.
    pub fn moved(&self, later: &Self) -> f64 {
        let pairs = self.means.iter().zip(&later.means);
        pairs.filter(|(a, b)| a != b).count() as f64 / self.means.len() as f64
    }
}

/// Each value with the number of its map.
fn by_map(batch: &TensorData) -> impl Iterator<Item = (usize, f64)> + '_ {
    let shape = batch.shape();
    let (maps, places) = (shape[1], shape[2] * shape[3]);
    let values = batch.iter::<f64>().enumerate();
    values.map(move |(at, value)| (at / places % maps, value))
}
