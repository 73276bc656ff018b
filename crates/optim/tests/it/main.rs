//! Our Adam against Burn's, bit for bit, and against laws of the method and PyTorch's numbers.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod against_burn;
mod laws;
mod pytorch;
mod records;

use burn::optim::{AdamConfig, AdamState, Optimizer};
use burn::tensor::{Device, Tensor};

const RATE: f64 = 0.01;

/// Kingma & Ba's.
fn config() -> AdamConfig {
    AdamConfig::new().with_epsilon(1e-8)
}

fn tensor(numbers: &[f32]) -> Tensor<1> {
    Tensor::from_floats(numbers, &Device::flex())
}

/// Numbers that look random, from -1 to 1.
fn noise(count: usize, seed: usize) -> Vec<f32> {
    let angle = |index: usize| (index * index + 17 * seed + 1) as f32;
    (0..count).map(|index| angle(index).sin()).collect()
}

/// A parameter and its moments after so many steps.
#[derive(Debug, PartialEq)]
struct Trained {
    time: usize,
    /// The bits of parameter and both moments.
    bits: [Vec<u32>; 3],
}

/// A step for each gradient.
fn trained<const D: usize, O: Optimizer<State<D> = AdamState<D>>>(
    optimizer: &O,
    parameter: Tensor<D>,
    gradients: impl IntoIterator<Item = Tensor<D>>,
) -> Trained {
    let mut found = (parameter, None);
    for gradient in gradients {
        found = optimizer.step(RATE, found.0, gradient, found.1);
    }
    let AdamState { momentum } = found.1.unwrap();
    Trained {
        time: momentum.time,
        bits: [found.0, momentum.moment_1, momentum.moment_2].map(bits),
    }
}

/// The bits of the numbers; the same for each NaN, as IEEE 754 does not say which one comes out.
fn bits<const D: usize>(tensor: Tensor<D>) -> Vec<u32> {
    let numbers = tensor.into_data().try_to_vec::<f32>().unwrap().into_iter();
    numbers
        .map(|x| if x.is_nan() { f32::NAN } else { x }.to_bits())
        .collect()
}

fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec().unwrap()
}
