//! One training step of the post's six layers at 150x100, a batch of 8: making the circles, forward,
//! backward, Adam's update, and the read of the loss with which the training loop notices a NaN.
//! And a forward pass of each network for one picture.
//!
//! `scripts/bench-against-pytorch.py --only autoencoder` times the same network against PyTorch.

use std::hint::black_box;

use autoencoder::arm;
use autoencoder::config::AutoencoderConfig;
use autoencoder::data::{Circles, tensors};
use autoencoder::network::{Architecture, Network, NetworkConfig};
use autoencoder::training::Fit;
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Device;
use criterion::{Criterion, criterion_group, criterion_main};
use retrace_lab::{Config, Preset, Task};

fn network(config: &AutoencoderConfig, architecture: Architecture) -> Network {
    NetworkConfig::plain(architecture, config).init(&Device::flex().autodiff())
}

fn circles(config: &AutoencoderConfig) -> Circles {
    Circles {
        seed: 0,
        purpose: "bench",
        count: config.circles,
        size: config.size(),
        radius: config.radius_pixels(),
        levels: Circles::ONE,
    }
}

fn step(criterion: &mut Criterion) {
    let config = AutoencoderConfig::preset(Preset::Post);
    let setup = arm::of(&config, arm::SOUND).expect("the sound setting is an arm");
    let circles = circles(&config);
    let fit = Fit {
        setup: &setup,
        steps: config.steps,
        batch: config.batch,
        training: &circles,
        validation: &circles,
        measured: vec![0],
        seed: 0,
        device: Device::flex().autodiff(),
        film: None,
        constant: 0.0.into(),
    };
    let mut model = network(&config, Architecture::SixLayers);
    let mut optimizer = setup.optimizer.init();
    let mut count = 0;
    let mut group = criterion.benchmark_group("150x100");
    group.sample_size(20);
    group.bench_function("step of six layers, batch 8", |bencher| {
        bencher.iter(|| {
            let loss = fit.loss(&model, count);
            black_box(loss.clone().into_scalar::<f64>());
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(setup.rate, model.clone(), gradients);
            count += 1;
        });
    });
    group.finish();
}

fn forward(criterion: &mut Criterion) {
    let config = AutoencoderConfig::preset(Preset::Post);
    let device = Device::flex();
    let (x, _) = tensors(&circles(&config), &[0], &device);
    let mut group = criterion.benchmark_group("150x100, forward");
    group.sample_size(20);
    for (name, architecture) in [
        ("six layers", Architecture::SixLayers),
        ("three layers", Architecture::Small),
        ("code of 16", Architecture::Bottleneck(16)),
        ("code of 128", Architecture::Bottleneck(128)),
    ] {
        let model = network(&config, architecture).valid();
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(model.forward(x.clone()).into_data()));
        });
    }
    group.finish();
}

criterion_group!(benches, step, forward);
criterion_main!(benches);
