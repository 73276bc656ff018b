//! One network with Burn's convolutions and with ours: the same parameters, the same numbers to
//! rounding, and the time of a step of each.
//!
//! `cargo run --release -p retrace-conv --example both_networks`
#![allow(clippy::print_stdout)] // that is what it is for

use std::time::Instant;

use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Distribution, Tensor};
use retrace_conv::Conv2d;

fn main() {
    let device = Device::flex().autodiff();
    let channels = [3, 32, 32, 32];
    let config = |channels: &[usize]| {
        let config = Conv2dConfig::new([channels[0], channels[1]], [3, 3]);
        config.with_padding(PaddingConfig2d::Same)
    };
    let burns: Vec<BurnConv2d> = channels
        .windows(2)
        .map(|channels| config(channels).init(&device))
        .collect();
    let ours: Vec<Conv2d> = burns.iter().cloned().map(Conv2d::from).collect();
    let x = Tensor::<4>::random([4, 3, 48, 48], Distribution::Default, &device);

    let by_burn = || {
        burns
            .iter()
            .fold(x.clone(), |x, layer| relu(layer.forward(x)))
    };
    let by_ours = || {
        ours.iter()
            .fold(x.clone(), |x, layer| layer.forward_relu(x))
    };
    let difference = (by_burn() - by_ours()).abs().max().into_scalar::<f32>();
    println!("largest difference of an output: {difference:.1e}");
    for (whose, forward) in [("Burn's", &by_burn as &dyn Fn() -> _), ("ours", &by_ours)] {
        println!(
            "{whose:<6} forward and backward: {:>6.1} ms",
            milliseconds(forward)
        );
    }
}

/// The least of seven.
fn milliseconds(forward: &dyn Fn() -> Tensor<4>) -> f64 {
    let times = (0..7).map(|_| {
        let begun = Instant::now();
        drop(forward().square().mean().backward());
        1e3 * begun.elapsed().as_secs_f64()
    });
    times.fold(f64::INFINITY, f64::min)
}
