//! One training step of the post's network, 784-1024-128-10, on a batch of 60 made-up digits.
//!
//! The making of the batch, forward, backward and Adam's update, and the read of the loss with
//! which the training loop notices a NaN. `scripts/rrelu_pytorch.py --steps` times the same in
//! PyTorch.

use std::hint::black_box;

use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::Device;
use criterion::{Criterion, criterion_group, criterion_main};
use retrace_data::draw_digits;
use retrace_lab::{Arm, Config, Preset, Task};
use rrelu::arm::{Norm, RELU, RRELU, Variant};
use rrelu::config::RreluConfig;
use rrelu::network::NetworkConfig;
use rrelu::order::Order;
use rrelu::training::Fit;

fn steps(criterion: &mut Criterion) {
    // As in every program of the workspace: the thread that trains is one of the pool's.
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
    pool.build_global().expect("nobody asked for the pool yet");
    for (function, norm) in [
        (RELU, Norm::Plain),
        (RELU, Norm::Batch),
        (RRELU, Norm::Plain),
    ] {
        step(criterion, norm.of(function));
    }
}

fn step(criterion: &mut Criterion, variant: Variant) {
    let config = RreluConfig::preset(Preset::Post);
    let device = Device::flex().autodiff();
    let digits = draw_digits(0, config.twin());
    let network = NetworkConfig {
        sizes: config.sizes(10),
        activation: variant.function.activation,
        normalisation: (variant.norm == Norm::Batch).then(|| config.normalisation()),
    };
    let model = network.init(&device);
    let mut trained = Some(model.expect("the post's sizes make a network"));
    let mut optimizer = retrace_optim::adam(&AdamConfig::new().with_epsilon(1e-8));
    let fit = Fit {
        name: "bench",
        digits: &digits,
        order: Order::new((0..digits.train.len()).collect(), config.batch),
        epochs: 1,
        eval_every: 1,
        learning_rate: config.learning_rate,
        device,
    };
    let mut count = 0;
    criterion.bench_function(&format!("step of {}", variant.name()), |bencher| {
        bencher.iter(|| {
            let model = trained.take().expect("the step before put it back");
            let loss = fit.loss(&model, count % fit.steps());
            black_box(loss.clone().into_scalar::<f64>());
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            trained = Some(optimizer.step(config.learning_rate, model, gradients));
            count += 1;
        });
    });
}

criterion_group!(benches, steps);
criterion_main!(benches);
