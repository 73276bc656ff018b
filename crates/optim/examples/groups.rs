//! Two optimizers in one training: AdamW for the weights, plain SGD for the biases, with the
//! gradients of the former clipped.
//!
//! `cargo run --release -p retrace-optim --example groups`
#![allow(clippy::print_stdout)] // that is what it is for

use burn::grad_clipping::GradientClippingConfig;
use burn::module::{Module, ParamGroup};
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::activation::tanh;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_optim::Sgd;

#[derive(Module, Debug)]
struct Network {
    hidden: Linear,
    output: Linear,
}

fn main() {
    let device = Device::flex().autodiff();
    let mut network = Network {
        hidden: LinearConfig::new(1, 64).init(&device),
        output: LinearConfig::new(64, 1).init(&device),
    };
    let clipping = GradientClippingConfig::Norm(1.0);
    let config = AdamWConfig::new().with_grad_clipping(Some(clipping));
    let biases = ParamGroup::from_predicate("bias");
    let mut optimizer: ModuleOptimizer = retrace_optim::adamw(&config)
        // The bare optimizer, without a module's clipping.
        .with_group(biases, Sgd::new(&SgdConfig::new()), None);

    let x: Vec<f32> = (0..100).map(|i| i as f32 / 50.0 - 1.0).collect();
    let y: Vec<f32> = x.iter().map(|x| (3.0 * x).sin()).collect();
    let column = |numbers| Tensor::<2>::from_data(TensorData::new(numbers, [100, 1]), &device);
    let (x, y) = (column(x), column(y));
    for step in 0..=1000 {
        let found = network
            .output
            .forward(tanh(network.hidden.forward(x.clone())));
        let loss = (found - y.clone()).square().mean();
        if step % 200 == 0 {
            println!(
                "step {step:>4}: loss {:.5}",
                loss.clone().into_scalar::<f32>()
            );
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(1e-2, network, gradients);
    }
}
