//! What a cell yields: plain numbers.

use retrace_lab::Outcomes;
use serde::{Deserialize, Serialize};

use crate::config::InitialWeights;
use crate::{Activations, FUNCTIONS};

/// Of the functions, or of one activation in a network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome {
    /// The arm `functions`: what needs no network.
    Functions(Box<Functions>),
    /// Any other arm.
    Network(Box<Network>),
}

impl Outcome {
    /// The functions, if it is their outcome.
    pub fn functions(&self) -> Option<&Functions> {
        match self {
            Self::Functions(functions) => Some(functions),
            Self::Network(_) => None,
        }
    }

    /// The measurements in networks, if it is the outcome of an activation.
    pub fn network(&self) -> Option<&Network> {
        match self {
            Self::Functions(_) => None,
            Self::Network(network) => Some(network),
        }
    }
}

/// What the arm `functions` yielded, if it was run.
pub fn functions_of(outcomes: &Outcomes<Activations>) -> Option<&Functions> {
    let cell = outcomes.of(FUNCTIONS).next();
    cell.and_then(|cell| cell.outcome.functions())
}

/// Functions and derivatives on the grid, and softmax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Functions {
    /// Inputs x of all curves.
    pub x: Vec<f64>,
    /// The six activations, in evaluation: RReLU with its test slope, PReLU with its first one.
    pub curves: Vec<Curve>,
    /// PReLU at each slope of the config.
    pub prelu: Vec<Curve>,
    /// RReLU's steepest line on the negative side, x/3.
    pub rrelu_steepest: Curve,
    /// Its flattest, x/8.
    pub rrelu_flattest: Curve,
    /// One pass through RReLU as in training: a slope drawn for each x.
    pub rrelu_pass: Vec<f64>,
    /// Softmax of the post's three cases, temperature 1.
    pub softmax: Vec<Softmax>,
    /// Softmax of the post's first case at each temperature of the config.
    pub temperatures: Vec<Softmax>,
}

/// A function on the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The activation, in the notation of a config: `lrelu(0.5)`.
    pub activation: String,
    /// f(x), by Burn's module.
    pub value: Vec<f64>,
    /// f'(x), by Burn's autodiff.
    pub derivative: Vec<f64>,
}

/// One softmax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Softmax {
    /// What goes in.
    pub logits: Vec<f64>,
    /// Temperature.
    pub temperature: f64,
    /// What comes out; sums to 1.
    pub probabilities: Vec<f64>,
}

/// One activation in networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// With Xavier's initial weights.
    pub xavier: Started,
    /// With He's initial weights.
    pub he: Started,
    /// What RReLU draws; nothing for the others.
    pub drawn_slopes: Option<DrawnSlopes>,
    /// Of PReLU only: the largest difference between autodiff's dE/da and the paper's sum,
    /// relative to the sum of the absolute terms; over one shared slope and one a channel.
    pub slope_gradient_deviation: Option<f64>,
}

impl Network {
    /// What was measured from these initial weights.
    pub fn started(&self, weights: InitialWeights) -> &Started {
        match weights {
            InitialWeights::Xavier => &self.xavier,
            InitialWeights::He => &self.he,
        }
    }
}

/// What was measured from one kind of initial weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// The deep network at its start.
    pub signal: Signal,
    /// The short training; of PReLU with one slope a layer.
    pub training: Training,
    /// Of PReLU only: the same training with a slope a channel.
    pub channels: Option<Training>,
}

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

/// RReLU's draws.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawnSlopes {
    /// Mean of the divisors a drawn.
    pub mean_divisor: f64,
    /// Mean of the slopes 1/a drawn: the mean output in training for x = -1, sign turned.
    pub mean_slope: f64,
    /// The slope in evaluation.
    pub test_slope: f64,
}
