//! Three steps of a small network against PyTorch in 64 bits, for every loss and both optimizers:
//! the losses before each step and after the last. `scripts/autoencoder_oracle.py` prints the
//! numbers; last run with torch 2.15.0.

use autoencoder::arm::Optimizer;
use autoencoder::initial::Initial;
use autoencoder::loss::Loss;
use autoencoder::network::{Body, Network, Stack};
use burn::module::Param;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_test_support::resume::alone;

#[rustfmt::skip]
const PYTORCH: [(&str, &str, f64, [f64; 4]); 12] = [
    ("sum", "sgd", 1e-08, [6.352817904e+05, 6.256098921e+05, 6.171608016e+05, 6.079920700e+05]),
    ("sum", "adam", 1e-03, [6.352817904e+05, 6.143539335e+05, 5.927224662e+05, 5.706852450e+05]),
    ("sum-c", "sgd", 1e-04, [6.416987782e+01, 6.318356293e+01, 6.232183773e+01, 6.137986299e+01]),
    ("sum-c", "adam", 1e-03, [6.416987782e+01, 6.205595289e+01, 5.987095620e+01, 5.764497426e+01]),
    ("sum-c2", "sgd", 1e+00, [6.481805840e-03, 6.381227152e-03, 6.292858647e-03, 6.198006104e-03]),
    ("sum-c2", "adam", 1e-03, [6.481805840e-03, 6.268288369e-03, 6.047588661e-03, 5.822746405e-03]),
    ("inverse", "sgd", 1e+03, [1.574104618e-06, 1.567626090e-06, 1.561247627e-06, 1.554890518e-06]),
    ("inverse", "adam", 1e-03, [1.574104618e-06, 1.528097271e-06, 1.481556532e-06, 1.432520122e-06]),
    ("mean", "sgd", 2e-06, [3.208493891e+03, 3.159178146e+03, 3.116091887e+03, 3.068993150e+03]),
    ("mean", "adam", 1e-03, [3.208493891e+03, 3.102797644e+03, 2.993547809e+03, 2.882248712e+03]),
    ("unit", "sgd", 2e-02, [3.381354250e-01, 3.228541960e-01, 3.102785037e-01, 2.989277639e-01]),
    ("unit", "adam", 1e-03, [3.381354250e-01, 3.267535809e-01, 3.163508360e-01, 3.048138461e-01]),
];

const HEIGHT: usize = 9;
const WIDTH: usize = 11;

/// The script's network: weights from a formula.
fn network(scale: f64, device: &Device) -> Network {
    let mut stack = Stack::plain(&[4, 3], Initial::Xavier, device);
    for (l, layer) in stack.layers.iter_mut().enumerate() {
        let shape = layer.weight.dims();
        let (count, outputs) = (shape.iter().product::<usize>(), shape[0]);
        let size = (3.0 * outputs as f64 / count as f64).sqrt();
        let weight = |n: usize| (size * (1.0 + 1.7 * n as f64 + 2.3 * l as f64).sin()) as f32;
        let bias = |n: usize| (0.05 * ((n + l) as f64).cos()) as f32;
        let weights: Vec<f32> = (0..count).map(weight).collect();
        let biases: Vec<f32> = (0..outputs).map(bias).collect();
        let weights = Tensor::from_data(TensorData::new(weights, shape), device);
        let biases = Tensor::from_data(TensorData::new(biases, [outputs]), device);
        layer.weight = Param::from_tensor(weights);
        layer.bias = Some(Param::from_tensor(biases));
    }
    Network {
        body: Body::Stack(stack),
        scale,
    }
}

fn pictures(device: &Device) -> Tensor<4> {
    let value = |index: usize| {
        let (column, rest) = (index % WIDTH, index / WIDTH);
        let (row, picture) = (rest % HEIGHT, (rest / HEIGHT) as f64);
        let x = column as f64 + 0.5 - 3.0 - 4.0 * picture;
        let y = row as f64 + 0.5 - 4.0 - picture;
        if x * x + y * y <= 9.0 { 100.0_f32 } else { 0.0 }
    };
    let values: Vec<f32> = (0..2 * HEIGHT * WIDTH).map(value).collect();
    Tensor::from_data(TensorData::new(values, [2, 1, HEIGHT, WIDTH]), device)
}

#[test]
fn every_loss_makes_pytorchs_steps() {
    let _alone = alone();
    let device = Device::flex().autodiff();
    let x = pictures(&device);
    for (name, optimizer, rate, expected) in PYTORCH {
        let loss = Loss::ALL
            .into_iter()
            .find(|loss| loss.name() == name)
            .unwrap();
        let known = Optimizer::BOTH.into_iter();
        let kind = known.clone().find(|kind| kind.name() == optimizer).unwrap();
        let mut network = network(loss.scale(), &device);
        let mut steps = kind.init();
        for (step, expected) in expected.into_iter().enumerate() {
            let value = loss.value(network.forward(x.clone()), x.clone());
            let found = value.clone().into_scalar::<f64>();
            // 32 bits against 64, over a hundred thousand products.
            let error = (found / expected - 1.0).abs();
            assert!(
                error < 1e-4,
                "{name}, {optimizer}, step {step}: {found}, not {expected}"
            );
            let gradients = GradientsParams::from_grads(value.backward(), &network);
            network = steps.step(rate, network, gradients);
        }
    }
}
