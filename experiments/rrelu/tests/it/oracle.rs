//! Three steps of Adam on small networks, plain and normalised, against PyTorch in 64 bits:
//! losses, and logits in evaluation afterwards. `scripts/rrelu_pytorch.py --oracle` prints the
//! numbers; last run with torch 2.15.0.

use burn::module::{Module, Param};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_test_support::resume::alone;
use rrelu::network::{Network, NetworkConfig, Normalisation};

/// The losses of three steps; the logits of the first two of six examples.
#[rustfmt::skip]
const PYTORCH: [(&str, [f64; 7]); 6] = [
    ("relu", [8.083549618e-01, 7.353958292e-01, 7.062491703e-01, -1.245679672e-01, 1.245679672e-01, 2.223596600e-02, 4.924192519e-01]),
    ("prelu", [8.902229122e-01, 7.659239083e-01, 7.156534859e-01, -1.989712087e-01, 1.082880200e-01, 1.257678013e-01, 3.303833210e-01]),
    ("elu", [9.987039901e-01, 8.432857804e-01, 7.539890657e-01, -3.988777382e-01, 1.467364903e-01, 5.027698700e-01, 6.107908267e-01]),
    ("relu+bn", [8.018088150e-01, 7.424797181e-01, 7.090104725e-01, -1.275556471e-01, 1.275556471e-01, 1.499729561e-01, 4.134299851e-01]),
    ("prelu+bn", [8.124957786e-01, 7.460412663e-01, 7.153113317e-01, -2.130887959e-01, 1.766251429e-02, 1.089299630e-01, 3.651851565e-01]),
    ("elu+bn", [8.635583357e-01, 7.895699554e-01, 7.395539039e-01, -7.340920153e-01, -2.437660979e-01, 6.085256253e-01, 6.953922399e-01]),
];

fn tensor(shape: [usize; 2], f: impl Fn(f64, f64) -> f64, device: &Device) -> Tensor<2> {
    let [rows, columns] = shape;
    let values: Vec<f32> = (0..rows * columns)
        .map(|at| f((at / columns) as f64, (at % columns) as f64) as f32)
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The script's network: weights from a formula.
fn network(arm: &str, device: &Device) -> Network {
    let (activation, norm) = arm.split_once('+').unwrap_or((arm, ""));
    let sizes = vec![5, 4, 3, 2];
    let normalisation = Normalisation {
        decay: 0.9,
        epsilon: 1e-8,
    };
    let config = NetworkConfig {
        sizes: sizes.clone(),
        activation: activation.parse().unwrap(),
        normalisation: (norm == "bn").then_some(normalisation),
    };
    let mut network = config.init(device).unwrap();
    for (l, layer) in network.mlp.layers.iter_mut().enumerate() {
        let weight = |i: f64, j: f64| {
            let l = l as f64;
            0.7 * (1.0 + 7.3 * l * l + 3.7 * (i + 1.0) * (j + 2.0) + 5.1 * j * j).sin()
        };
        let weights = tensor([sizes[l], sizes[l + 1]], weight, device);
        layer.weight = Param::from_tensor(weights);
    }
    network
}

fn numbers(arm: &str) -> Vec<f64> {
    let device = Device::flex().autodiff();
    let mut network = network(arm, &device);
    let x = tensor([6, 5], |n, i| 1.5 * (2.0 * n + 1.3 * i).cos(), &device);
    let classes: Tensor<1, Int> =
        Tensor::from_data(TensorData::new(vec![0, 1, 0, 1, 0, 1], [6]), &device);
    let mut optimizer = retrace_optim::adam(&AdamConfig::new().with_epsilon(1e-8));
    let mut found = Vec::new();
    for _ in 0..3 {
        let loss = CrossEntropyLossConfig::new()
            .init(&device)
            .forward(network.forward(x.clone()), classes.clone());
        found.push(loss.clone().into_scalar::<f64>());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(0.05, network, gradients);
    }
    let logits = network.valid().forward(x.inner()).into_data();
    found.extend(logits.iter::<f64>().take(4));
    found
}

#[test]
fn training_and_evaluation_agree_with_pytorch() {
    let _alone = alone();
    for (arm, expected) in PYTORCH {
        let found = numbers(arm);
        assert_eq!(found.len(), expected.len());
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            // 32 bits against 64: roundings of 6e-8, which Adam's first steps, of full length
            // whatever the gradient, can only pass on.
            assert!(
                (found - expected).abs() < 2e-5,
                "{arm}, number {index}: {found}, not {expected}"
            );
        }
    }
}
