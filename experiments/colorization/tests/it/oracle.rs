//! Three steps of small networks against PyTorch in 64 bits: losses, and what they say afterwards.

use burn::module::{Module, Param};
use burn::optim::{AdamConfig, GradientsParams};
use burn::tensor::{Device, Tensor, TensorData};
use colorization::batch::Truth;
use colorization::loss::loss;
use colorization::network::{Network, NetworkConfig};
use retrace_test_support::resume::alone;

/// From `scripts/colorization_pytorch.py`: the losses of three steps, then outputs of a pixel.
#[rustfmt::skip]
const PYTORCH: [(&str, usize, bool, &[f64]); 3] = [
    ("as described", 16, false, &[1.069731756e+03, 1.068804639e+03, 1.068236602e+03, 2.962991902e-02, -8.593250345e-02, -2.499118087e-02, 2.636739815e-02]),
    ("as written", 16, true, &[1.072934684e+03, 1.070907753e+03, 1.069494482e+03, 2.824932401e-02, -3.899684950e-02, 1.649325196e-02, 3.464020816e-03]),
    ("a and b", 2, false, &[2.199028884e+01, 2.028629535e+01, 1.914384960e+01, 4.604273217e-02, -2.653804753e-02]),
];

fn tensor<const D: usize>(shape: [usize; D], f: impl Fn(f64) -> f64, device: &Device) -> Tensor<D> {
    let count = shape.iter().product::<usize>();
    let values: Vec<f32> = (1..=count).map(|n| f(n as f64) as f32).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The script's network: weights from a formula.
fn network(outputs: usize, before_relu: bool, device: &Device) -> Network {
    let config = NetworkConfig {
        bins: 16,
        outputs,
        before_relu,
    };
    let mut network = config.init(device);
    for (index, layer) in network.layers.iter_mut().enumerate() {
        let shape = layer.weight.dims();
        let scale = (6.0 / (9.0 * (shape[0] + shape[1]) as f64)).sqrt();
        let weight = |n: f64| scale * (0.7 * n + 0.013 * n * n + index as f64).sin();
        layer.weight = Param::from_tensor(tensor(shape, weight, device));
    }
    network
}

fn numbers(outputs: usize, before_relu: bool) -> Vec<f64> {
    let device = Device::flex().autodiff();
    let mut network = network(outputs, before_relu, &device);
    let pattern = |n: f64| 0.5 + 0.5 * (0.37 * n).sin();
    let lightness = tensor([2, 1, 20, 22], |n| 100.0 * pattern(n), &device);
    let mut optimizer = retrace_optim::adam(&AdamConfig::new().with_epsilon(1e-2));
    let mut found = Vec::new();
    for _ in 0..3 {
        let truth = tensor([2, outputs, 4, 6], pattern, &device);
        let truth = match outputs {
            2 => Truth::Plane(truth),
            _ => Truth::Bins(truth),
        };
        let loss = loss(network.forward(lightness.clone()), truth);
        found.push(loss.clone().into_scalar::<f64>());
        let gradients = GradientsParams::from_grads(loss.backward(), &network);
        network = optimizer.step(1e-3, network, gradients);
    }
    let said = network.valid().forward(lightness.inner());
    let pixel = said.slice([1..2, 0..outputs.min(4), 1..2, 2..3]);
    found.extend(pixel.into_data().iter::<f64>());
    found
}

#[test]
fn training_and_evaluation_agree_with_pytorch() {
    let _alone = alone();
    for (name, outputs, before_relu, expected) in PYTORCH {
        let found = numbers(outputs, before_relu);
        assert_eq!(found.len(), expected.len());
        for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
            // 32 bits against 64. Adam's epsilon is large here: its first steps would otherwise be
            // of full length for gradients that are nothing but rounding.
            let off = (found - expected).abs();
            assert!(
                off < 1e-4 * expected.abs().max(1.0),
                "{name}, number {index}: {found}, not {expected}"
            );
        }
    }
}
