//! Keras' MNIST network learns to read digits as well as with Burn's layers.
//!
//! Both sides begin with the same weights and see the same digits in the same order. They still
//! do not end with the same weights: a difference in the last place grows with every step, as it
//! does between two orders of the same sum. So accuracies are compared, with the spread over
//! seeds as the measure of what a difference means.

use std::path::Path;

use burn::module::{Module, ModuleDisplay};
use burn::nn::conv::{Conv2d as BurnConv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::MaxPool2dConfig;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_conv::{Conv2d, max_pool_2x2};
use retrace_data::{DIGIT_PIXELS, DIGIT_SIDE, DigitCounts, Digits, draw_digits, read_mnist};

use crate::alone;

/// A layer, and the max-pool beside it.
trait Convolution: Module + ModuleDisplay {
    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4>;
    fn max_pool(x: Tensor<4>) -> Tensor<4>;
}

impl Convolution for BurnConv2d {
    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        relu(self.forward(x))
    }

    fn max_pool(x: Tensor<4>) -> Tensor<4> {
        MaxPool2dConfig::new([2, 2]).init().forward(x)
    }
}

impl Convolution for Conv2d {
    fn forward_relu(&self, x: Tensor<4>) -> Tensor<4> {
        Conv2d::forward_relu(self, x)
    }

    fn max_pool(x: Tensor<4>) -> Tensor<4> {
        max_pool_2x2(x)
    }
}

/// 32 and 64 channels of 3x3, max-pool, 128 units, 10 logits.
#[derive(Module, Debug)]
struct Network<C: Module> {
    first: C,
    second: C,
    dense: Linear,
    logits: Linear,
}

/// With Burn's layers, whose weights are drawn here.
fn burns(device: &Device) -> Network<BurnConv2d> {
    let network = Network {
        first: Conv2dConfig::new([1, 32], [3, 3]).init(device),
        second: Conv2dConfig::new([32, 64], [3, 3]).init(device),
        dense: LinearConfig::new(64 * 12 * 12, 128).init(device),
        logits: LinearConfig::new(128, 10).init(device),
    };
    // Weights are drawn at first use: now, and not once for each of two copies.
    drop(network.forward(Tensor::zeros([1, 1, 28, 28], device)));
    network
}

/// The same weights with the layers of this crate.
fn ours(network: Network<BurnConv2d>) -> Network<Conv2d> {
    Network {
        first: network.first.into(),
        second: network.second.into(),
        dense: network.dense,
        logits: network.logits,
    }
}

impl<C: Convolution> Network<C> {
    /// # Shapes
    /// `[batch, 1, 28, 28]` to `[batch, 10]`
    fn forward(&self, x: Tensor<4>) -> Tensor<2> {
        let a = self.second.forward_relu(self.first.forward_relu(x));
        let a = C::max_pool(a).flatten::<2>(1, 3);
        self.logits.forward(relu(self.dense.forward(a)))
    }
}

/// Digits to train on, and digits to test on.
struct Set {
    train: Part,
    test: Part,
}

/// Images, and what they show.
struct Part {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl From<Digits> for Set {
    fn from(digits: Digits) -> Self {
        let part = |images: &[u8], labels: &[u8]| Part {
            images: images.to_vec(),
            labels: labels.to_vec(),
        };
        Self {
            train: part(digits.train.images(), digits.train.labels()),
            test: part(digits.test.images(), digits.test.labels()),
        }
    }
}

impl Part {
    fn len(&self) -> usize {
        self.labels.len()
    }

    /// Some digits, grey values from 0 to 1, and their labels.
    fn batch(&self, digits: &[usize], device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
        let image = |digit: &usize| &self.images[digit * DIGIT_PIXELS..][..DIGIT_PIXELS];
        let greys = digits.iter().flat_map(image);
        let greys: Vec<f32> = greys.map(|grey| f32::from(*grey) / 255.0).collect();
        let labels = digits.iter().map(|digit| i64::from(self.labels[*digit]));
        let labels: Vec<i64> = labels.collect();
        let shape = [digits.len(), 1, DIGIT_SIDE, DIGIT_SIDE];
        (
            Tensor::from_data(TensorData::new(greys, shape), device),
            Tensor::from_data(TensorData::new(labels, [digits.len()]), device),
        )
    }
}

/// The numbers below `count` in an order of this seed (Durstenfeld 1964).
fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for last in (1..count).rev() {
        // Steele et al. 2014, `SplitMix64`.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        order.swap(last, ((z ^ (z >> 31)) % (last as u64 + 1)) as usize);
    }
    order
}

const SEEDS: [u64; 3] = [1, 2, 3];

/// What came of a training.
struct Trained {
    /// The share of the test digits that are read rightly.
    accuracy: f64,
    /// Of each batch.
    losses: Vec<f32>,
}

/// A training with PyTorch's Adam.
fn train<C: Convolution>(
    mut network: Network<C>,
    set: &Set,
    batch: usize,
    seed: u64,
    device: &Device,
) -> Trained {
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    let mut optimizer = AdamConfig::new().with_epsilon(1e-8).init();
    let mut losses = Vec::new();
    for digits in shuffled(set.train.len(), seed).chunks(batch) {
        let (x, labels) = set.train.batch(digits, device);
        let loss = cross_entropy.forward(network.forward(x), labels);
        losses.push(loss.clone().into_scalar::<f32>());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(1e-3, network, gradients);
    }
    let (network, device) = (network.valid(), Device::flex());
    let all: Vec<usize> = (0..set.test.len()).collect();
    let right = all.chunks(250).map(|digits| {
        let (x, labels) = set.test.batch(digits, &device);
        let read = network.forward(x).argmax(1).flatten::<1>(0, 1);
        read.equal(labels).int().sum().into_scalar::<i64>()
    });
    Trained {
        accuracy: right.sum::<i64>() as f64 / set.test.len() as f64,
        losses,
    }
}

/// Both layers have learned, the first losses agree, and the mean accuracies differ by no more
/// than the seeds do.
fn assert_as_good(set: &Set, batch: usize, learned: f64) {
    let device = Device::flex().autodiff();
    let (mut burns_accuracies, mut our_accuracies) = (Vec::new(), Vec::new());
    for seed in SEEDS {
        let network = {
            let _alone = alone();
            device.seed(seed);
            burns(&device)
        };
        let ours = train(ours(network.clone()), set, batch, seed, &device);
        let burns = train(network, set, batch, seed, &device);
        // Rounding can turn a step, as Adam divides by the gradient's size.
        for (ours, burns) in ours.losses.iter().zip(&burns.losses).take(10) {
            assert!((ours - burns).abs() < 1e-3 * burns, "{ours} and {burns}");
        }
        // Equal losses to the end would mean that the same layer was trained twice.
        assert_eq!(ours.losses != burns.losses, retrace_conv::supported_here());
        burns_accuracies.push(burns.accuracy);
        our_accuracies.push(ours.accuracy);
    }
    let found =
        format!("with Burn's layers {burns_accuracies:.4?}, with ours {our_accuracies:.4?}");
    report(&found);
    let mean = |accuracies: &[f64]| accuracies.iter().sum::<f64>() / accuracies.len() as f64;
    let all = || burns_accuracies.iter().chain(&our_accuracies).copied();
    let (least, most) = (all().fold(1.0, f64::min), all().fold(0.0, f64::max));
    assert!(least > learned, "{found}");
    let difference = (mean(&burns_accuracies) - mean(&our_accuracies)).abs();
    assert!(difference < most - least, "{found}");
}

#[expect(clippy::print_stderr, reason = "a measurement, shown with --nocapture")]
fn report(found: &str) {
    eprintln!("{found}");
}

#[test]
fn digits_are_read_as_well_as_with_burns_layers() {
    let counts = DigitCounts {
        train: 1600,
        validation: 0,
        test: 1000,
    };
    assert_as_good(&draw_digits(0, counts).into(), 32, 0.7);
}

#[test]
#[ignore = "needs RETRACE_DATA, and a quarter of an hour on two cores for an epoch of MNIST"]
fn after_a_whole_epoch_digits_are_read_as_well_as_with_burns_layers() {
    let folder = std::env::var_os("RETRACE_DATA").expect("the folder of data sets");
    let digits = read_mnist(&Path::new(&folder).join("mnist")).expect("MNIST in it");
    assert_as_good(&digits.into(), 128, 0.97);
}
