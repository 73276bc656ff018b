//! Laws that networks and trainings must obey, whatever the data.

use std::collections::BTreeSet;

use burn::module::Module;
use burn::tensor::{Device, Distribution, Tensor};
use retrace_data::{DigitCounts, Digits, draw_digits};
use retrace_lab::digits::tensors;
use retrace_lab::{Step, Task};
use retrace_test_support::resume::alone;
use rrelu::activity::activity;
use rrelu::network::{Network, NetworkConfig, Normalisation};
use rrelu::order::Order;
use rrelu::training::{Fit, Metrics, score};

const NORMALISATION: Normalisation = Normalisation {
    decay: 0.999,
    epsilon: 1e-8,
};

fn network(activation: &str, normalisation: Option<Normalisation>, device: &Device) -> Network {
    let config = NetworkConfig {
        sizes: vec![784, 12, 8, 10],
        activation: activation.parse().unwrap(),
        normalisation,
    };
    config.init(device).unwrap()
}

fn digits(count: usize) -> Digits {
    let counts = DigitCounts {
        train: count,
        validation: 10,
        test: count,
    };
    draw_digits(3, counts)
}

fn list<const D: usize>(values: Tensor<D>) -> Vec<f64> {
    values.into_data().iter::<f64>().collect()
}

/// Mean and running variance of every normalised layer.
fn statistics(network: &Network) -> Vec<Vec<f64>> {
    let norms = network.norms.iter();
    norms
        .flat_map(|norm| {
            [
                norm.running_mean.value_sync(),
                norm.running_var.value_sync(),
            ]
        })
        .map(list)
        .collect()
}

#[test]
fn without_shuffling_the_order_is_the_files_and_the_last_batch_is_what_is_left() {
    let order = Order::new((5..15).collect(), 4);
    assert_eq!(order.steps_per_epoch(), 3);
    for epoch in [0, 3, 6] {
        assert_eq!(order.batch(epoch), [5, 6, 7, 8]);
        assert_eq!(order.batch(epoch + 1), [9, 10, 11, 12]);
        assert_eq!(order.batch(epoch + 2), [13, 14]);
    }
    assert_eq!(Order::new((0..8).collect(), 4).steps_per_epoch(), 2);
}

#[test]
fn a_shuffled_epoch_holds_each_image_once_and_can_be_entered_anywhere() {
    let order = || Order::new((5..15).collect(), 4).shuffled(7);
    let epoch = |order: &Order, epoch: u64| -> Vec<usize> {
        let steps = 3 * epoch..3 * (epoch + 1);
        steps.flat_map(|step| order.batch(step)).collect()
    };
    let one = order();
    let (first, second) = (epoch(&one, 0), epoch(&one, 1));
    let each: BTreeSet<usize> = first.iter().copied().collect();
    assert_eq!(each, (5..15).collect());
    assert_ne!(first, second);
    assert_ne!(first, (5..15).collect::<Vec<_>>());
    // Another process, which begins in the second epoch and then looks back.
    let other = order();
    assert_eq!(epoch(&other, 1), second);
    assert_eq!(epoch(&other, 0), first);
    let of_another_seed = Order::new((5..15).collect(), 4).shuffled(8);
    assert_ne!(epoch(&of_another_seed, 0), first);
}

#[test]
fn an_epochs_loss_counts_each_image_and_not_each_batch() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let digits = digits(10);
    let fit = Fit {
        name: "full",
        digits: &digits,
        order: Order::new((0..10).collect(), 4),
        epochs: 2,
        eval_every: 1,
        learning_rate: 1e-3,
        device: device.clone(),
    };
    let model = network("relu", None, &device);
    let mut metrics = Metrics::default();
    // Batches of 4, 4 and 2 images, twice.
    for (done, loss) in [(1, 1.0), (2, 2.0), (3, 6.0), (4, 0.0), (5, 0.0), (6, 5.0)] {
        let step = Step {
            done,
            loss: Some(loss),
            model: &model,
        };
        fit.observe(&mut metrics, step).unwrap();
    }
    let metrics = serde_json::to_value(&metrics).unwrap();
    let snapshots = metrics["snapshots"].as_array().unwrap();
    let losses: Vec<f64> = snapshots
        .iter()
        .map(|s| s["loss"].as_f64().unwrap())
        .collect();
    assert_eq!(losses, [2.4, 1.0]);
    assert_eq!(snapshots[1]["epoch"], 2);
}

#[test]
fn a_score_over_uneven_chunks_is_that_of_single_images() {
    let _alone = alone();
    let device = Device::flex();
    // More than pass at a time, and not a multiple of that.
    let digits = digits(1_003);
    let network = network("elu", None, &device);
    let all: Vec<usize> = (0..1_003).collect();
    let together = score(&network, &digits.test, &all);
    let single: Vec<_> = all
        .iter()
        .map(|i| score(&network, &digits.test, &[*i]))
        .collect();
    let right = single.iter().filter(|s| s.accuracy == 1.0).count();
    assert_eq!(together.accuracy, right as f64 / 1_003.0);
    let loss = single.iter().map(|s| s.loss.unwrap()).sum::<f64>() / 1_003.0;
    assert!((together.loss.unwrap() - loss).abs() < 1e-5);
    // The means of the hidden layers, too.
    let (pixels, _) = tensors(&digits.test, &all, &device);
    for (found, values) in activity(&network, &digits.test)
        .iter()
        .zip(network.hidden(pixels))
    {
        let mean = values.clone().mean().into_scalar::<f64>();
        let rms = values.square().mean().sqrt().into_scalar::<f64>();
        assert!((found.mean - mean).abs() < 1e-5 && (found.rms - rms).abs() < 1e-5);
    }
}

#[test]
fn pixels_go_from_0_to_1_and_classes_stay_with_their_images() {
    let digits = digits(20);
    let (pixels, classes) = tensors(&digits.train, &[7, 2], &Device::flex());
    assert_eq!(pixels.dims(), [2, 784]);
    for (row, image) in list(pixels).chunks(784).zip([7, 2]) {
        let bytes = digits
            .train
            .image(image)
            .iter()
            .map(|b| f64::from(*b) / 255.0);
        assert!(row.iter().zip(bytes).all(|(a, b)| (a - b).abs() < 1e-7));
        assert!(row.iter().all(|pixel| (0.0..=1.0).contains(pixel)));
    }
    let labels = [7, 2].map(|i| f64::from(digits.train.labels()[i]));
    let classes: Vec<f64> = classes.into_data().iter::<f64>().collect();
    assert_eq!(classes, labels);
}

#[test]
fn batch_normalisation_takes_each_unit_over_the_batch() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    device.seed(5);
    let network = network("identity", Some(NORMALISATION), &device);
    let x = Tensor::random([60, 784], Distribution::Uniform(0.0, 3.0), &device);
    for values in network.hidden(x) {
        let means = list(values.clone().mean_dim(0));
        assert!(means.iter().all(|mean| mean.abs() < 1e-4), "{means:?}");
        // Divided by the batch: 60, not 59.
        let squares = list(values.clone().square().mean_dim(0));
        assert!(
            squares.iter().all(|s| (s - 1.0).abs() < 1e-4),
            "{squares:?}"
        );
        // Not over the units of an example.
        let rows = list(values.mean_dim(1));
        assert!(rows.iter().any(|mean| mean.abs() > 0.01));
    }
}

#[test]
fn running_statistics_move_by_a_thousandth_of_the_way_and_not_in_evaluation() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    device.seed(6);
    let network = network("relu", Some(NORMALISATION), &device);
    let x = Tensor::random([60, 784], Distribution::Uniform(0.0, 1.0), &device);
    let z = network.mlp.layers[0].forward(x.clone());
    let mean = list(z.clone().mean_dim(0));
    let variance = list((z.clone() - z.mean_dim(0)).square().mean_dim(0));
    network.forward(x.clone());
    let trained = statistics(&network);
    for (unit, (mean, variance)) in mean.iter().zip(&variance).enumerate() {
        assert!((trained[0][unit] - 0.001 * mean).abs() < 1e-6);
        assert!((trained[1][unit] - (0.999 + 0.001 * variance)).abs() < 1e-6);
    }
    let valid = network.valid();
    let digits = digits(30);
    score(&valid, &digits.test, &(0..30).collect::<Vec<_>>());
    activity(&valid, &digits.test);
    assert_eq!(statistics(&valid), trained);
    assert_eq!(statistics(&network), trained);
    network.forward(x);
    assert_ne!(statistics(&network), trained);
}

#[test]
fn evaluation_draws_nothing_and_does_not_mix_examples() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    for normalisation in [None, Some(NORMALISATION)] {
        let network = network("rrelu", normalisation, &device);
        let x = Tensor::<2>::random([5, 784], Distribution::Default, &device);
        assert_ne!(
            list(network.forward(x.clone())),
            list(network.forward(x.clone()))
        );
        let (valid, x) = (network.valid(), x.inner());
        let together = list(valid.forward(x.clone()));
        let alone = list(valid.forward(x.slice([3..4, 0..784])));
        for (a, b) in together[30..40].iter().zip(&alone) {
            assert!((a - b).abs() < 1e-5, "{a} {b}");
        }
    }
}

#[test]
fn all_networks_of_a_seed_have_the_same_weights() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let weights = |activation: &str, normalisation| -> Vec<Vec<f64>> {
        device.seed(9);
        let network = network(activation, normalisation, &device);
        let layers = network.mlp.layers.iter();
        layers.map(|layer| list(layer.weight.val())).collect()
    };
    let first = weights("relu", None);
    // Xavier: at most sqrt(6 / (inputs + outputs)).
    for (layer, units) in first.iter().zip([784 + 12, 12 + 8, 8 + 10]) {
        let bound = (6.0 / f64::from(units)).sqrt();
        let largest = layer.iter().fold(0.0_f64, |m, w| m.max(w.abs()));
        assert!(
            largest <= bound && largest > 0.8 * bound,
            "{largest} {bound}"
        );
    }
    for activation in ["prelu", "rrelu", "elu"] {
        assert_eq!(weights(activation, None), first);
        assert_eq!(weights(activation, Some(NORMALISATION)), first);
    }
}

#[test]
fn only_one_bias_belongs_to_a_normalised_layer() {
    let _alone = alone();
    let device = Device::flex();
    let plain = network("relu", None, &device);
    let normalised = network("relu", Some(NORMALISATION), &device);
    assert!(plain.norms.is_empty() && normalised.norms.len() == 2);
    let biases = |network: &Network| -> Vec<bool> {
        let layers = network.mlp.layers.iter();
        layers.map(|layer| layer.bias.is_some()).collect()
    };
    assert_eq!(biases(&plain), [true, true, true]);
    assert_eq!(biases(&normalised), [false, false, true]);
}
