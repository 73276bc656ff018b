//! A one-dimensional network with dilated convolutions: it learns to take the echo out of noise that
//! is heard again eight steps later. (The loss ends near 0.2: 29 numbers are too few for all of it.)
//!
//! `cargo run --release -p retrace-conv --example rows`
#![allow(clippy::print_stdout)] // that is what it is for

use burn::module::Module;
use burn::nn::PaddingConfig1d;
use burn::nn::conv::Conv1dConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Distribution, Tensor};
use retrace_conv::Conv1d;

const LENGTH: usize = 256;

#[derive(Module, Debug)]
struct Network {
    layers: Vec<Conv1d>,
    last: Conv1d,
}

impl Network {
    /// An output sees 1 + 4 * (1 + 2 + 4) = 29 numbers, 14 to each side.
    fn new(device: &Device) -> Self {
        let layer = |channels: [usize; 2], kernel: usize, dilation: usize| {
            let reach = dilation * (kernel - 1) / 2;
            let config = Conv1dConfig::new(channels[0], channels[1], kernel)
                .with_dilation(dilation)
                .with_padding(PaddingConfig1d::Explicit(reach, reach));
            Conv1d::new(&config, device)
        };
        Self {
            layers: vec![
                layer([1, 16], 5, 1),
                layer([16, 16], 5, 2),
                layer([16, 16], 5, 4),
            ],
            last: layer([16, 1], 1, 1),
        }
    }

    /// `[batch, 1, LENGTH]` to the same.
    fn forward(&self, x: Tensor<3>) -> Tensor<3> {
        let a = self.layers.iter().fold(x, |a, layer| layer.forward_relu(a));
        self.last.forward(a)
    }
}

fn main() {
    let device = Device::flex().autodiff();
    device.seed(2);
    let mut network = Network::new(&device);
    let mut optimizer = AdamConfig::new().init();
    for step in 0..=200 {
        let source =
            Tensor::<3>::random([8, 1, LENGTH + 8], Distribution::Normal(0.0, 1.0), &device);
        let (now, before) = (
            source.clone().narrow(2, 8, LENGTH),
            source.narrow(2, 0, LENGTH),
        );
        let echo = now + before.clone() * 0.5;
        let loss = (network.forward(echo) - before).square().mean();
        if step % 50 == 0 {
            println!(
                "step {step:>3}: loss {:.4}",
                loss.clone().into_scalar::<f32>()
            );
        }
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(3e-3, network, gradients);
    }
}
