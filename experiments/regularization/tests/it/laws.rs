//! Laws: of the recipe of the points, of pruning, of the collapse to a line.

use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use regularization::collapsed::{best_line, least_absolute_deviations, least_penalty};
use regularization::pruning::prune;
use regularization::{Config, Layer, Layers, Line, Method, Points, Samples, Source, network};
use retrace_core::regularization::Penalty;
use retrace_lab::{Config as _, Preset};

fn config() -> Config {
    Config::preset(Preset::Post)
}

fn samples(config: &Config, seed: u64) -> Samples {
    Source::Recipe.samples(config, seed)
}

#[test]
fn ten_evenly_spaced_points_share_one_lift() {
    for seed in 0..20 {
        let mut config = config();
        config.redraw_points = true;
        let samples = samples(&config, seed);
        assert_eq!(samples.outliers, [2, 7, 12, 17, 22, 27, 32, 37, 42, 47]);
        assert!((0.0..10.0).contains(&samples.lift));
        for (place, (x, y)) in samples.points.pairs().enumerate() {
            let lift = if samples.is_outlier(place) {
                samples.lift
            } else {
                0.0
            };
            let noise = y - 2.0 * x - lift;
            assert!((-1e-9..2.0).contains(&noise), "{noise} at {place}");
            assert!((x - (0.5 + 9.0 * place as f64 / 49.0)).abs() < 1e-12);
        }
    }
}

#[test]
fn a_fifth_is_held_back_and_nothing_is_in_both_parts() {
    let samples = samples(&config(), 0);
    let (train, test) = (samples.train(), samples.test());
    assert_eq!((train.len(), test.len()), (40, 10));
    assert!(train.x.iter().all(|x| !test.x.contains(x)));
    assert!(train.x.is_sorted());
}

#[test]
fn seeds_share_their_points_unless_new_ones_are_asked_for() {
    let mut config = config();
    assert_eq!(samples(&config, 0), samples(&config, 7));
    config.redraw_points = true;
    assert_ne!(samples(&config, 0), samples(&config, 7));
    assert_eq!(samples(&config, 7), samples(&config, 7));
}

#[test]
fn another_lift_leaves_noise_and_split_as_they_are() {
    let config = config();
    let (a, b) = (
        samples(&config, 0),
        samples(&config, 0).lifted(&config, 3.0),
    );
    assert_eq!(
        (a.test.clone(), a.outliers.clone()),
        (b.test.clone(), b.outliers.clone())
    );
    for place in 0..50 {
        let lift = if a.is_outlier(place) {
            3.0 - a.lift
        } else {
            0.0
        };
        assert!((b.points.y[place] - a.points.y[place] - lift).abs() < 1e-12);
    }
}

#[test]
fn the_network_is_the_line_that_its_weights_multiply_out_to() {
    let device = Device::flex();
    device.seed(3);
    let network = network(&config().sizes(), &device).unwrap();
    let layers = Layers::of(&network);
    assert_eq!(layers.sizes(), [1, 10, 10, 10, 1]);
    assert_eq!(layers.weights().count(), 220);
    let line = layers.line();
    for x in [0.5_f32, 4.0, 9.5] {
        let y = network
            .forward(Tensor::from_data([[x]], &device))
            .into_scalar::<f64>();
        assert!((y - line.at(f64::from(x))).abs() < 1e-5);
    }
    let again = Layers::of(&layers.network(&device).unwrap());
    assert_eq!(layers, again);
}

/// Layers 1-4-4-1 of which unit 1 of each hidden layer is disconnected: the first by what goes in,
/// the second by what goes out.
fn with_disconnected_units(weights: &[f64], biases: &[f64]) -> Layers {
    let mut weights = weights.iter().copied();
    let mut biases = biases.iter().copied();
    let mut layer = |ins: usize, outs: usize| Layer {
        weights: (0..ins)
            .map(|_| weights.by_ref().take(outs).collect())
            .collect(),
        biases: biases.by_ref().take(outs).collect(),
    };
    let mut layers = Layers(vec![layer(1, 4), layer(4, 4), layer(4, 1)]);
    layers.0[0].weights[0][1] = 0.0;
    layers.0[2].weights[1][0] = 0.0;
    layers
}

proptest! {
    #[test]
    fn pruning_leaves_the_function_unchanged(
        sizes in prop::collection::vec(0.02..2.0_f64, 24),
        signs in prop::collection::vec(prop::bool::ANY, 24),
        biases in prop::collection::vec(-3.0..3.0_f64, 9),
    ) {
        let weights: Vec<f64> =
            sizes.iter().zip(signs).map(|(w, plus)| if plus { *w } else { -w }).collect();
        let layers = with_disconnected_units(&weights, &biases);
        let pruning = prune(&layers, (0.5, 9.5), 0.01, 1e-9);
        prop_assert_eq!(pruning.layers.sizes(), [1, 3, 3, 1]);
        prop_assert_eq!(pruning.units_removed(), 2);
        for x in [-4.0, 0.5, 5.0, 9.5, 40.0] {
            let (before, after) = (layers.line().at(x), pruning.layers.line().at(x));
            prop_assert!((before - after).abs() < 1e-9, "{} {}", before, after);
        }
    }

    #[test]
    fn pruning_moves_the_function_by_no_more_than_the_tolerance(
        weights in prop::collection::vec(-0.5..0.5_f64, 24),
        biases in prop::collection::vec(-3.0..3.0_f64, 9),
        threshold in 0.0..1.0_f64,
    ) {
        let layers = with_disconnected_units(&weights, &biases);
        let pruning = prune(&layers, (0.5, 9.5), threshold, 0.1);
        prop_assert!(pruning.change <= 0.1);
        prop_assert!(pruning.threshold <= threshold);
        prop_assert!(pruning.layers.sizes().iter().all(|units| *units >= 1));
        let ends = [0.5, 9.5].map(|x| (layers.line().at(x) - pruning.layers.line().at(x)).abs());
        prop_assert!((ends[0].max(ends[1]) - pruning.change).abs() < 1e-12);
    }

    #[test]
    fn no_network_with_this_slope_has_a_smaller_penalty(
        weights in prop::collection::vec(-1.5..1.5_f64, 24),
        share in 0.0..1.0_f64,
    ) {
        let layers = with_disconnected_units(&weights, &[0.0; 9]);
        let slope = layers.line().slope;
        let all: Vec<f64> = layers.weights().collect();
        let config = Config { l1_share: share, ..config() };
        for method in Method::ALL {
            let penalty = method.penalty(&config);
            prop_assert!(penalty.value(&all) >= least_penalty(&penalty, slope, 3) - 1e-12);
        }
    }
}

#[test]
fn a_network_without_signal_keeps_one_unit_a_layer() {
    let layers = with_disconnected_units(&[0.001; 24], &[1.0; 9]);
    let pruning = prune(&layers, (0.5, 9.5), 0.01, 0.1);
    assert_eq!(pruning.layers.sizes(), [1, 1, 1, 1]);
}

#[test]
fn a_chain_of_equal_weights_reaches_the_least_penalty() {
    let weight = 2.0_f64.powf(0.25);
    for method in [Method::L1, Method::L2, Method::ElasticNet] {
        let penalty = method.penalty(&config());
        let least = least_penalty(&penalty, 2.0, 4);
        assert!((penalty.value(&[weight; 4]) - least).abs() < 1e-12);
    }
}

#[test]
fn the_least_deviations_ignore_one_far_point() {
    let x: Vec<f64> = (0..11_u8).map(f64::from).collect();
    let mut y: Vec<f64> = x.iter().map(|x| 3.0 * x - 2.0).collect();
    y[4] += 1000.0;
    let line = least_absolute_deviations(&Points { x, y });
    assert!(
        (line.slope - 3.0).abs() < 1e-6 && (line.intercept + 2.0).abs() < 1e-5,
        "{line:?}"
    );
}

#[test]
fn no_line_nearby_costs_less_than_the_best() {
    let train = samples(&config(), 0).train();
    for method in Method::ALL {
        let penalty: Penalty = method.penalty(&config());
        let cost = |line: Line| {
            line.total_error(&train) / train.len() as f64 + least_penalty(&penalty, line.slope, 4)
        };
        let best = best_line(&train, &penalty, 4);
        for (slope, intercept) in [
            (0.01, 0.0),
            (-0.01, 0.0),
            (0.0, 0.01),
            (0.01, -0.05),
            (-1.0, 4.0),
        ] {
            let other = Line {
                slope: best.slope + slope,
                intercept: best.intercept + intercept,
            };
            assert!(
                cost(best) <= cost(other) + 1e-9,
                "{method:?} {best:?} {other:?}"
            );
        }
    }
}

#[test]
fn a_penalty_that_is_too_strong_leaves_no_slope() {
    let train = samples(&config(), 0).train();
    let line = best_line(&train, &Penalty::L1 { lambda: 30.0 }, 4);
    assert_eq!(line.slope, 0.0);
}
