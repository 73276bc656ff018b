//! A training in which one line differs from Burn's own: where the optimizer is made.
//!
//! A perceptron learns whether a point lies within a circle. Both trainings begin with the same
//! weights, and end with the same, bit for bit.
//!
//! `cargo run --release -p retrace-optim --example in_place_of_burns`
#![allow(clippy::print_stdout)] // that is what it is for

use std::time::Instant;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor, TensorData};

#[derive(Module, Debug)]
struct Network {
    hidden: Linear,
    output: Linear,
}

impl Network {
    /// `[points, 2]` to `[points, 1]`, positive within.
    fn forward(&self, points: Tensor<2>) -> Tensor<2> {
        self.output.forward(relu(self.hidden.forward(points)))
    }
}

fn main() {
    let device = Device::flex().autodiff();
    let network = Network {
        hidden: LinearConfig::new(2, 1024).init(&device),
        output: LinearConfig::new(1024, 1).init(&device),
    };
    let config = AdamWConfig::new().with_weight_decay(0.01);
    let burns = train("Burn's", network.clone(), config.init());
    let ours = train("ours", network, retrace_optim::adamw(&config));
    let same = burns.output.weight.val().into_data() == ours.output.weight.val().into_data();
    println!("the same weights, bit for bit: {same}");
}

fn train(whose: &str, mut network: Network, mut optimizer: ModuleOptimizer) -> Network {
    let (points, truth) = data();
    let begun = Instant::now();
    for step in 0..=300 {
        let loss = (network.forward(points.clone()) - truth.clone())
            .square()
            .mean();
        if step % 100 == 0 {
            println!(
                "{whose}: step {step}, loss {:.4}",
                loss.clone().into_scalar::<f32>()
            );
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(1e-3, network, gradients);
    }
    println!("{whose}: {:.2} s", begun.elapsed().as_secs_f64());
    network
}

/// A grid of 16 x 16 points from -1 to 1; 1 within a circle of radius 0.7, -1 outside.
fn data() -> (Tensor<2>, Tensor<2>) {
    let device = Device::flex().autodiff();
    let grid = (0..256).map(|i| [i % 16, i / 16].map(|c| c as f32 / 7.5 - 1.0));
    let points: Vec<[f32; 2]> = grid.collect();
    let sign = |[x, y]: &[f32; 2]| if x * x + y * y < 0.49 { 1.0 } else { -1.0 };
    let truth: Vec<f32> = points.iter().map(sign).collect();
    let points = TensorData::new(points.concat(), [256, 2]);
    (
        Tensor::from_data(points, &device),
        Tensor::from_data(TensorData::new(truth, [256, 1]), &device),
    )
}
