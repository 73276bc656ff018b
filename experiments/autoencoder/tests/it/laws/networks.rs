//! First weights, and what a network does with them.

use autoencoder::initial::{Fans, Initial};
use autoencoder::loss::Loss;
use autoencoder::network::{Answer, Architecture, Erase};
use autoencoder::probe::probe;
use burn::module::Module;
use burn::tensor::{Device, Tensor};
use retrace_test_support::resume::alone;

use super::{distance, list, network, smoke_batch};

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
    let last = network(
        Architecture::SixLayers,
        Answer::Open,
        Some((Erase::Last, 0.5)),
    );
    let zeros = |output: Vec<f32>| {
        output.iter().filter(|v| **v == 0.0).count() as f64 / output.len() as f64
    };
    let erased = zeros(list(last.forward(x.clone())));
    assert!((erased - 0.5).abs() < 0.15, "{erased}");
    assert_eq!(zeros(list(last.valid().forward(x.clone().inner()))), 0.0);
    let between = network(
        Architecture::SixLayers,
        Answer::Open,
        Some((Erase::Between, 0.5)),
    );
    assert_eq!(zeros(list(between.forward(x.clone()))), 0.0);
    assert_ne!(
        list(between.forward(x.clone())),
        list(between.forward(x.clone()))
    );
    let evaluated = list(between.valid().forward(x.clone().inner()));
    let plain = network(Architecture::SixLayers, Answer::Open, None);
    assert_eq!(evaluated, list(plain.forward(x)));
}

#[test]
fn a_rectified_answer_is_the_positive_part_of_the_open_one() {
    let _alone = alone();
    let device = Device::flex();
    let (x, _) = smoke_batch(&device);
    let open = network(Architecture::Small, Answer::Open, None).valid();
    let rectified = network(Architecture::Small, Answer::Rectified, None).valid();
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
    let alive = network(Architecture::SixLayers, Answer::Open, None);
    let seen = probe(&alive, Loss::Mean, batch.clone(), 0);
    assert_eq!((seen.gradients.len(), seen.dead.len()), (6, 5));
    assert!(seen.gradients.iter().all(|norm| norm.unwrap() > 0.0));
    let mut killed = alive;
    if let autoencoder::network::Body::Stack(stack) = &mut killed.body {
        let bias = Tensor::full([stack.layers[2].weight.dims()[0]], -1e6, &device);
        stack.layers[2].bias = Some(burn::module::Param::from_tensor(bias));
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
