//! Functions and their derivatives on a grid, and softmax: what needs no network.
//!
//! Values come from the modules that networks use, derivatives from Burn's autodiff through
//! them. At the kink, x = 0, autodiff returns 0 for ReLU and 1 for LReLU, PReLU and RReLU; ELU
//! has none with alpha = 1. The plots show what it returns.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::activation::{
    self, Activation, ActivationConfig, LreluConfig, Slopes, derivative_by_autodiff,
};
use retrace_lab::Cell;

use crate::config::ActivationsConfig;
use crate::outcome::{Curve, Functions, Softmax};

/// The activations of the post, in its order; softmax stands apart.
pub const POST: [ActivationConfig; 6] = [
    ActivationConfig::Sigmoid,
    ActivationConfig::Relu,
    ActivationConfig::LRELU,
    ActivationConfig::PRELU,
    ActivationConfig::RRELU,
    ActivationConfig::ELU,
];

/// A softmax case of the post: what goes in, and what it says comes out, to three places.
#[derive(Debug)]
pub struct PublishedCase {
    /// What goes in.
    pub logits: &'static [f64],
    /// What the post prints.
    pub probabilities: &'static [f64],
}

/// The post's three softmax cases.
pub const PUBLISHED: [PublishedCase; 3] = [
    PublishedCase {
        logits: &[3.0, 0.7, 0.5],
        probabilities: &[0.846, 0.085, 0.069],
    },
    PublishedCase {
        logits: &[1.2, 1.0, 1.5],
        probabilities: &[0.316, 0.258, 0.426],
    },
    PublishedCase {
        logits: &[1.5, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2],
        probabilities: &[
            0.13, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097, 0.097,
        ],
    },
];

/// The cell of the arm `functions`.
pub fn functions(config: &ActivationsConfig, cell: &Cell<'_>) -> Functions {
    let device = cell.device();
    let x = grid(config.reach, config.points);
    let on_grid = |activation: ActivationConfig| curve(activation, &x, device);
    let (flattest, steepest) = Slopes::PAPER.bounds();
    let line = |slope| on_grid(ActivationConfig::Lrelu(LreluConfig { slope }));
    cell.seed_device("rrelu pass", 0);
    Functions {
        curves: POST.map(on_grid).to_vec(),
        prelu: config.prelu_slopes.iter().map(|a| line(*a)).collect(),
        rrelu_steepest: line(steepest),
        rrelu_flattest: line(flattest),
        rrelu_pass: as_in_training(ActivationConfig::RRELU, &x, device),
        softmax: PUBLISHED
            .iter()
            .map(|case| softmax(case.logits, 1.0, device))
            .collect(),
        temperatures: config
            .temperatures
            .iter()
            .map(|t| softmax(PUBLISHED[0].logits, *t, device))
            .collect(),
        x: x.into_iter().map(f64::from).collect(),
    }
}

/// From `-reach` to `reach`, exactly symmetric around a middle point that is exactly 0.
pub fn grid(reach: f64, points: usize) -> Vec<f32> {
    let middle = (points / 2) as f64;
    (0..points)
        .map(|i| (reach * (i as f64 - middle) / middle) as f32)
        .collect()
}

/// Value and derivative in evaluation.
fn curve(config: ActivationConfig, xs: &[f32], device: &Device) -> Curve {
    // Frozen, RReLU takes its test slope on an autodiff device, too.
    let activation = config.init(1, device).freeze();
    let derivative = derivative_by_autodiff(&activation, xs, device);
    Curve {
        activation: config.to_string(),
        value: forward(&activation, xs, device),
        derivative: derivative.into_iter().map(f64::from).collect(),
    }
}

/// Value as in training: RReLU draws.
fn as_in_training(config: ActivationConfig, xs: &[f32], device: &Device) -> Vec<f64> {
    let device = device.clone().autodiff();
    forward(&config.init(1, &device), xs, &device)
}

fn forward(activation: &Activation, xs: &[f32], device: &Device) -> Vec<f64> {
    let x = Tensor::<1>::from_data(TensorData::new(xs.to_vec(), [xs.len()]), device);
    activation.forward(x).into_data().iter::<f64>().collect()
}

fn softmax(logits: &[f64], temperature: f64, device: &Device) -> Softmax {
    let settings = activation::Softmax { temperature };
    let activation = ActivationConfig::Softmax(settings).init(1, device);
    let xs: Vec<f32> = logits.iter().map(|z| *z as f32).collect();
    Softmax {
        logits: logits.to_vec(),
        temperature,
        probabilities: forward(&activation, &xs, device),
    }
}
