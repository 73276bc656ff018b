//! The values between the layers against PyTorch in 64 bits, for weights of ones and for weights
//! from a formula. `scripts/debugging_oracle.py` prints the numbers; last run with torch 2.15.0.

use burn::module::Param;
use burn::nn::conv::Conv2d;
use burn::nn::{Initializer, Linear};
use burn::tensor::{Device, Tensor, TensorData};
use debugging::hand::Weights;
use debugging::network::{Network, NetworkConfig, TAPS, input};
use retrace_core::activation::{ActivationConfig, relu, sigmoid};
use retrace_inspect::{record, trace};

/// Of each tap: the sum of its values, of their sizes, and two of them.
#[rustfmt::skip]
const PYTORCH: [(&str, [[f64; 4]; 10]); 3] = [
    ("ones", [
        [4.953600000000e+04, 4.953600000000e+04, 0.000000000000e+00, 5.000000000000e+00],
        [4.953600000000e+04, 4.953600000000e+04, 0.000000000000e+00, 5.000000000000e+00],
        [2.853273600000e+07, 2.853273600000e+07, 1.664000000000e+03, 3.520000000000e+02],
        [2.853273600000e+07, 2.853273600000e+07, 1.664000000000e+03, 3.520000000000e+02],
        [9.162752000000e+06, 9.162752000000e+06, 1.824000000000e+03, 9.600000000000e+02],
        [9.162752000000e+06, 9.162752000000e+06, 1.824000000000e+03, 9.600000000000e+02],
        [1.172832256000e+09, 1.172832256000e+09, 9.162752000000e+06, 9.162752000000e+06],
        [1.172832256000e+09, 1.172832256000e+09, 9.162752000000e+06, 9.162752000000e+06],
        [1.172832256000e+10, 1.172832256000e+10, 1.172832256000e+09, 1.172832256000e+09],
        [1.000000000000e+00, 1.000000000000e+00, 1.000000000000e-01, 1.000000000000e-01],
    ]),
    ("relu", [
        [2.286742864212e+01, 5.266973820391e+03, 2.212848921772e-04, -8.450352656655e-01],
        [2.644920624517e+03, 2.644920624517e+03, 2.212848921772e-04, 0.000000000000e+00],
        [5.568421560253e+01, 8.580803335550e+03, -1.310226693915e+00, 8.253484177824e-01],
        [4.318243775576e+03, 4.318243775576e+03, 0.000000000000e+00, 8.253484177824e-01],
        [2.020693645918e+03, 2.020693645918e+03, 6.631784398145e-02, 9.656359641754e-01],
        [2.020693645918e+03, 2.020693645918e+03, 6.631784398145e-02, 9.656359641754e-01],
        [-6.423547691459e-02, 8.409578886058e+00, -2.302866720426e-02, 6.023287693442e-02],
        [4.172671704571e+00, 4.172671704571e+00, 0.000000000000e+00, 6.023287693442e-02],
        [-3.541428459750e-02, 3.283016039897e-01, 4.457448610118e-02, -4.808825612427e-02],
        [1.000000000000e+00, 1.000000000000e+00, 1.048563211268e-01, 9.557662680121e-02],
    ]),
    ("sigmoid", [
        [2.286742864212e+01, 5.266973820391e+03, 2.212848921772e-04, -8.450352656655e-01],
        [1.082150480940e+04, 1.082150480940e+04, 5.000553212228e-01, 3.004753597981e-01],
        [3.576022685532e+01, 4.297623223281e+03, -5.067528056796e-01, 3.375249267529e-01],
        [1.843953132371e+04, 1.843953132371e+04, 3.759550516378e-01, 5.835891730512e-01],
        [4.804571716556e+03, 4.804571716556e+03, 5.153003171981e-01, 6.096674014270e-01],
        [4.804571716556e+03, 4.804571716556e+03, 5.153003171981e-01, 6.096674014270e-01],
        [-9.286853590432e-02, 4.403382658604e+00, 1.502054700254e-02, -1.069044681912e-02],
        [6.397678651174e+01, 6.397678651174e+01, 5.037550661504e-01, 4.973274137484e-01],
        [4.810164731540e-02, 5.330114686003e-01, -7.892131143780e-03, -6.266717050827e-02],
        [1.000000000000e+00, 1.000000000000e+00, 9.854208078826e-02, 9.328960004184e-02],
    ]),
];
const PLACES: [f64; 2] = [0.37, 0.71];

fn weights(layer: usize, shape: &[usize], inputs: usize) -> TensorData {
    let length: usize = shape.iter().product();
    let size = (3.0 / inputs as f64).sqrt();
    let weight = |n: usize| size * (1.0 + 1.7 * n as f64 + 2.3 * layer as f64).sin();
    let values: Vec<f32> = (0..length).map(|n| weight(n) as f32).collect();
    TensorData::new(values, shape.to_vec())
}

fn biases(layer: usize, outputs: usize, device: &Device) -> Option<Param<Tensor<1>>> {
    let values = (0..outputs).map(|n| (0.05 * ((n + layer) as f64).cos()) as f32);
    let values: Vec<f32> = values.collect();
    let tensor = Tensor::from_floats(values.as_slice(), device);
    Some(Param::from_tensor(tensor))
}

fn set_convolution(conv: &mut Conv2d, layer: usize, device: &Device) {
    let [outputs, inputs, height, width] = conv.weight.dims();
    let data = weights(layer, &conv.weight.dims(), inputs * height * width);
    conv.weight = Param::from_tensor(Tensor::from_data(data, device));
    conv.bias = biases(layer, outputs, device);
}

fn set_dense(dense: &mut Linear, layer: usize, device: &Device) {
    let [inputs, outputs] = dense.weight.dims();
    let data = weights(layer, &[inputs, outputs], inputs);
    dense.weight = Param::from_tensor(Tensor::from_data(data, device));
    dense.bias = biases(layer, outputs, device);
}

/// The script's network.
fn network(name: &str, device: &Device) -> Network {
    if name == "ones" {
        return NetworkConfig::ones().init(device);
    }
    let config = NetworkConfig {
        weights: Initializer::Zeros,
        activation: name.parse::<ActivationConfig>().unwrap(),
        ..NetworkConfig::keras()
    };
    let mut network = config.init(device);
    set_convolution(&mut network.conv1, 0, device);
    set_convolution(&mut network.conv2, 1, device);
    set_dense(&mut network.dense1, 2, device);
    set_dense(&mut network.dense2, 3, device);
    network
}

fn ring() -> Vec<f32> {
    let ink = |at: usize| {
        let (y, x) = ((at / 28) as f64 - 13.5, (at % 28) as f64 - 12.0);
        f32::from(u8::from((25.0..=81.0).contains(&(y * y + x * x))))
    };
    (0..28 * 28).map(ink).collect()
}

/// Differences as shares: sums of the sum of sizes, values of their mean size.
fn compare(name: &str, tap: &str, values: &[f64], expected: [f64; 4], limit: f64) {
    let count = values.len() as f64;
    let sizes: f64 = values.iter().map(|value| value.abs()).sum();
    let some = PLACES.map(|place| values[(place * count) as usize]);
    let found = [values.iter().sum(), sizes, some[0], some[1]];
    for (index, (found, expected_number)) in found.iter().zip(expected).enumerate() {
        let scale = if index < 2 {
            expected[1]
        } else {
            expected[1] / count
        };
        assert!(
            (found - expected_number).abs() <= limit * scale,
            "{name}, {tap}, number {index}: {found}, not {expected_number}"
        );
    }
}

#[test]
fn the_network_the_graph_and_the_hand_agree_with_pytorch() {
    let device = Device::flex();
    for (name, expected) in PYTORCH {
        let network = network(name, &device);
        let x = input(&ring(), &device);
        let direct = record(&network, x.clone(), Network::forward, &TAPS).unwrap();
        let trace = trace(&network, &x, Network::forward).unwrap();
        let again = trace.values(x, &TAPS).unwrap();
        let f = if name == "sigmoid" {
            sigmoid::value
        } else {
            relu::value
        };
        let by_hand = Weights::from_network(&network).stages(&ring(), f);
        for (at, tap) in TAPS.iter().enumerate() {
            // Sums of 9,216 terms in 32 bits, which cancel in dense1.
            for data in [&direct[at], &again[at]] {
                let values: Vec<f64> = data.iter::<f64>().collect();
                compare(name, tap, &values, expected[at], 2e-5);
            }
            compare(name, tap, &by_hand[at], expected[at], 1e-10);
        }
    }
}
