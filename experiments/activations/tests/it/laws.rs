//! Laws that the measurements must obey, whatever the seed.

use activations::config::{ActivationsConfig, InitialWeights};
use activations::depth::signal;
use activations::functions::grid;
use activations::spirals::Spirals;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Distribution, Tensor};
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::{Mlp, MlpConfig};
use retrace_lab::{Config, Preset};

fn deep(activation: &str, weights: InitialWeights) -> (Mlp, Tensor<2>, Tensor<2>) {
    let device = Device::flex().autodiff();
    let activation: ActivationConfig = activation.parse().unwrap();
    let network = MlpConfig::new(vec![16; 13], activation)
        .with_initializer(weights.initializer())
        .init(&device)
        .unwrap();
    let normal = || Tensor::random([32, 16], Distribution::Normal(0.0, 1.0), &device);
    (network, normal(), normal())
}

/// Why ReLU's weight gradients do not show its vanishing error: for f(cx) = c f(x), scaling one
/// layer's weights does to the output what scaling any other's does, so `sum of W * dE/dW` is
/// the same in each layer.
#[test]
fn weights_times_gradients_are_the_same_in_every_relu_layer() {
    for (activation, holds) in [("relu", true), ("lrelu(0.3)", true), ("sigmoid", false)] {
        let (network, x, t) = deep(activation, InitialWeights::He);
        let loss = (network.forward(x) - t).square().sum();
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        let products: Vec<f64> = network
            .layers
            .iter()
            .map(|layer| {
                let gradient = gradients.get::<2>(layer.weight.id).unwrap();
                let weight = layer.weight.val().inner();
                (weight * gradient).sum().into_scalar::<f64>()
            })
            .collect();
        let largest = products.iter().fold(0.0_f64, |m, p| m.max(p.abs()));
        let same = products
            .iter()
            .all(|p| (p - products[0]).abs() < 1e-3 * largest);
        assert_eq!(same, holds, "{activation}: {products:?}");
    }
}

/// `|dE/dz_l| <= max f' * |W_(l+1)| * |dE/dz_(l+1)|`, with the Frobenius norm of W.
#[test]
fn a_sigmoid_layer_passes_on_at_most_a_quarter_of_the_error() {
    for weights in InitialWeights::BOTH {
        let (network, x, t) = deep("sigmoid", weights);
        let errors = signal(&network, x, t).error_norm;
        for (l, pair) in errors.windows(2).enumerate() {
            let weight = network.layers[l + 1].weight.val();
            let norm = weight.square().sum().sqrt().into_scalar::<f64>();
            assert!(pair[0] > 0.0 && pair[0] <= 0.25 * norm * pair[1] * 1.0001);
        }
    }
}

#[test]
fn the_grid_is_symmetric_and_holds_zero() {
    for points in [3, 321] {
        let grid = grid(8.0, points);
        assert_eq!(grid.len(), points);
        assert_eq!(grid[points / 2], 0.0);
        for (left, right) in grid.iter().zip(grid.iter().rev()) {
            assert_eq!(*left, -right);
        }
        assert!(grid.is_sorted());
    }
}

#[test]
fn spirals_are_balanced_and_every_set_and_seed_has_its_own() {
    let config = ActivationsConfig::preset(Preset::Quick);
    let device = Device::flex();
    let points = |seed, index| -> Vec<f32> {
        let spirals = Spirals::draw(&config, seed, index).unwrap();
        let (points, classes) = spirals.all(&device);
        let ones = classes.sum().into_scalar::<i64>();
        assert_eq!(2 * ones as usize, spirals.len());
        points.into_data().iter::<f32>().collect()
    };
    let first = points(0, 0);
    assert_eq!(first, points(0, 0));
    assert_ne!(first, points(0, 1));
    assert_ne!(first, points(1, 0));
    // Radius 1 and a little noise.
    assert!(first.iter().all(|c| c.abs() < 1.2));
}

#[test]
fn a_spiral_turned_by_half_a_turn_is_the_other_one() {
    let mut config = ActivationsConfig::preset(Preset::Quick);
    config.spiral_noise = 0.0;
    let device = Device::flex();
    let (points, classes) = Spirals::draw(&config, 3, 0).unwrap().all(&device);
    let points: Vec<f64> = points.into_data().iter::<f64>().collect();
    let classes: Vec<i64> = classes.into_data().iter::<i64>().collect();
    for (point, class) in points.chunks(2).zip(classes) {
        let radius = point[0].hypot(point[1]);
        let angle = point[1].atan2(point[0]) / std::f64::consts::TAU;
        // The angle runs with the radius, half a turn ahead in class 1.
        let turns = radius * config.spiral_turns + class as f64 / 2.0 - angle;
        assert!((turns - turns.round()).abs() < 1e-5, "{turns}");
    }
}
