//! Our optimizers against Burn's, bit for bit, and against laws of the methods and PyTorch's
//! numbers.

#![allow(clippy::unwrap_used)] // a test that cannot go on should say where

mod against_burn;
mod laws;
mod pytorch;
mod records;

use burn::grad_clipping::GradientClippingConfig;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{
    AdamConfig, AdamWConfig, ModuleOptimizer, Optimizer, RecordState, SgdConfig, StateSink,
};
use burn::tensor::{Device, Tensor};
use retrace_optim::{Adam, AdamW, Sgd};

const RATE: f64 = 0.01;

/// Kingma & Ba's.
fn config() -> AdamConfig {
    AdamConfig::new().with_epsilon(1e-8)
}

/// A method and its settings.
#[derive(Clone, Debug)]
enum Method {
    Adam(AdamConfig),
    AdamW(AdamWConfig),
    Sgd(SgdConfig),
}

impl Method {
    /// Parameter and state after a step for each gradient, by our optimizer and by Burn's.
    fn both<const D: usize>(&self, parameter: &Tensor<D>, gradients: &[Tensor<D>]) -> [Trained; 2] {
        match self {
            Self::Adam(config) => [
                trained(&Adam::new(config), parameter, gradients),
                trained(&config.build(), parameter, gradients),
            ],
            Self::AdamW(config) => [
                trained(&AdamW::new(config), parameter, gradients),
                trained(&config.build(), parameter, gradients),
            ],
            Self::Sgd(config) => [
                trained(&Sgd::new(config), parameter, gradients),
                trained(&config.build(), parameter, gradients),
            ],
        }
    }

    fn ours(&self) -> ModuleOptimizer {
        match self {
            Self::Adam(config) => retrace_optim::adam(config),
            Self::AdamW(config) => retrace_optim::adamw(config),
            Self::Sgd(config) => retrace_optim::sgd(config),
        }
    }

    fn burns(&self) -> ModuleOptimizer {
        match self {
            Self::Adam(config) => config.init(),
            Self::AdamW(config) => config.init(),
            Self::Sgd(config) => config.init(),
        }
    }

    fn clipped(self, clipping: GradientClippingConfig) -> Self {
        let clipping = Some(clipping);
        match self {
            Self::Adam(config) => Self::Adam(config.with_grad_clipping(clipping)),
            Self::AdamW(config) => Self::AdamW(config.with_grad_clipping(clipping)),
            Self::Sgd(config) => Self::Sgd(config.with_gradient_clipping(clipping)),
        }
    }
}

/// Each path through the rules.
fn methods() -> Vec<Method> {
    let adamw = || AdamWConfig::new().with_weight_decay(0.5);
    let penalty = Some(WeightDecayConfig::new(0.5));
    let momentum = MomentumConfig::new();
    let nesterov = momentum.clone().with_nesterov(true);
    let sgd = |momentum| SgdConfig::new().with_momentum(momentum);
    vec![
        Method::Adam(config()),
        Method::Adam(config().with_amsgrad(true)),
        Method::Adam(config().with_weight_decay(penalty.clone())),
        Method::AdamW(adamw()),
        Method::AdamW(adamw().with_weight_decay(0.0)),
        Method::AdamW(adamw().with_cautious_weight_decay(true)),
        Method::AdamW(adamw().with_amsgrad(true)),
        Method::Sgd(sgd(None)),
        Method::Sgd(sgd(None).with_weight_decay(penalty.clone())),
        Method::Sgd(sgd(Some(momentum))),
        Method::Sgd(sgd(Some(nesterov)).with_weight_decay(penalty)),
    ]
}

fn tensor(numbers: &[f32]) -> Tensor<1> {
    Tensor::from_floats(numbers, &Device::flex())
}

/// Numbers that look random, from -1 to 1.
fn noise(count: usize, seed: usize) -> Vec<f32> {
    let angle = |index: usize| (index * index + 17 * seed + 1) as f32;
    (0..count).map(|index| angle(index).sin()).collect()
}

/// A parameter and its state after so many steps.
#[derive(Debug, PartialEq)]
struct Trained {
    parameter: Vec<u32>,
    /// As a record has them: what is in it, and its bits.
    state: Vec<(String, Vec<u32>)>,
    scalars: String,
}

/// A step for each gradient.
fn trained<const D: usize>(
    optimizer: &impl Optimizer,
    parameter: &Tensor<D>,
    gradients: &[Tensor<D>],
) -> Trained {
    let mut found = (parameter.clone(), None);
    for gradient in gradients {
        found = optimizer.step(RATE, found.0, gradient.clone(), found.1);
    }
    let mut record = StateSink::default();
    found.1.unwrap().state_flatten("", &mut record);
    let tensors = record.tensors.into_iter();
    Trained {
        parameter: bits(found.0),
        state: tensors
            .map(|(name, data)| (name, bits(Tensor::<D>::from_data(data, &Device::flex()))))
            .collect(),
        scalars: format!("{:?}", record.scalars),
    }
}

/// The bits of the numbers; the same for each NaN, as IEEE 754 does not say which one comes out.
fn bits<const D: usize>(tensor: Tensor<D>) -> Vec<u32> {
    let numbers = tensor.into_data().try_to_vec::<f32>().unwrap().into_iter();
    numbers
        .map(|x| if x.is_nan() { f32::NAN } else { x }.to_bits())
        .collect()
}

fn numbers<const D: usize>(tensor: &Tensor<D>) -> Vec<f32> {
    tensor.to_data().try_to_vec().unwrap()
}
