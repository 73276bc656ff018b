//! A training step of the post's network on 32 patches, and the making of its batch alone, which
//! should stay under a tenth of that.
//!
//! Bins of the twin with a window of 4 are about as many as those of the scenes with 10.
//! `scripts/bench-against-pytorch.py --only colorization` times the network against PyTorch.

use std::hint::black_box;

use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::Device;
use colorization::bins::{TargetKind, Targets, class_weights};
use colorization::colours;
use colorization::data::Photo;
use colorization::loss::{Labels, loss};
use colorization::network::NetworkConfig;
use colorization::patches::{Order, windows};
use colorization::twin;
use criterion::{Criterion, criterion_group, criterion_main};

fn steps(criterion: &mut Criterion) {
    let photos = twin::draw("train", 80, 256);
    let photos: Vec<&Photo> = photos.iter().collect();
    let bins = colours::bins(&photos, 4.0).expect("the twin has pixels");
    let weights = class_weights(&bins.shares(), 0.5);
    let weights: Vec<f32> = weights.iter().map(|w| *w as f32).collect();
    let labels = |kind| Labels::Bins(Targets::new(&bins, kind), weights.clone());
    let (authors, nearest) = (
        labels(TargetKind::Gaussian(2.0)),
        labels(TargetKind::Nearest(5.0)),
    );
    let order = Order::new(windows(&photos), 32, 0, 0, false);
    let device = Device::flex().autodiff();
    let q = bins.len();
    for (name, labels) in [
        ("the author's targets", &authors),
        ("five nearest bins", &nearest),
    ] {
        criterion.bench_function(&format!("batch of {name}, Q = {q}"), |bencher| {
            bencher.iter(|| black_box(labels.batch(&photos, &order.batch(1), &device)));
        });
    }
    let config = NetworkConfig {
        bins: q,
        outputs: q,
        before_relu: false,
    };
    let mut network = config.init(&device);
    let mut optimizer = retrace_optim::adam(&AdamConfig::new().with_epsilon(1e-8));
    let mut group = criterion.benchmark_group("step");
    group.sample_size(10);
    group.bench_function(format!("Q = {q}"), |bencher| {
        bencher.iter(|| {
            let (lightness, truth) = authors.batch(&photos, &order.batch(1), &device);
            let loss = loss(network.forward(lightness), truth);
            black_box(loss.clone().into_scalar::<f64>());
            let gradients = GradientsParams::from_grads(loss.backward(), &network);
            network = optimizer.step(1e-4, network.clone(), gradients);
        });
    });
    group.finish();
}

criterion_group!(benches, steps);
criterion_main!(benches);
