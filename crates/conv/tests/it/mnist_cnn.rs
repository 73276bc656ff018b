//! Keras' MNIST network learns to read digits as well as with Burn's layers.
//!
//! Both sides begin with the same weights and see the same digits in the same order. They still
//! do not end with the same weights: a difference in the last place grows with every step, as it
//! does between two orders of the same sum. So accuracies are compared, with the spread over
//! seeds as the measure of what a difference means.

mod digits;
mod network;

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::Device;
use digits::Set;
use network::{Convolution, Network, burns, ours};

use crate::alone;

const SEEDS: [u64; 3] = [1, 2, 3];

/// What came of a training.
struct Trained {
    /// The share of the test digits that are read rightly.
    accuracy: f64,
    /// Of the last batch.
    loss: f32,
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
    let mut last = f32::NAN;
    for digits in digits::shuffled(set.train.len(), seed).chunks(batch) {
        let (x, labels) = set.train.batch(digits, device);
        let loss = cross_entropy.forward(network.forward(x), labels);
        last = loss.clone().into_scalar::<f32>();
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
        loss: last,
    }
}

/// The trainings by seed with Burn's layers, and with ours.
fn trainings(set: &Set, batch: usize) -> [Vec<Trained>; 2] {
    let device = Device::flex().autodiff();
    let mut all = [Vec::new(), Vec::new()];
    for seed in SEEDS {
        let network = {
            let _alone = alone();
            device.seed(seed);
            burns(&device)
        };
        let same = ours(network.clone());
        all[0].push(train(network, set, batch, seed, &device));
        all[1].push(train(same, set, batch, seed, &device));
    }
    all
}

/// Both have learned, and the means differ by no more than the seeds do.
fn assert_as_good(set: &Set, batch: usize, learned: f64) {
    let trainings = trainings(set, batch);
    let [burns, ours] = trainings.each_ref().map(|side| {
        let accuracies = side.iter().map(|trained| trained.accuracy);
        accuracies.collect::<Vec<_>>()
    });
    let told = format!("with Burn's layers {burns:.4?}, with ours {ours:.4?}");
    report(&told);
    let mean = |accuracies: &[f64]| accuracies.iter().sum::<f64>() / accuracies.len() as f64;
    let all = || burns.iter().chain(&ours).copied();
    let (least, most) = (all().fold(1.0, f64::min), all().fold(0.0, f64::max));
    assert!(least > learned, "{told}");
    assert!((mean(&burns) - mean(&ours)).abs() < most - least, "{told}");
    // Equal losses would mean that the same layer was trained twice.
    let [burns, ours] = trainings.map(|side| side.iter().map(|t| t.loss).collect::<Vec<_>>());
    report(&format!("last losses {burns:?} and {ours:?}"));
    assert_eq!(burns != ours, retrace_conv::served_here());
}

#[expect(clippy::print_stderr, reason = "a measurement, shown with --nocapture")]
fn report(told: &str) {
    eprintln!("{told}");
}

#[test]
fn digits_are_read_as_well_as_with_burns_layers() {
    assert_as_good(&Set::some(1600, 1000), 32, 0.7);
}

#[test]
#[ignore = "an epoch of all of MNIST: a quarter of an hour on two cores, and RETRACE_DATA"]
fn after_a_whole_epoch_digits_are_read_as_well_as_with_burns_layers() {
    assert_as_good(&Set::whole(), 128, 0.97);
}
