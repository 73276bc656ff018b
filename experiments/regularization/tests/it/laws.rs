//! Laws: of points and lines, of pruning, and of the line at which the network's cost is least.

use burn::tensor::{Device, Tensor};
use proptest::prelude::*;
use regularization::config::Config;
use regularization::network::{Layer, Layers, network};
use regularization::oracle::{least_cost_line, least_penalty};
use regularization::penalties::Method;
use regularization::points::{Line, Points, Samples, Source};
use regularization::pruning::prune;
use regularization::training::MeanLine;
use retrace_core::regularization::Penalty;
use retrace_lab::{Config as _, Preset};
use retrace_test_support::resume::alone;

fn config() -> Config {
    Config::preset(Preset::Post)
}

fn samples(config: &Config, seed: u64) -> Samples {
    Source::Recipe.samples(config, seed)
}

const fn line(slope: f64, intercept: f64) -> Line {
    Line { slope, intercept }
}

#[test]
fn the_distance_of_crossing_lines_is_that_of_a_fine_sum() {
    let (a, b) = (line(2.0, 1.0), line(-1.0, 5.0));
    let (low, high) = (0.5, 9.5);
    let x = |i: u32| low + (high - low) * (f64::from(i) + 0.5) / 10_000.0;
    let sum: f64 = (0..10_000).map(|i| (a.at(x(i)) - b.at(x(i))).abs()).sum();
    assert!((a.distance(&b, (low, high)) - sum / 10_000.0).abs() < 1e-6);
    assert!((a.distance(&line(2.0, 3.0), (low, high)) - 2.0).abs() < 1e-12);
    assert!(a.distance(&a, (low, high)).abs() < 1e-12);
}

#[test]
fn the_total_error_adds_up_sizes() {
    let (x, y) = (vec![0.0, 1.0], vec![2.0, 0.0]);
    assert!((line(2.0, 1.0).total_error(&Points { x, y }) - 4.0).abs() < 1e-12);
}

#[test]
fn the_mean_is_that_of_the_finite_lines() {
    let mut mean = MeanLine::default();
    assert_eq!(mean.line(), None);
    for next in [line(1.0, 5.0), line(f64::NAN, 0.0), line(2.0, 2.0)] {
        mean.add(next);
    }
    assert_eq!(mean.line(), Some(line(1.5, 3.5)));
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
    let _alone = alone();
    let device = Device::flex();
    device.seed(3);
    let network = network(&config().sizes(), &device).unwrap();
    let layers = Layers::from_network(&network);
    assert_eq!(layers.sizes(), [1, 10, 10, 10, 1]);
    assert_eq!(layers.weights().count(), 220);
    let line = layers.line();
    for x in [0.5_f32, 4.0, 9.5] {
        let y = network
            .forward(Tensor::from_data([[x]], &device))
            .into_scalar::<f64>();
        assert!((y - line.at(f64::from(x))).abs() < 1e-5);
    }
    let again = Layers::from_network(&layers.network(&device).unwrap());
    assert_eq!(layers, again);
}

/// Layers 1-4-4-1 of which unit 1 of each hidden layer is disconnected: that of the first by what goes
/// in, that of the second by what goes out.
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
    let Line { slope, intercept } = least_cost_line(&Points { x, y }, &Penalty::None, 4);
    assert!((slope - 3.0).abs() < 1e-6, "{slope}");
    assert!((intercept + 2.0).abs() < 1e-5, "{intercept}");
}

#[test]
fn no_line_nearby_costs_less_than_the_best() {
    let train = samples(&config(), 0).train();
    for method in Method::ALL {
        let penalty: Penalty = method.penalty(&config());
        let cost = |line: Line| {
            line.total_error(&train) / train.len() as f64 + least_penalty(&penalty, line.slope, 4)
        };
        let best = least_cost_line(&train, &penalty, 4);
        let nearby = [
            (0.01, 0.0),
            (-0.01, 0.0),
            (0.0, 0.01),
            (0.01, -0.05),
            (-1.0, 4.0),
        ];
        for (slope, intercept) in nearby {
            let other = line(best.slope + slope, best.intercept + intercept);
            assert!(cost(best) <= cost(other) + 1e-9, "{best:?} {other:?}");
        }
    }
}

#[test]
fn a_penalty_that_is_too_strong_leaves_no_slope() {
    let train = samples(&config(), 0).train();
    let line = least_cost_line(&train, &Penalty::L1 { lambda: 30.0 }, 4);
    assert_eq!(line.slope, 0.0);
}
