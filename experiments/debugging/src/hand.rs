//! The layers by hand: loops over numbers of 64 bits, nothing of Burn.
//!
//! ```text
//! convolution  z[o, y, x] = b[o] + sum over i, v, u of k[o, i, v, u] a[i, y + v, x + u]
//! max-pool     p[c, y, x] = max of a[c, 2 y .. 2 y + 1, 2 x .. 2 x + 1]
//! flatten      Burn:  f[(c H + y) W + x] = p[c, y, x]      channels first
//!              Keras: f[(y W + x) C + c] = p[c, y, x]      channels last
//! dense        z[o] = b[o] + sum over i of a[i] w[i, o]
//! norm         y = gamma (x - m) / sqrt(v + epsilon) + beta
//! ```
//!
//! [`Weights`] is the whole network of such layers, [`OnesByHand`] that of the post's first script,
//! where all maps of a layer are equal and one is enough.

use burn::nn::conv::Conv2d;
use burn::nn::{BatchNorm, Linear};
use burn::tensor::{Tensor, TensorData};
use retrace_core::activation::softmax;
use retrace_data::DIGIT_SIDE;

use crate::network::{KERNEL, MAPS, Network, POOLED, TAPS, UNITS};

/// Feature maps: `values[(c * height + y) * width + x]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Maps {
    /// How many maps.
    pub channels: usize,
    /// Rows.
    pub height: usize,
    /// Columns.
    pub width: usize,
    /// Map after map, row after row.
    pub values: Vec<f64>,
}

impl Maps {
    /// The value of map `c` in row `y` and column `x`.
    pub fn at(&self, c: usize, y: usize, x: usize) -> f64 {
        self.values[(c * self.height + y) * self.width + x]
    }

    /// Maps of `[channels, height, width]`, each value from its map, row and column.
    fn from_places(size: [usize; 3], value: impl Fn(usize, usize, usize) -> f64) -> Self {
        let [channels, height, width] = size;
        let places = (0..channels * height * width)
            .map(|at| (at / (height * width), at / width % height, at % width));
        Self {
            channels,
            height,
            width,
            values: places.map(|(c, y, x)| value(c, y, x)).collect(),
        }
    }

    /// One map of 28 x 28.
    fn from_image(pixels: &[f32]) -> Self {
        Self {
            channels: 1,
            height: DIGIT_SIDE,
            width: DIGIT_SIDE,
            values: pixels.iter().copied().map(f64::from).collect(),
        }
    }

    /// The same size, each value on its own.
    #[must_use]
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            values: self.values.iter().map(|value| f(*value)).collect(),
            ..*self
        }
    }

    /// The same maps, so many times.
    #[must_use]
    pub fn repeated(&self, times: usize) -> Self {
        Self {
            channels: self.channels * times,
            values: self.values.repeat(times),
            ..*self
        }
    }
}

/// Kernels: `values[((o * inputs + i) * side + v) * side + u]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Kernels {
    /// Maps that come out.
    pub outputs: usize,
    /// Maps that go in.
    pub inputs: usize,
    /// Rows, and columns.
    pub side: usize,
    /// Output after output, input after input, row after row.
    pub values: Vec<f64>,
}

/// The convolution, without the border: each side of the maps becomes `side - 1` shorter.
pub fn convolve(a: &Maps, kernels: &Kernels, biases: &[f64]) -> Maps {
    let (side, inputs) = (kernels.side, kernels.inputs);
    let size = [kernels.outputs, a.height + 1 - side, a.width + 1 - side];
    Maps::from_places(size, |o, y, x| {
        let mut sum = biases[o];
        for i in 0..inputs {
            for v in 0..side {
                let row = &a.values[(i * a.height + y + v) * a.width + x..][..side];
                let kernel = &kernels.values[((o * inputs + i) * side + v) * side..][..side];
                sum += row.iter().zip(kernel).map(|(a, k)| a * k).sum::<f64>();
            }
        }
        sum
    })
}

/// The largest of each 2x2.
pub fn max_pool(a: &Maps) -> Maps {
    Maps::from_places([a.channels, a.height / 2, a.width / 2], |c, y, x| {
        let corners = [(0, 0), (0, 1), (1, 0), (1, 1)];
        let values = corners.map(|(v, u)| a.at(c, 2 * y + v, 2 * x + u));
        values.into_iter().fold(f64::NEG_INFINITY, f64::max)
    })
}

/// The list in Burn's order: map after map.
pub fn flatten_channels_first(a: &Maps) -> Vec<f64> {
    a.values.clone()
}

/// The list in Keras' order: place after place, all maps of a place side by side.
pub fn flatten_channels_last(a: &Maps) -> Vec<f64> {
    let places = (0..a.height).flat_map(|y| (0..a.width).map(move |x| (y, x)));
    places
        .flat_map(|(y, x)| (0..a.channels).map(move |c| a.at(c, y, x)))
        .collect()
}

/// The network's list of 9,216 numbers, given in Burn's order, as Keras has it.
pub fn in_keras_order(list: Vec<f64>) -> Vec<f64> {
    flatten_channels_last(&Maps {
        channels: MAPS[1],
        height: POOLED,
        width: POOLED,
        values: list,
    })
}

/// A dense layer; `weights[i * outputs + o]`.
pub fn dense(a: &[f64], weights: &[f64], biases: &[f64]) -> Vec<f64> {
    let mut z = biases.to_vec();
    for (a, row) in a.iter().zip(weights.chunks_exact(biases.len())) {
        for (z, w) in z.iter_mut().zip(row) {
            *z += a * w;
        }
    }
    z
}

/// Weights and biases of a network's layers, as plain numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Kernels and biases, nearest to the input first.
    pub convolutions: [(Kernels, Vec<f64>); 2],
    /// Weights and biases, nearest to the input first.
    pub dense: [(Vec<f64>, Vec<f64>); 2],
}

impl Weights {
    /// Reads them off a network.
    pub fn from_network(network: &Network) -> Self {
        Self {
            convolutions: [&network.conv1, &network.conv2].map(convolution),
            dense: [&network.dense1, &network.dense2].map(linear),
        }
    }

    /// All lists under the names of their parameters in the network.
    pub fn by_name(&self) -> [(&'static str, &[f64]); 8] {
        let [(kernels1, biases1), (kernels2, biases2)] = &self.convolutions;
        let [(weights3, biases3), (weights4, biases4)] = &self.dense;
        [
            ("conv1.weight", &kernels1.values),
            ("conv1.bias", biases1),
            ("conv2.weight", &kernels2.values),
            ("conv2.bias", biases2),
            ("dense1.weight", weights3),
            ("dense1.bias", biases3),
            ("dense2.weight", weights4),
            ("dense2.bias", biases4),
        ]
    }

    /// What goes from layer to layer for one image: as many lists as there are
    /// [taps](TAPS), in their order.
    ///
    /// # Shapes
    /// - pixels: 28 x 28
    pub fn stages(&self, pixels: &[f32], f: fn(f64) -> f64) -> [Vec<f64>; TAPS.len()] {
        let [conv1, conv2] = &self.convolutions;
        let [dense1, dense2] = &self.dense;
        let before1 = convolve(&Maps::from_image(pixels), &conv1.0, &conv1.1);
        let after1 = before1.map(f);
        let before2 = convolve(&after1, &conv2.0, &conv2.1);
        let after2 = before2.map(f);
        let pooled = max_pool(&after2);
        let flat = flatten_channels_first(&pooled);
        let before3 = dense(&flat, &dense1.0, &dense1.1);
        let after3: Vec<f64> = before3.iter().map(|z| f(*z)).collect();
        let logits = dense(&after3, &dense2.0, &dense2.1);
        let probabilities = softmax::values(&logits, 1.0);
        [
            before1.values,
            after1.values,
            before2.values,
            after2.values,
            pooled.values,
            flat,
            before3,
            after3,
            logits,
            probabilities,
        ]
    }
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn convolution(layer: &Conv2d) -> (Kernels, Vec<f64>) {
    let [outputs, inputs, side, _] = layer.weight.dims();
    let kernels = Kernels {
        outputs,
        inputs,
        side,
        values: numbers(layer.weight.val()),
    };
    let biases = layer.bias.as_ref().map(|bias| numbers(bias.val()));
    (kernels, biases.unwrap_or_else(|| vec![0.0; outputs]))
}

fn linear(layer: &Linear) -> (Vec<f64>, Vec<f64>) {
    let [_, outputs] = layer.weight.dims();
    let biases = layer.bias.as_ref().map(|bias| numbers(bias.val()));
    let biases = biases.unwrap_or_else(|| vec![0.0; outputs]);
    (numbers(layer.weight.val()), biases)
}

/// What the layers of a network of ones make of one image, as the post computes it: one map of each
/// layer, since all are equal.
#[derive(Debug, Clone, PartialEq)]
pub struct OnesByHand {
    /// After conv1: how many pixels of 3x3 are ink.
    pub conv1: Maps,
    /// After conv2: sums of 3x3 of conv1, times 32, as 32 equal maps are added up.
    pub conv2: Maps,
    /// After max-pool: the largest of 2x2 of conv2.
    pub pool: Maps,
    /// Each unit of dense1: the sum of the flattened list.
    pub dense1: f64,
    /// Each unit of dense2: 128 times a unit of dense1.
    pub dense2: f64,
}

impl OnesByHand {
    /// Computes it for a binary image of 28 x 28.
    pub fn from_image(pixels: &[f32]) -> Self {
        let conv1 = sums(&Maps::from_image(pixels));
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
        let maps = self.pool.repeated(MAPS[1]);
        [flatten_channels_first(&maps), flatten_channels_last(&maps)]
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

/// Mean m and variance v of each map, for batch normalization (Ioffe & Szegedy 2015, algorithms 1
/// and 2): over all images of the batch and all places in training, running averages in testing. v
/// divides by their number, not by one less.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// m, one per map.
    pub means: Vec<f64>,
    /// v, one per map.
    pub variances: Vec<f64>,
}

impl Statistics {
    /// The running averages of a layer.
    pub fn running(norm: &BatchNorm) -> Self {
        Self {
            means: numbers(norm.running_mean.value_sync()),
            variances: numbers(norm.running_var.value_sync()),
        }
    }

    /// Mean and variance of a batch.
    ///
    /// # Shapes
    /// - batch: `[images, maps, height, width]`
    pub fn from_batch(batch: &TensorData) -> Self {
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
