//! The vanishing gradient: one batch forwards and backwards through a deep network at its start.
//!
//! ```text
//! z_l = a_(l-1) W_l       a_l = f(z_l)       a_0 = x ~ N(0, 1),  l = 1..L
//! E   = 1/2 |z_L - t|^2,  t ~ N(0, 1),       mean over the batch
//!
//! dE/dz_l = f'(z_l) * (dE/dz_(l+1) W_(l+1)^T)     the backpropagated error
//! dE/dW_l = a_(l-1)^T dE/dz_l                     what a layer learns from
//! ```
//!
//! The post's point is about the first line of the second pair: each layer multiplies the error
//! by f', at most 1/4 for the sigmoid. The weights' gradient is that error times the activity
//! that came in, which the same layers have shrunk or grown on the way forwards; both are
//! measured. All layers have the same width, so that their norms compare.

use burn::optim::GradientsParams;
use burn::tensor::{Device, Tensor, TensorData};
use rand_distr::{Distribution, StandardNormal};
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::{Mlp, MlpConfig, gradient_norms};
use retrace_lab::{Cell, Error, Result};
use serde::{Deserialize, Serialize};

use crate::config::{ActivationsConfig, InitialWeights};

/// What passes through the deep network at its start, forwards and backwards.
///
/// Lists by layer from the input; hidden layers are those with an activation function, all but
/// the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// Euclidean norm of dE/dW of each layer, E the mean loss of the batch.
    pub gradient_norm: Vec<f64>,
    /// Root mean square over the batch of the norm of dE/dz of each layer, E the loss of one
    /// example: the backpropagated error.
    pub error_norm: Vec<f64>,
    /// Share (0-1) of activations that are exactly zero, of each hidden layer, over units and
    /// examples.
    pub zero_share: Vec<f64>,
    /// Share (0-1) of units that are zero for every example of the batch, of each hidden layer.
    pub silent_share: Vec<f64>,
    /// Mean activation of each hidden layer, over units and examples.
    pub mean: Vec<f64>,
    /// Root mean square activation of each hidden layer.
    pub rms: Vec<f64>,
}

/// Builds the network for this seed and measures it. Weights, inputs and targets are the same
/// for every activation.
///
/// # Errors
/// When the network cannot be built.
pub fn signal_at_start(
    config: &ActivationsConfig,
    activation: ActivationConfig,
    weights: InitialWeights,
    cell: &Cell<'_>,
) -> Result<Signal> {
    let device = cell.device().clone().autodiff();
    let network =
        MlpConfig::new(config.deep_sizes(), activation).with_initializer(weights.initializer());
    let network = cell
        .network("deep weights", 0, |device| network.init(device))
        .map_err(|error| Error::Other(Box::new(error)))?;
    let inputs = normal(cell, "deep inputs", config, &device);
    let targets = normal(cell, "deep targets", config, &device);
    cell.seed_device("deep slopes", 0);
    Ok(signal(&network, inputs, targets))
}

/// Standard normal numbers of shape `[batch, width]` from this seed's stream.
fn normal(
    cell: &Cell<'_>,
    purpose: &str,
    config: &ActivationsConfig,
    device: &Device,
) -> Tensor<2> {
    let shape = [config.batch, config.width];
    let draws: Vec<f32> = StandardNormal
        .sample_iter(cell.stream(purpose, 0))
        .take(config.batch * config.width)
        .collect();
    Tensor::from_data(TensorData::new(draws, shape), device)
}

/// One pass of a batch forwards and backwards.
///
/// # Shapes
/// - inputs: `[batch, first size]`
/// - targets: `[batch, last size]`
pub fn signal(network: &Mlp, inputs: Tensor<2>, targets: Tensor<2>) -> Signal {
    let batch = inputs.dims()[0] as f64;
    let pass = Pass::forward(network, inputs);
    let loss = (pass.output - targets).square().sum() / (2.0 * batch);
    let gradients = loss.backward();
    let error_norm = pass
        .probes
        .iter()
        .map(|probe| {
            let error = probe.grad(&gradients).map(numbers).unwrap_or_default();
            // The loss is a mean: an example's own error is `batch` times as large.
            (batch * error.iter().map(|e| e * e).sum::<f64>()).sqrt()
        })
        .collect();
    let hidden: Vec<Activity> = pass.hidden.into_iter().map(Activity::of).collect();
    let list = |number: fn(&Activity) -> f64| hidden.iter().map(number).collect();
    Signal {
        gradient_norm: weight_gradient_norms(
            network,
            &GradientsParams::from_grads(gradients, network),
        ),
        error_norm,
        zero_share: list(|a| a.zero_share),
        silent_share: list(|a| a.silent_share),
        mean: list(|a| a.mean),
        rms: list(|a| a.rms),
    }
}

/// A forward pass that keeps what the backward pass is asked for.
struct Pass {
    output: Tensor<2>,
    /// Zeros added to each z: the gradient of such a zero is dE/dz, which autodiff would
    /// otherwise not keep.
    probes: Vec<Tensor<2>>,
    hidden: Vec<Tensor<2>>,
}

impl Pass {
    fn forward(network: &Mlp, inputs: Tensor<2>) -> Self {
        let mut pass = Self {
            output: inputs,
            probes: Vec::new(),
            hidden: Vec::new(),
        };
        for (index, layer) in network.layers.iter().enumerate() {
            let z = layer.forward(pass.output);
            let probe = z.zeros_like().detach().require_grad();
            pass.output = z + probe.clone();
            pass.probes.push(probe);
            if let Some(f) = network.activations.get(index) {
                pass.output = f.forward(pass.output);
                pass.hidden.push(pass.output.clone().detach());
            }
        }
        pass
    }
}

fn weight_gradient_norms(network: &Mlp, gradients: &GradientsParams) -> Vec<f64> {
    gradient_norms(network, gradients)
        .into_iter()
        .filter(|(path, _)| path.starts_with("layers.") && path.ends_with(".weight"))
        .map(|(_, norm)| norm)
        .collect()
}

/// What a hidden layer says to a batch.
struct Activity {
    zero_share: f64,
    silent_share: f64,
    mean: f64,
    rms: f64,
}

impl Activity {
    fn of(activations: Tensor<2>) -> Self {
        let [batch, units] = activations.dims();
        let values = numbers(activations);
        let count = values.len() as f64;
        let is_silent =
            |unit: &usize| (0..batch).all(|example| values[example * units + unit] == 0.0);
        Self {
            zero_share: values.iter().filter(|v| **v == 0.0).count() as f64 / count,
            silent_share: (0..units).filter(is_silent).count() as f64 / units as f64,
            mean: values.iter().sum::<f64>() / count,
            rms: (values.iter().map(|v| v * v).sum::<f64>() / count).sqrt(),
        }
    }
}

fn numbers(tensor: Tensor<2>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}
