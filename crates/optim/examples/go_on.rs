//! A training that stops and goes on from its record, which Burn's own optimizer reads as well.
//!
//! `cargo run --release -p retrace-optim --example go_on`
#![allow(clippy::print_stdout)] // that is what it is for

use std::error::Error;

use burn::nn::{Linear, LinearConfig};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};

fn main() -> Result<(), Box<dyn Error>> {
    let momentum = MomentumConfig::new()
        .with_dampening(0.0)
        .with_nesterov(true);
    let config = SgdConfig::new().with_momentum(Some(momentum));
    let layer = LinearConfig::new(1, 1).init(&Device::flex().autodiff());

    let (half, optimizer) = train(layer, retrace_optim::sgd(&config), 20);
    // Bytes for a file; `OptimizerRecord::save` writes one.
    let record = optimizer.into_bytes()?;
    println!(
        "after 20 steps, a record of {} bytes: {}",
        record.len(),
        line(&half)
    );
    let (uninterrupted, _) = train(half.clone(), optimizer, 20);
    println!(
        "after 40, without a stop:              {}",
        line(&uninterrupted)
    );
    for (whose, fresh) in [
        ("ours", retrace_optim::sgd(&config)),
        ("Burn's", config.init()),
    ] {
        let (resumed, _) = train(half.clone(), fresh.from_bytes(record.clone())?, 20);
        println!(
            "after 40, from the record by {whose:<8}  {}",
            line(&resumed)
        );
    }
    Ok(())
}

/// Fits y = 2 x + 1.
fn train(
    mut layer: Linear,
    mut optimizer: ModuleOptimizer,
    steps: usize,
) -> (Linear, ModuleOptimizer) {
    let device = Device::flex().autodiff();
    let column = |numbers: [f32; 4]| {
        Tensor::<2>::from_data(TensorData::new(numbers.to_vec(), [4, 1]), &device)
    };
    let (x, y) = (column([0.0, 1.0, 2.0, 3.0]), column([1.0, 3.0, 5.0, 7.0]));
    for _ in 0..steps {
        let loss = (layer.forward(x.clone()) - y.clone()).square().mean();
        let gradients = GradientsParams::from_grads(loss.backward(), &layer);
        layer = optimizer.step(0.02, layer, gradients);
    }
    (layer, optimizer)
}

/// The line that a layer is, with all digits.
fn line(layer: &Linear) -> String {
    let number = |tensor: Tensor<1>| tensor.into_scalar::<f32>();
    let bias = layer.bias.as_ref().map_or(0.0, |bias| number(bias.val()));
    format!("y = {} x + {bias}", number(layer.weight.val().reshape([1])))
}
