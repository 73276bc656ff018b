//! One training step of the post's six layers at 150x100, a batch of 8: making the circles, forward,
//! backward, Adam's update, and the read of the loss with which the training loop notices a NaN.
//! And a forward pass of each network for one picture.
//!
//! `scripts/bench-against-pytorch.py --only autoencoder` times the same network against PyTorch.

use std::hint::black_box;

use autoencoder::arm::BASELINE;
use autoencoder::config::Config;
use autoencoder::data::{Circles, tensors};
use autoencoder::network::{Architecture, NetworkConfig};
use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::Device;
use criterion::{Criterion, criterion_group, criterion_main};
use retrace_lab::{Config as _, Preset};

fn bench(criterion: &mut Criterion) {
    let config = Config::preset(Preset::Post);
    let device = Device::flex().autodiff();
    let circles = Circles {
        seed: 0,
        purpose: "bench",
        count: config.circles,
        size: config.size(),
        radius: config.radius_pixels(),
        levels: Circles::ONE,
    };
    let mut group = criterion.benchmark_group("150x100");
    group.sample_size(20);
    let settings = BASELINE.settings(&config);
    let mut model = settings.network.init(&config, &device);
    let mut optimizer = settings.optimizer.init();
    let numbers: Vec<usize> = (0..config.batch).collect();
    group.bench_function("step of six layers, batch 8", |bencher| {
        bencher.iter(|| {
            let (inputs, targets) = tensors(&circles, &numbers, &device);
            let loss = settings.loss.value(model.forward(inputs), targets);
            black_box(loss.clone().into_scalar::<f64>());
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            model = optimizer.step(settings.rate, model.clone(), gradients);
        });
    });
    let (x, _) = tensors(&circles, &[0], &Device::flex());
    for (name, architecture) in [
        ("forward, six layers", Architecture::SixLayers),
        ("forward, three layers", Architecture::Small),
        ("forward, code of 16", Architecture::Bottleneck(16)),
        ("forward, code of 128", Architecture::Bottleneck(128)),
    ] {
        let model = NetworkConfig::plain(architecture).init(&config, &device);
        let model = model.valid();
        group.bench_function(name, |bencher| {
            bencher.iter(|| black_box(model.forward(x.clone()).into_data()));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
