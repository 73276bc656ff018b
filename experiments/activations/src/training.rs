//! The short training: how fast each activation learns, and where PReLU's slopes go.
//!
//! Plain gradient descent with momentum, as He et al. 2015 update PReLU's slopes (the equation
//! that the post repeats); no weight decay.

use burn::module::Module;
use burn::nn::loss::CrossEntropyLossConfig;
use burn::optim::SgdConfig;
use burn::optim::momentum::MomentumConfig;
use burn::tensor::{Device, Tensor};
use retrace_core::activation::{Activation, ActivationConfig};
use retrace_core::layer::{Mlp, MlpConfig};
use retrace_lab::{Cell, Error, Result, Scalar, Step, Task, train};
use serde::{Deserialize, Serialize};

use crate::config::{ActivationsConfig, InitialWeights};
use crate::spirals::Spirals;

/// Learning to tell two spirals apart.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Training {
    /// Steps done at each observation, the first before any.
    pub step: Vec<u64>,
    /// Cross-entropy over all training points (nats), in evaluation; absent where it is not
    /// finite.
    pub loss: Vec<Option<f64>>,
    /// Share (0-1) of test points classified correctly.
    pub accuracy: Vec<f64>,
    /// PReLU's slopes: `slopes[observation][layer][slope]`; empty for the others.
    pub slopes: Vec<Vec<Vec<f64>>>,
    /// The step, counted from 0, at which the training diverged.
    pub diverged_at: Option<u64>,
}

/// Trains a network with this activation; `name` tells the trainings of a cell apart. Initial
/// weights, points and batches are the same for every activation.
///
/// # Errors
/// When the network cannot be built, or as [`train()`].
pub fn learn_spirals(
    config: &ActivationsConfig,
    activation: ActivationConfig,
    (weights, name): (InitialWeights, &'static str),
    cell: &mut Cell<'_>,
) -> Result<Training> {
    let device = cell.device().clone().autodiff();
    let network =
        MlpConfig::new(config.trained_sizes(), activation).with_initializer(weights.initializer());
    let network = cell
        .network("training weights", 0, |device| network.init(device))
        .map_err(|error| Error::Other(Box::new(error)))?;
    let task = SpiralTask {
        config,
        name,
        seed: cell.seed(),
        training: Spirals::draw(config, cell.seed(), 0)?,
        test: Spirals::draw(config, cell.seed(), 1)?,
        device,
    };
    let momentum = MomentumConfig::new()
        .with_momentum(config.momentum)
        // Burn dampens by 0.1 unless told; the papers do not.
        .with_dampening(0.0);
    let optimizer = SgdConfig::new().with_momentum(Some(momentum)).init();
    let trained = train(cell, &task, network, optimizer)?;
    Ok(Training {
        diverged_at: trained.diverged_at,
        ..trained.metrics
    })
}

struct SpiralTask<'a> {
    config: &'a ActivationsConfig,
    name: &'static str,
    seed: u64,
    training: Spirals,
    test: Spirals,
    device: Device,
}

impl Task for SpiralTask<'_> {
    type Model = Mlp;
    type Metrics = Training;

    fn name(&self) -> &'static str {
        self.name
    }

    fn steps(&self) -> u64 {
        self.config.steps
    }

    fn learning_rate(&self, _: u64) -> f64 {
        self.config.learning_rate
    }

    fn loss(&self, model: &Mlp, step: u64) -> Tensor<1> {
        let (points, classes) =
            self.training
                .batch(self.seed, step, self.config.train_batch, &self.device);
        CrossEntropyLossConfig::new()
            .init(&self.device)
            .forward(model.forward(points), classes)
    }

    fn observe(&self, metrics: &mut Training, step: Step<'_, Mlp>) -> Result<()> {
        if !step.done.is_multiple_of(self.config.observe_every) && step.done != self.steps() {
            return Ok(());
        }
        // As at test: RReLU takes its fixed slope.
        let model = step.model.valid();
        metrics.step.push(step.done);
        metrics.loss.push(cross_entropy(&model, &self.training));
        metrics.accuracy.push(accuracy(&model, &self.test));
        let slopes = slopes(&model);
        if !slopes.is_empty() {
            metrics.slopes.push(slopes);
        }
        Ok(())
    }

    fn watched(&self, metrics: &Training) -> Vec<Scalar> {
        let losses = metrics.step.iter().zip(&metrics.loss);
        let losses =
            losses.filter_map(|(step, loss)| Some(Scalar::new("train/loss", *step, (*loss)?)));
        let accuracies = metrics.step.iter().zip(&metrics.accuracy);
        let accuracies =
            accuracies.map(|(step, share)| Scalar::new("test/accuracy", *step, *share));
        losses.chain(accuracies).collect()
    }
}

fn cross_entropy(model: &Mlp, spirals: &Spirals) -> Option<f64> {
    let device = model.layers.first()?.weight.device();
    let (points, classes) = spirals.all(&device);
    let loss = CrossEntropyLossConfig::new()
        .init(&device)
        .forward(model.forward(points), classes)
        .into_scalar::<f64>();
    loss.is_finite().then_some(loss)
}

fn accuracy(model: &Mlp, spirals: &Spirals) -> f64 {
    let device = model.layers[0].weight.device();
    let (points, classes) = spirals.all(&device);
    let chosen = model.forward(points).argmax(1).squeeze_dim::<1>(1);
    let right = chosen.equal(classes).int().sum().into_scalar::<i64>();
    right as f64 / spirals.len() as f64
}

/// The slopes of each hidden layer; none without PReLU.
fn slopes(model: &Mlp) -> Vec<Vec<f64>> {
    model
        .activations
        .iter()
        .filter_map(Activation::learnt_slopes)
        .map(|slopes| slopes.into_iter().map(f64::from).collect())
        .collect()
}
