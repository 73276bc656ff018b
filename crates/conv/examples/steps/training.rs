//! The posts' trainings on made-up data: forward, loss, backward, update, and the loss read back.

use std::error::Error;
use std::time::Instant;

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::loss::{CrossEntropyLossConfig, MseLoss, Reduction};
use burn::optim::{GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::{Mlp, MlpConfig};
use retrace_core::regularization::Penalty;
use serde_json::json;

use crate::memory;
use crate::mode::Mode;
use crate::network::{Cnn, Convolutions, Perceptron};
use crate::noise::{noise, with_noise};

/// A network that learns.
pub struct Training {
    parameters: usize,
    /// One step; its loss.
    step: Box<dyn FnMut() -> f32>,
}

/// The training of a name, at its beginning.
///
/// # Errors
/// A name that no network has.
pub fn training(name: &str, mode: Mode, device: &Device) -> Result<Training, Box<dyn Error>> {
    match name {
        "autoencoder" => Ok(autoencoder(mode, device)),
        "colorization" => Ok(colorization(mode, device)),
        "mnist-cnn" => Ok(mnist_cnn(mode, device)),
        "mlp" => Ok(perceptron(Perceptron::new(false, device)?, mode, device)),
        "mlp-norm" => Ok(perceptron(Perceptron::new(true, device)?, mode, device)),
        "regularization" => {
            let config = MlpConfig::new([1, 10, 10, 10, 1], ActivationConfig::Identity);
            Ok(regularization(config.init(device)?, device))
        }
        _ => Err(format!("no network is called {name}").into()),
    }
}

fn autoencoder(mode: Mode, device: &Device) -> Training {
    let x = pixels([8, 1, 100, 150], device);
    let network = Convolutions::autoencoder(mode, device);
    Training::new(network, mode.adam(), 1e-3, move |network| {
        MseLoss::new().forward(network.forward(x.clone()), x.clone(), Reduction::Mean)
    })
}

fn colorization(mode: Mode, device: &Device) -> Training {
    const Q: usize = 240;
    let x = pixels([32, 1, 32, 32], device);
    let colours = classes(32 * 16 * 16, Q, device);
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    let network = Convolutions::colorization(Q, mode, device);
    Training::new(network, mode.adam(), 1e-4, move |network| {
        let logits = network.forward(x.clone()).permute([0, 2, 3, 1]);
        cross_entropy.forward(logits.reshape([-1, Q as i32]), colours.clone())
    })
}

fn mnist_cnn(mode: Mode, device: &Device) -> Training {
    let x = pixels([128, 1, 28, 28], device);
    let digits = classes(128, 10, device);
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    Training::new(Cnn::new(mode, device), mode.adam(), 1e-3, move |network| {
        cross_entropy.forward(network.forward(x.clone()), digits.clone())
    })
}

fn perceptron(network: Perceptron, mode: Mode, device: &Device) -> Training {
    let x = pixels([60, 784], device);
    let digits = classes(60, 10, device);
    let cross_entropy = CrossEntropyLossConfig::new().init(device);
    Training::new(network, mode.adam(), 1e-4, move |network| {
        cross_entropy.forward(network.forward(x.clone()), digits.clone())
    })
}

fn regularization(network: Mlp, device: &Device) -> Training {
    let x = pixels([1, 1], device);
    let penalty = Penalty::L1 { lambda: 0.3 };
    let sgd = SgdConfig::new().init();
    Training::new(network, sgd, 0.01, move |network| {
        let error = (network.forward(x.clone()) - x.clone() * 2.0).abs().sum();
        penalty.add_to(error, network)
    })
}

/// Noise from 0 to 1.
fn pixels<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let pixels = (0..shape.iter().product()).map(|index| (0.5 + 0.5 * noise(0, index)) as f32);
    Tensor::from_data(TensorData::new(pixels.collect::<Vec<_>>(), shape), device)
}

/// So many classes out of `all`.
fn classes(count: usize, all: usize, device: &Device) -> Tensor<1, Int> {
    let classes = (0..count).map(|index| (7 * index % all) as i64);
    Tensor::from_data(
        TensorData::new(classes.collect::<Vec<_>>(), [count]),
        device,
    )
}

impl Training {
    fn new<M: Module + 'static>(
        network: M,
        mut optimizer: ModuleOptimizer,
        learning_rate: f64,
        loss: impl Fn(&M) -> Tensor<1> + 'static,
    ) -> Self {
        let network = with_noise(network);
        let parameters = trained(&network);
        let mut network = Some(network);
        let step = move || {
            let model = network.take().expect("the step before put it back");
            let loss = loss(&model);
            let gradients = GradientsParams::from_grads(loss.backward(), &model);
            network = Some(optimizer.step(learning_rate, model, gradients));
            loss.into_scalar::<f32>()
        };
        Self {
            parameters,
            step: Box::new(step),
        }
    }

    /// So many steps after a first one that is not timed.
    pub fn burst(&mut self, steps: usize) -> serde_json::Value {
        let resident = memory::resident();
        memory::forget_peak();
        let mut losses = vec![(self.step)()];
        let mut milliseconds = Vec::with_capacity(steps);
        for _ in 0..steps {
            let begun = Instant::now();
            losses.push((self.step)());
            milliseconds.push(1000.0 * begun.elapsed().as_secs_f64());
        }
        json!({
            "parameters": self.parameters,
            "losses": losses,
            "milliseconds": milliseconds,
            "resident_bytes": resident,
            "peak_bytes": memory::peak(),
        })
    }
}

/// The number of parameters that the optimizer changes.
fn trained<M: Module>(module: &M) -> usize {
    struct Count(usize);
    impl ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            if parameter.val().is_require_grad() {
                self.0 += parameter.val().shape().num_elements();
            }
        }
    }
    let mut count = Count(0);
    module.visit(&mut count);
    count.0
}
