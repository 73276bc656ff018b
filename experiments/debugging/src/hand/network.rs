//! The whole network by hand, with the weights and biases of its layers.

use burn::nn::Linear;
use burn::nn::conv::Conv2d;
use burn::tensor::Tensor;
use retrace_core::activation::softmax;
use retrace_data::DIGIT_SIDE;

use super::{Kernels, Maps, convolve, dense, flatten_channels_first, max_pool};
use crate::network::{Network, TAPS};

/// What a network has learnt, as plain numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Kernels and biases, nearest to the input first.
    pub convolutions: [(Kernels, Vec<f64>); 2],
    /// Weights and biases, nearest to the input first.
    pub dense: [(Vec<f64>, Vec<f64>); 2],
}

impl Weights {
    /// Reads them off a network.
    pub fn of(network: &Network) -> Self {
        Self {
            convolutions: [&network.conv1, &network.conv2].map(convolution),
            dense: [&network.dense1, &network.dense2].map(linear),
        }
    }

    /// What goes from layer to layer for one image: as many lists as there are
    /// [taps](TAPS), in their order.
    ///
    /// # Shapes
    /// - pixels: 28 x 28
    pub fn stages(&self, pixels: &[f32], f: fn(f64) -> f64) -> [Vec<f64>; TAPS.len()] {
        let image = image(pixels);
        let [conv1, conv2] = &self.convolutions;
        let [dense1, dense2] = &self.dense;
        let before1 = convolve(&image, &conv1.0, &conv1.1);
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

/// One map of 28 x 28.
pub(super) fn image(pixels: &[f32]) -> Maps {
    Maps {
        channels: 1,
        height: DIGIT_SIDE,
        width: DIGIT_SIDE,
        values: pixels.iter().copied().map(f64::from).collect(),
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
