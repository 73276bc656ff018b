//! The post "Debugging a Keras Neural Network" by J. M. Valverde.
//!
//! # Question
//! What is inside a network, layer by layer, and is it what one computes by hand?
//!
//! # Method
//! The post's [`network`] on the first image of MNIST's training file. `retrace-inspect` shows what
//! the post gets from `K.function`: [`record`](retrace_inspect::record()) keeps named values of a
//! direct forward pass, in training as in testing, and
//! [`Trace::values`](retrace_inspect::Trace::values) runs the recorded graph again up to any
//! operation, without a change to the network. Five arms ([`arm`]):
//!
//! - `summary`: layers, shapes and parameters, beside what Keras printed ([`post`]).
//! - `ones`: all weights one, no biases; six checks by hand, on one map as all are equal
//!   ([`hand::Ones`]).
//! - `split`: weights and biases of the layers' own and an activation function that stands apart;
//!   values before and after it, and the whole network by hand ([`hand::Weights`]).
//! - `trained`: the same after a short [`training`], for feature maps, weights and kernels.
//! - `phases`: dropout and batch normalization ([`phased`]) in training and in testing, and layers
//!   that do not differ, each [alone](stage::Stage::alone) on the same input.
//!
//! By hand means loops over numbers of 64 bits ([`hand`], [`norm`]), which share nothing with Burn.
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod arm;
mod claims;
pub mod config;
pub mod data;
mod figures;
pub mod hand;
pub mod network;
pub mod norm;
pub mod outcome;
pub mod phased;
pub mod post;
mod reported;
pub mod stage;
pub mod study;
pub mod training;

use burn::tensor::Device;
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Experiment, Loaded, Outcomes, PlannedNetwork, Post,
    Reported, Result, Year,
};

use crate::config::DebuggingConfig;
use crate::network::{Network, NetworkConfig};
use crate::outcome::Outcome;

/// The debugging post.
pub struct Debugging;

impl Experiment for Debugging {
    const NAME: &'static str = "debugging";
    const POST: Post = Post {
        title: "Debugging a Keras Neural Network",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "What is inside a network, layer by layer, and is it what one computes by hand?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "ones";
    type Config = DebuggingConfig;
    type Data = Digits;
    type Outcome = Outcome;

    fn arms(_config: &DebuggingConfig) -> Vec<Arm> {
        arm::all()
    }

    /// The values of all layers for a batch are kept: 360 MB were measured on the twin, and MNIST
    /// takes 55 more.
    fn memory(_config: &DebuggingConfig) -> u64 {
        600 << 20
    }

    fn load(config: &DebuggingConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
        data::load(config, sets)
    }

    fn networks(_config: &DebuggingConfig, _sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        let fresh = NetworkConfig::keras().init(&Device::flex());
        let image = [1, DIGIT_SIDE, DIGIT_SIDE];
        Ok(vec![PlannedNetwork::new(
            "post",
            fresh,
            &image,
            Network::forward,
        )])
    }

    fn run_cell(config: &DebuggingConfig, digits: &Digits, cell: &mut Cell) -> Result<Outcome> {
        study::run(config, digits, cell)
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
