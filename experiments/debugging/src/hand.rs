//! The layers by hand: loops over numbers of 64 bits, nothing of Burn.
//!
//! ```text
//! convolution  z[o, y, x] = b[o] + sum over i, v, u of k[o, i, v, u] a[i, y + v, x + u]
//! max-pool     p[c, y, x] = max of a[c, 2 y .. 2 y + 1, 2 x .. 2 x + 1]
//! flatten      Burn:  f[(c H + y) W + x] = p[c, y, x]      channels first
//!              Keras: f[(y W + x) C + c] = p[c, y, x]      channels last
//! dense        z[o] = b[o] + sum over i of a[i] w[i, o]
//! softmax      s[i] = e^z[i] / sum over j of e^z[j]
//! ```

mod network;
mod ones;

pub use network::Weights;
pub use ones::{Ones, Softmaxes, repeated};

/// Feature maps: `values[(c * height + y) * width + x]`.
#[derive(Debug, Clone, PartialEq)]
pub struct Maps {
    /// How many.
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

    /// Maps of another size, each value from its map, row and column.
    fn made(size: [usize; 3], value: impl Fn(usize, usize, usize) -> f64) -> Self {
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

    /// The same size, each value on its own.
    #[must_use]
    pub fn map(&self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            values: self.values.iter().map(|value| f(*value)).collect(),
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
    Maps::made(size, |o, y, x| {
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
    Maps::made([a.channels, a.height / 2, a.width / 2], |c, y, x| {
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
