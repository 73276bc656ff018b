//! Initial weights, what a network does with them, and what is said of it before it is built.

use autoencoder::config::{Config, Size, bytes, dense_weights};
use autoencoder::data::{Circles, tensors};
use autoencoder::initial::{Fans, Initial};
use autoencoder::loss::Loss;
use autoencoder::network::{Architecture, Body, Dropout, Network, NetworkConfig, OutputActivation};
use autoencoder::plan::{self, AUTHORS, AUTHORS_FEATURES};
use autoencoder::probe::probe;
use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use retrace_lab::{Config as _, Preset, is_finite};
use retrace_test_support::resume::alone;

fn config() -> Config {
    Config::preset(Preset::Smoke)
}

fn six_layers() -> NetworkConfig {
    NetworkConfig::plain(Architecture::SixLayers)
}

fn with_dropout(dropout: Dropout) -> Network {
    network(NetworkConfig {
        dropout: Some(dropout),
        ..six_layers()
    })
}

/// At the smoke preset's sizes, always with the same draws.
pub fn network(network: NetworkConfig) -> Network {
    let device = Device::flex().autodiff();
    device.seed(7);
    let network = network.init(&config(), &device);
    // Layers draw their weights when they are first asked for: all of them now.
    assert!(is_finite(&network));
    network
}

pub fn smoke_batch(device: &Device) -> (Tensor<4>, Tensor<4>) {
    let circles = Circles {
        seed: 3,
        purpose: "training",
        count: 60,
        size: config().size(),
        radius: 2.0,
        levels: Circles::ONE,
    };
    tensors(&circles, &[0, 1, 2], device)
}

pub fn list<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

pub fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>().sqrt()
}

#[test]
fn the_truncated_normal_is_cut_at_two_deviations() {
    let _alone = alone();
    let device = Device::flex();
    device.seed(1);
    let fans = Fans {
        inputs: 1,
        outputs: 1,
    };
    let weights = list(Initial::Truncated.weight([200, 500], fans, &device).val());
    assert!(weights.iter().all(|weight| weight.abs() <= 0.2));
    let squares = weights.iter().map(|weight| f64::from(*weight).powi(2));
    let deviation = (squares.sum::<f64>() / weights.len() as f64).sqrt();
    // scipy.stats.truncnorm(-2, 2, scale=0.1).std() = 0.08796
    assert!((deviation - 0.08796).abs() < 5e-4, "{deviation}");
    let middle = weights.iter().filter(|weight| weight.abs() < 0.1).count() as f64;
    // (Phi(1) - Phi(-1)) / (Phi(2) - Phi(-2)) = 0.7152
    assert!((middle / 1e5 - 0.7152).abs() < 0.01, "{middle}");
    assert!(
        list(Initial::Truncated.bias(3, &device).val())
            .iter()
            .all(|b| *b == 0.1)
    );
    assert!(
        list(Initial::He.bias(3, &device).val())
            .iter()
            .all(|b| *b == 0.0)
    );
}

#[test]
fn dropout_erases_in_training_only_and_where_it_was_put() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let (x, _) = smoke_batch(&device);
    let last = with_dropout(Dropout::Last);
    let zeros = |output: Vec<f32>| {
        output.iter().filter(|v| **v == 0.0).count() as f64 / output.len() as f64
    };
    let erased = zeros(list(last.forward(x.clone())));
    assert!((erased - 0.5).abs() < 0.15, "{erased}");
    assert_eq!(zeros(list(last.valid().forward(x.clone().inner()))), 0.0);
    let between = with_dropout(Dropout::Between);
    assert_eq!(zeros(list(between.forward(x.clone()))), 0.0);
    assert_ne!(
        list(between.forward(x.clone())),
        list(between.forward(x.clone()))
    );
    let evaluated = list(between.valid().forward(x.clone().inner()));
    let plain = network(six_layers());
    assert_eq!(evaluated, list(plain.forward(x)));
}

#[test]
fn a_relu_at_the_end_leaves_the_positive_part() {
    let _alone = alone();
    let device = Device::flex();
    let (x, _) = smoke_batch(&device);
    let open = network(NetworkConfig::plain(Architecture::Small)).valid();
    let rectified = network(NetworkConfig {
        output: OutputActivation::Relu,
        ..NetworkConfig::plain(Architecture::Small)
    })
    .valid();
    let open: Vec<f32> = list(open.forward(x.clone()))
        .iter()
        .map(|v| v.max(0.0))
        .collect();
    let rectified = list(rectified.forward(x));
    assert!(distance(&open, &rectified) < 1e-4);
    assert!(rectified.contains(&0.0) && rectified.iter().any(|v| *v > 0.0));
}

#[test]
fn a_probe_sees_dead_maps_and_their_missing_gradient() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let batch = smoke_batch(&device);
    let alive = network(six_layers());
    let seen = probe(&alive, Loss::Mean, batch.clone(), 0);
    assert_eq!((seen.gradients.len(), seen.dead.len()), (6, 5));
    assert!(seen.gradients.iter().all(|norm| norm.unwrap() > 0.0));
    let mut killed = alive;
    if let Body::Stack(stack) = &mut killed.body {
        let bias = Tensor::full([stack.layers[2].weight.dims()[0]], -1e6, &device);
        stack.layers[2].bias = Some(Param::from_tensor(bias));
    }
    let seen = probe(&killed, Loss::Mean, batch, 0);
    assert_eq!((seen.dead[2], seen.zero[2]), (1.0, 1.0));
    assert_eq!(seen.dead[0], 0.0);
    // What lies before the dead layer learns nothing.
    assert!(
        seen.gradients[..3].iter().all(|norm| *norm == Some(0.0)),
        "{seen:?}"
    );
}

#[test]
fn networks_answer_with_the_size_of_their_pictures() {
    let _alone = alone();
    let (config, device) = (config(), Device::flex().autodiff());
    for (architecture, channels) in [
        (Architecture::SixLayers, 1),
        (Architecture::Small, 1),
        (Architecture::Bottleneck(5), 1),
        (Architecture::Colour, 2),
    ] {
        let Size { width, height } = architecture.size(&config);
        let x = Tensor::zeros([2, 1, height, width], &device);
        let output = network(NetworkConfig::plain(architecture)).forward(x);
        assert_eq!(
            output.dims(),
            [2, channels, height, width],
            "{architecture:?}"
        );
    }
}

#[test]
fn sizes_are_those_worked_out_by_hand() {
    let _alone = alone();
    assert_eq!(dense_weights(AUTHORS, &AUTHORS_FEATURES), 13_500_000_000);
    let weights = 4 * dense_weights(AUTHORS, &AUTHORS_FEATURES);
    assert_eq!(bytes(weights), "54.0 GB");
    let post = Config::preset(Preset::Post);
    let six = six_layers().init(&post, &Device::flex());
    // 1600 + 25104 + 12560 + 6280 + 3144 + 129.
    assert_eq!(six.num_params(), 48_817);
    // 15,000 pixels times the weights, without the 81 biases.
    let multiplications = plan::multiplications(Architecture::SixLayers, &post).unwrap();
    assert_eq!(multiplications, 15_000 * 48_736);
    // 12x8: a quarter is 3x2; the decoder's kernels of 16 numbers meet its 6 and 24 pixels.
    let encoder = 25 * (16 * 6 * 4 + 16 * 32 * 6);
    let dense = 2 * 5 * (32 * 6);
    let decoder = 16 * (32 * 16 * 6 + 16 * 24);
    let bottleneck = plan::multiplications(Architecture::Bottleneck(5), &config()).unwrap();
    assert_eq!(bottleneck, encoder + dense + decoder);
    // Maps of 6x4: 9 kernels and 3 of 25 numbers, and 3 maps to two answers.
    let colour = plan::multiplications(Architecture::Colour, &config()).unwrap();
    assert_eq!(colour, 24 * 25 * (3 + 9) + (3 * 24) * (2 * 24));
}
