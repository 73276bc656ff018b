//! The perceptron: its arithmetic, its initial weights, its gradients by layer.

use burn::module::Module;
use burn::nn::Initializer;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor};
use retrace_core::activation::{ActivationConfig, Elu};
use retrace_core::layer::{Mlp, MlpConfig, gradient_norms, he_normal};

use crate::{alone, devices};

fn seeded(config: &MlpConfig, seed: u64, device: &Device) -> Mlp {
    let _alone = alone();
    device.seed(seed);
    config.init(device).expect("the sizes are right")
}

fn list<const D: usize>(x: Tensor<D>) -> Vec<f32> {
    x.into_data().iter::<f32>().collect()
}

fn weights(network: &Mlp) -> Vec<Vec<f32>> {
    let layers = network.layers.iter();
    layers.map(|layer| list(layer.weight.val())).collect()
}

/// 1-10-10-10-1 without activation function: the regularization post's.
fn linear_network() -> MlpConfig {
    MlpConfig::new([1, 10, 10, 10, 1], ActivationConfig::Identity)
}

#[test]
fn the_same_seed_gives_the_same_weights_and_another_seed_others() {
    for device in devices() {
        let of = |seed| weights(&seeded(&linear_network(), seed, &device));
        assert_eq!(of(3), of(3));
        for (a, b) in of(3).iter().zip(of(4)) {
            assert_ne!(*a, b);
        }
        assert_ne!(of(3)[1], of(3)[2], "layers draw different weights");
    }
}

#[test]
fn weights_are_drawn_by_the_time_init_returns() {
    let device = Device::flex();
    let network = seeded(&linear_network(), 3, &device);
    {
        let _alone = alone();
        device.seed(99);
    }
    assert_eq!(
        weights(&network),
        weights(&seeded(&linear_network(), 3, &device))
    );
}

#[test]
fn biases_start_at_zero_and_train() {
    let network = seeded(&linear_network(), 1, &Device::flex().autodiff());
    for layer in &network.layers {
        let bias = layer.bias.as_ref().expect("there is a bias");
        assert!(bias.is_require_grad());
        assert!(list(bias.val()).iter().all(|b| *b == 0.0));
    }
    assert_eq!(network.num_params(), 20 + 110 + 110 + 11);
}

/// The largest |w| and the mean of w^2 of a layer of 400 inputs and 200 outputs.
fn spread(initializer: Option<Initializer>) -> (f64, f64) {
    let mut config = MlpConfig::new([400, 200], ActivationConfig::Relu);
    if let Some(initializer) = initializer {
        config = config.with_initializer(initializer);
    }
    let w = weights(&seeded(&config, 5, &Device::flex())).remove(0);
    let largest = w.iter().fold(0.0_f64, |m, w| m.max(f64::from(w.abs())));
    let square = w.iter().map(|w| f64::from(*w).powi(2)).sum::<f64>() / w.len() as f64;
    (largest, square)
}

#[test]
fn initial_weights_have_the_stated_bounds_and_variances() {
    // 80,000 weights: the mean square is within 2 % (5 standard errors of a normal's).
    let assert_near = |found: f64, expected: f64| {
        assert!(
            (found / expected - 1.0).abs() < 0.025,
            "{found}, not {expected}"
        );
    };
    let (largest, square) = spread(None);
    assert!(largest <= (6.0 / 600.0_f64).sqrt() + 1e-7);
    assert_near(square, 2.0 / 600.0);
    assert_near(spread(Some(he_normal())).1, 2.0 / 400.0);
}

#[test]
fn a_linear_network_is_the_product_of_its_matrices() {
    let device = Device::flex();
    let network = seeded(&linear_network(), 2, &device);
    let x = Tensor::<2>::from_data([[0.5], [-2.0]], &device);
    let product = network
        .layers
        .iter()
        .fold(x.clone(), |a, layer| a.matmul(layer.weight.val()));
    let pairs = list(network.forward(x)).into_iter().zip(list(product));
    pairs.for_each(|(found, expected)| assert!((found - expected).abs() < 1e-6));
}

#[test]
fn gradient_norms_come_by_layer_and_agree_with_the_gradient() {
    let device = Device::flex().autodiff();
    let network = seeded(
        &MlpConfig::new([2, 3, 1], ActivationConfig::PRELU),
        4,
        &device,
    );
    let loss = network
        .forward(Tensor::from_data([[1.0, -2.0]], &device))
        .sum();
    let gradients = GradientsParams::from_grads(loss.backward(), &network);
    let norms = gradient_norms(&network, &gradients);
    let paths: Vec<&str> = norms.iter().map(|(path, _)| path.as_str()).collect();
    let slope = "activations.0.Prelu.alpha";
    let parameters = [
        "layers.0.weight",
        "layers.0.bias",
        "layers.1.weight",
        "layers.1.bias",
    ];
    assert_eq!(paths, [&parameters[..], &[slope]].concat());
    let first = gradients
        .get::<2>(network.layers[0].weight.id)
        .expect("it has a gradient");
    let expected = list(first)
        .iter()
        .map(|g| f64::from(*g).powi(2))
        .sum::<f64>()
        .sqrt();
    assert!((norms[0].1 - expected).abs() < 1e-12);
    assert_eq!(norms[3].1, 1.0, "the last bias adds straight to the loss");
}

#[test]
fn vanished_gradients_are_measured_and_not_rounded_to_zero() {
    let device = Device::flex().autodiff();
    let sizes = [vec![4], vec![10; 30], vec![1]].concat();
    let network = seeded(
        &MlpConfig::new(sizes, ActivationConfig::Sigmoid),
        4,
        &device,
    );
    let loss = network.forward(Tensor::ones([8, 4], &device)).mean();
    let gradients = GradientsParams::from_grads(loss.backward(), &network);
    let first = gradient_norms(&network, &gradients)[0].1;
    assert!(first > 0.0 && first < 1e-14, "{first}");
}

#[test]
fn frozen_parameters_have_no_norm() {
    let device = Device::flex().autodiff();
    let mut network = seeded(&linear_network(), 4, &device);
    network.layers[0] = network.layers[0].clone().freeze();
    let loss = network.forward(Tensor::ones([1, 1], &device)).sum();
    let gradients = GradientsParams::from_grads(loss.backward(), &network);
    assert_eq!(gradient_norms(&network, &gradients).len(), 6);
}

#[test]
fn sizes_without_sense_are_refused() {
    for sizes in [vec![], vec![3], vec![1, 0, 1]] {
        let refused = MlpConfig::new(sizes.clone(), ActivationConfig::Relu).init(&Device::flex());
        let sentence = refused.map(|_| ()).map_err(|error| error.to_string());
        let expected =
            format!("a network needs at least two sizes, each 1 or more, and has {sizes:?}");
        assert_eq!(sentence, Err(expected));
    }
}

#[test]
fn an_activation_without_sense_is_refused() {
    let refused = MlpConfig::new([1, 2, 1], ActivationConfig::Elu(Elu { alpha: -1.0 })).validate();
    assert!(refused.is_err_and(|error| {
        error
            .to_string()
            .contains("`elu(-1)`: the alpha must be above 0")
    }));
}
