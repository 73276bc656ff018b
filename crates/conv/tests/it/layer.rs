//! The layer as a module: its records and weights, its gradients under autodiff, a training, and
//! Burn's convolution where it is not its own.

mod burns_own;
mod gradients;
mod instructions;
mod learning;
mod records;
mod views;

use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2dConfig;
use burn::tensor::{Device, Tensor};

use crate::comparison::{noise, tensor};

fn autodiff() -> Device {
    Device::flex().autodiff()
}

/// Three channels to five, 3x3, of the same size.
fn config() -> Conv2dConfig {
    Conv2dConfig::new([3, 5], [3, 3]).with_padding(PaddingConfig2d::Same)
}

/// An input of two pictures for it.
fn pictures(device: &Device) -> Tensor<4> {
    tensor(&noise(9, 2 * 3 * 7 * 6), [2, 3, 7, 6], device)
}
