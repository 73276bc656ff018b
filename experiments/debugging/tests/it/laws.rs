//! Laws of the layers by hand, of the network, and of the two phases.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor};
use debugging::config::DebuggingConfig;
use debugging::hand::{
    Kernels, Maps, OnesByHand, Weights, convolve, dense, flatten_channels_first,
    flatten_channels_last, max_pool,
};
use debugging::network::{FLAT, MAPS, Network, NetworkConfig, TAPS, UNITS, input};
use debugging::ones::Softmaxes;
use debugging::phased::{Phased, Stage};
use debugging::values::Check;
use retrace_core::activation::relu;
use retrace_inspect::{record, trace};
use retrace_lab::{Config, Preset};

/// Numbers without a pattern, the same each time.
fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|at| (1.0 + 1.7 * at as f64).sin()).collect()
}

fn maps(channels: usize, height: usize, width: usize) -> Maps {
    Maps {
        channels,
        height,
        width,
        values: numbers(channels * height * width),
    }
}

fn binary() -> Vec<f32> {
    let ink = |value: &f64| f32::from(u8::from(*value > 0.3));
    numbers(28 * 28).iter().map(ink).collect()
}

#[test]
fn a_kernel_with_a_single_one_moves_the_picture() {
    let a = maps(1, 5, 6);
    let mut values = vec![0.0; 9];
    values[5] = 1.0; // row 1, column 2
    let kernels = Kernels {
        outputs: 1,
        inputs: 1,
        side: 3,
        values,
    };
    let moved = convolve(&a, &kernels, &[10.0]);
    assert_eq!((moved.height, moved.width), (3, 4));
    for (y, x) in [(0, 0), (2, 3), (1, 2)] {
        assert_eq!(moved.at(0, y, x), 10.0 + a.at(0, y + 1, x + 2));
    }
}

#[test]
fn max_pool_takes_the_largest_of_four_and_leaves_an_odd_border_out() {
    let a = maps(2, 5, 4);
    let pooled = max_pool(&a);
    assert_eq!((pooled.channels, pooled.height, pooled.width), (2, 2, 2));
    let four = [(2, 2), (2, 3), (3, 2), (3, 3)].map(|(y, x)| a.at(1, y, x));
    assert_eq!(pooled.at(1, 1, 1), four.into_iter().fold(-9.0, f64::max));
}

#[test]
fn the_two_orders_hold_the_same_numbers() {
    let a = maps(3, 2, 4);
    let (first, last) = (flatten_channels_first(&a), flatten_channels_last(&a));
    assert_ne!(first, last);
    for (c, y, x) in [(0, 0, 0), (2, 1, 3), (1, 0, 2)] {
        assert_eq!(first[(c * 2 + y) * 4 + x], a.at(c, y, x));
        assert_eq!(last[(y * 4 + x) * 3 + c], a.at(c, y, x));
    }
    let sorted = |mut list: Vec<f64>| {
        list.sort_by(f64::total_cmp);
        list
    };
    assert_eq!(sorted(first), sorted(last));
}

/// How weights of Keras come to Burn: the rows of dense1 move as the numbers of the list do.
#[test]
fn a_dense_layer_answers_the_same_when_its_rows_move_with_the_list() {
    let a = maps(4, 3, 3);
    let weights = maps(4 * 5, 3, 3);
    // For each of five units a weight a position, in the order of either list.
    let rows = |order: fn(&Maps) -> Vec<f64>| -> Vec<f64> {
        let units = weights.values.chunks(36).map(|values| Maps {
            channels: 4,
            values: values.to_vec(),
            ..weights
        });
        let columns: Vec<Vec<f64>> = units.map(|unit| order(&unit)).collect();
        let at = |row: usize| columns.iter().map(move |column| column[row]);
        (0..36).flat_map(at).collect()
    };
    let biases = numbers(5);
    let first = dense(
        &flatten_channels_first(&a),
        &rows(flatten_channels_first),
        &biases,
    );
    let last = dense(
        &flatten_channels_last(&a),
        &rows(flatten_channels_last),
        &biases,
    );
    let stale = dense(
        &flatten_channels_last(&a),
        &rows(flatten_channels_first),
        &biases,
    );
    let distance = |a: &[f64], b: &[f64]| Check::new("dense", a, b).relative();
    assert!(distance(&last, &first) < 1e-14);
    assert!(distance(&stale, &first) > 0.1);
}

#[test]
fn the_short_way_for_ones_is_the_long_way() {
    let network = NetworkConfig::ones().init(&Device::flex());
    let stages = Weights::from_network(&network).stages(&binary(), relu::value);
    let ones = OnesByHand::from_image(&binary());
    assert_eq!(stages[1], ones.conv1.values.repeat(MAPS[0]));
    assert_eq!(stages[3], ones.conv2.values.repeat(MAPS[1]));
    assert_eq!(stages[4], ones.pool.values.repeat(MAPS[1]));
    assert_eq!(stages[5], ones.flattened()[0]);
    assert_eq!(stages[7], vec![ones.dense1; UNITS]);
    assert_eq!(stages[8], vec![ones.dense2; 10]);
    // Keras' order: each value 64 times in a row.
    let last = &ones.flattened()[1];
    for (place, value) in ones.pool.values.iter().enumerate() {
        let run = &last[place * MAPS[1]..][..MAPS[1]];
        assert!(run.iter().all(|found| found == value));
    }
}

#[test]
fn division_before_softmax_is_harmless_for_equal_logits_only() {
    let equal = Softmaxes::new(&[1e9; 10]);
    assert_eq!((equal.plain32, equal.plain64), (None, None));
    assert!((equal.divided - 0.1).abs() < 1e-15);
    assert!((equal.subtracted - 0.1).abs() < 1e-15);
    let small = Softmaxes::new(&[80.0; 10]);
    assert!((small.plain32.unwrap() - 0.1).abs() < 1e-6);
    assert!((small.plain64.unwrap() - 0.1).abs() < 1e-15);
    let others = Softmaxes::new(&[5.0, 1.0, -2.0]);
    assert!((others.plain64.unwrap() - others.subtracted).abs() < 1e-15);
    assert!((others.divided - others.subtracted).abs() > 0.3);
    // One unit in the last place of a logit of that size is 64.
    let next = 1_044_643_840.0_f32.next_up();
    let off = Softmaxes::new(&[1_044_643_840.0, f64::from(next)]);
    assert!(off.subtracted < 1e-27, "{}", off.subtracted);
}

fn keras(seed: u64) -> Network {
    let device = Device::flex();
    device.seed(seed);
    NetworkConfig::keras().init(&device)
}

/// Glorot & Bengio 2010: uniform up to sqrt(6 / (inputs + outputs)), a kernel's positions counted.
#[test]
fn weights_begin_as_those_of_keras() {
    let network = keras(1);
    let weights = Weights::from_network(&network);
    let layers = [
        (&weights.convolutions[0].0.values, 9 * (1 + 32)),
        (&weights.convolutions[1].0.values, 9 * (32 + 64)),
        (&weights.dense[0].0, FLAT + UNITS),
        (&weights.dense[1].0, UNITS + 10),
    ];
    for (values, fans) in layers {
        let bound = (6.0 / fans as f64).sqrt();
        let largest = values.iter().fold(0.0, |m: f64, w| m.max(w.abs()));
        assert!(
            largest <= bound && largest > 0.9 * bound,
            "{largest} {bound}"
        );
    }
    let [(_, b1), (_, b2)] = &weights.convolutions;
    let [(_, b3), (_, b4)] = &weights.dense;
    assert!([b1, b2, b3, b4].iter().all(|b| b.iter().all(|b| *b == 0.0)));
}

/// The control of all checks: a single weight that is not the layer's own is seen in its layer
/// and in those after it, and in none before.
#[test]
fn a_check_sees_one_wrong_weight() {
    let mut network = keras(2);
    let x = input(&binary(), &Device::flex());
    let right = Weights::from_network(&network).stages(&binary(), relu::value);
    let weight = network.conv2.weight.val();
    let mut data: Vec<f32> = weight.to_data().iter::<f32>().collect();
    data[1_234] += 0.1;
    let wrong = Tensor::<1>::from_floats(data.as_slice(), &Device::flex());
    network.conv2.weight = Param::from_tensor(wrong.reshape(weight.dims()));
    let found = record(&network, x, Network::forward, &TAPS).unwrap();
    let seen = TAPS.iter().zip(found.iter().zip(&right));
    let seen = seen.map(|(tap, (found, right))| {
        let found: Vec<f64> = found.iter::<f64>().collect();
        Check::new(*tap, &found, right).relative() > 1e-4
    });
    let seen: Vec<bool> = seen.collect();
    let expected = [&[false; 2][..], &[true; 8]].concat();
    assert_eq!(seen, expected);
}

fn phased() -> (Phased, Tensor<4>) {
    let device = Device::flex().autodiff();
    device.seed(3);
    let network = Phased::init(&DebuggingConfig::preset(Preset::Smoke), &device);
    let pixels: Vec<f32> = numbers(3 * 784).iter().map(|n| *n as f32).collect();
    let images = Tensor::<1>::from_floats(pixels.as_slice(), &device);
    (network, images.reshape([3, 1, 28, 28]))
}

#[test]
fn stages_one_after_the_other_are_the_network_in_testing() {
    let (network, images) = phased();
    let (network, images) = (network.valid(), images.inner());
    let whole = record(&network, images.clone(), Phased::forward, &Stage::NAMES).unwrap();
    let mut values = images.into_data();
    for (stage, whole) in Stage::ALL.iter().zip(&whole) {
        values = stage.alone(&network, &values).unwrap();
        assert_eq!(&values, whole, "{}", stage.name());
    }
}

#[test]
fn a_recorded_network_has_no_dropout_and_counts_running_statistics_apart() {
    let (network, images) = phased();
    let trace = trace(&network, &images, Phased::forward).unwrap();
    let kinds: Vec<&str> = trace.operations().iter().map(|o| o.kind.as_str()).collect();
    assert!(
        kinds.iter().all(|kind| !kind.contains("Bernoulli")),
        "{kinds:?}"
    );
    let totals = trace.summary().totals;
    // A scale and a shift a map are learnt, a mean and a variance a map are not.
    assert_eq!(totals.trainable, 1_199_882 + 64);
    assert_eq!(totals.fixed, 64);
}
