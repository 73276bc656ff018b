//! One training step of the post's network: 1-10-10-10-1, a batch of one point, |error| + L1, SGD.
//!
//! Forward, penalty, backward and update, and the read of the loss with which the training loop
//! notices a NaN. PyTorch takes 0.16 ms for the same on two cores.

use std::hint::black_box;

use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::Device;
use criterion::{Criterion, criterion_group, criterion_main};
use regularization::config::Config;
use regularization::network::network;
use regularization::points::Points;
use regularization::training::Fit;
use retrace_core::regularization::Penalty;
use retrace_lab::{Config as _, Preset, Task};

fn step(criterion: &mut Criterion) {
    let config = Config::preset(Preset::Post);
    let device = Device::flex().autodiff();
    device.seed(0);
    let Ok(mut model) = network(&config.sizes(), &device) else {
        return;
    };
    let points = Points {
        x: vec![3.0],
        y: vec![7.0],
    };
    let penalty = Penalty::L1 {
        lambda: config.lambda,
    };
    let fit = Fit::new("bench", &config, penalty, &points, &Device::flex());
    let mut optimizer = SgdConfig::new().init();
    criterion.bench_function("step of 1-10-10-10-1, batch 1, L1", |bencher| {
        bencher.iter(|| {
            let loss = fit.loss(&model, 0);
            black_box(loss.clone().into_scalar::<f64>());
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(config.learning_rate, model.clone(), gradients);
        });
    });
}

criterion_group!(benches, step);
criterion_main!(benches);
