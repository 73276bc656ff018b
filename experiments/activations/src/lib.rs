//! The post "Activation Functions in Deep Learning (Sigmoid, ReLU, LReLU, PReLU, RReLU, ELU,
//! Softmax)" by J. M. Valverde.
//!
//! # Question
//! What does each activation function do to the signal that passes forwards through it and to
//! the error that comes back?
//!
//! ```text
//! sigmoid  1 / (1 + e^-x)              f' = f (1 - f), at most 1/4
//! ReLU     max(0, x)                   f' = 1 for x > 0, 0 for x < 0
//! LReLU    0.01 x       for x < 0      f' = 0.01   there
//! PReLU    a x          for x < 0      f' = a      there, a learnt from 0.25
//! RReLU    x / a        for x < 0      f' = 1/a    there, a ~ U(3, 8), at test 5.5
//! ELU      e^x - 1      for x < 0      f' = e^x    there
//! softmax  e^z_i / sum_j e^z_j
//! ```
//!
//! # Method
//! The post draws the functions and argues. Here each argument is measured:
//!
//! - [`curves`]: values by the modules that networks use, derivatives by autodiff through them;
//!   the three softmax cases.
//! - [`depth`]: one batch forwards and backwards through a network of 20 layers at its start, for
//!   each activation and seed, with Xavier's and with He's initial weights.
//! - [`slopes`]: what RReLU draws, and PReLU's gradient against the paper's equation.
//! - [`training`]: a short training on two spirals, for the speed of learning and PReLU's slopes.
//!
//! # What came out
//! All that the post says of the functions themselves holds exactly, and the sigmoid's gradient
//! vanishes over 20 layers as it says. What it says of the others depends on a thing that it
//! does not name, the initial weights. With Xavier's, ReLU's backpropagated error shrinks, too,
//! since half of its units pass nothing on (the weights' gradients hide it), ELU is almost
//! linear and learns slowest, and PReLU's slopes grow with depth; with He's, ReLU keeps the
//! error, ELU learns fastest, and the slopes fall. The README has the numbers.

pub mod claims;
pub mod config;
pub mod curves;
pub mod depth;
pub mod figures;
pub mod outcome;
mod reported;
pub mod slopes;
pub mod spirals;
pub mod training;

use burn::tensor::Device;
use retrace_core::activation::{ActivationConfig, PreluConfig, Sharing};
use retrace_core::layer::{Mlp, MlpConfig};
use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Error, Experiment, Loaded, Outcomes, PlannedNetwork, Post,
    Reported, Result, Year,
};

use crate::config::{ActivationsConfig, InitialWeights};
use crate::outcome::{Network, Outcome, Started};

/// The arm of what needs no network.
pub const FUNCTIONS: &str = "functions";

/// The activations, in the post's order: name of the arm, and name in figures.
pub const ACTIVATIONS: [(&str, &str); 6] = [
    ("sigmoid", "sigmoid"),
    ("relu", "ReLU"),
    ("lrelu", "LReLU"),
    ("prelu", "PReLU"),
    ("rrelu", "RReLU"),
    ("elu", "ELU"),
];

/// The activations post.
pub struct Activations;

impl Experiment for Activations {
    const NAME: &'static str = "activations";
    const POST: Post = Post {
        title: "Activation Functions in Deep Learning (Sigmoid, ReLU, LReLU, PReLU, RReLU, ELU, Softmax)",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "What does each activation function do to the signal and to the gradient?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "vanishing-error";
    type Config = ActivationsConfig;
    type Data = ();
    type Outcome = Outcome;

    fn arms(_config: &ActivationsConfig) -> Vec<Arm> {
        let networks = ACTIVATIONS.map(|(name, label)| Arm::new(name, label));
        std::iter::once(Arm::deterministic(FUNCTIONS, "functions"))
            .chain(networks)
            .collect()
    }

    fn load(_: &ActivationsConfig, _: &DataSets) -> Result<Loaded<()>> {
        Ok(Loaded::nothing())
    }

    fn networks(config: &ActivationsConfig, _: &DataSets) -> Result<Vec<PlannedNetwork>> {
        let sizes = [
            ("deep", config.deep_sizes()),
            ("spirals", config.trained_sizes()),
        ];
        let planned = |(name, sizes): (&str, Vec<usize>)| {
            let example = [sizes[0]];
            // Of all the functions the one with a parameter of its own.
            let network = MlpConfig::new(sizes, ActivationConfig::PRELU).init(&Device::flex());
            let network = network.map_err(|error| Error::Other(Box::new(error)))?;
            Ok(PlannedNetwork::new(name, network, &example, Mlp::forward))
        };
        sizes.into_iter().map(planned).collect()
    }

    fn run_cell(config: &ActivationsConfig, _data: &(), cell: &mut Cell) -> Result<Outcome> {
        if cell.arm().name == FUNCTIONS {
            return Ok(Outcome::Functions(Box::new(curves::functions(
                config, cell,
            ))));
        }
        let activation: ActivationConfig = cell
            .arm()
            .name
            .parse()
            .map_err(|error| Error::Other(Box::new(error)))?;
        let network = network(config, activation, cell)?;
        Ok(Outcome::Network(Box::new(network)))
    }

    fn figures(outcomes: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(figures::all(outcomes))
    }

    fn claims(outcomes: &Outcomes<Self>) -> Vec<Claim> {
        claims::all(outcomes)
    }

    fn reported(outcomes: &Outcomes<Self>) -> Vec<Reported> {
        reported::all(outcomes)
    }
}

fn network(
    config: &ActivationsConfig,
    activation: ActivationConfig,
    cell: &mut Cell<'_>,
) -> Result<Network> {
    Ok(Network {
        xavier: started(config, activation, InitialWeights::Xavier, cell)?,
        he: started(config, activation, InitialWeights::He, cell)?,
        drawn_slopes: matches!(activation, ActivationConfig::Rrelu(_))
            .then(|| slopes::drawn(config.rrelu_draws, cell)),
        slope_gradient_deviation: matches!(activation, ActivationConfig::Prelu(_))
            .then(|| slopes::prelu_gradient_deviation(cell)),
    })
}

fn started(
    config: &ActivationsConfig,
    activation: ActivationConfig,
    weights: InitialWeights,
    cell: &mut Cell<'_>,
) -> Result<Started> {
    let [shared, channels] = match weights {
        InitialWeights::Xavier => ["xavier", "xavier-channels"],
        InitialWeights::He => ["he", "he-channels"],
    };
    let mut train =
        |activation, name| training::learn_spirals(config, activation, (weights, name), cell);
    let a_channel = match activation {
        ActivationConfig::Prelu(shared) => Some(ActivationConfig::Prelu(PreluConfig {
            sharing: Sharing::PerChannel,
            ..shared
        })),
        _ => None,
    };
    Ok(Started {
        training: train(activation, shared)?,
        channels: a_channel.map(|a| train(a, channels)).transpose()?,
        signal: depth::signal_at_start(config, activation, weights, cell)?,
    })
}
