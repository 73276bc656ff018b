//! The post "Informal review on Randomized Leaky ReLU (RReLU) in Tensorflow" by J. M. Valverde.
//!
//! # Question
//! Is a random slope on the negative side any better than none, with and without batch
//! normalisation?
//!
//! ```text
//! ReLU     max(0, x)
//! LReLU    x / a      for x < 0        a = 100, and the paper's "very leaky" a = 5.5
//! PReLU    s x        for x < 0        s learnt from 1/4
//! ELU      e^x - 1    for x < 0
//! RReLU    x / a      for x < 0        a ~ U(3, 8) for each element, at test 5.5: the paper
//!          a x        for x < 0        a ~ U(3, 8) for the layer,    at test 5.5: the post's code
//!          x / a      for x < 0        a ~ U(3, 8) for the layer,    at test 5.5: between the two
//! ```
//!
//! The post describes the paper's function (Xu et al. 2015) and runs another one: its code
//! multiplies by what the paper divides by. So a negative input does not fade but grows, three to
//! eight times. That its verdict, RReLU among the worst, is about the paper's function is open;
//! all readings are run here.
//!
//! # Method
//! The post's [`network`], a perceptron 784-1024-128-10, learns MNIST in the order of the file
//! ([`order`]), with each activation function, plain and normalised: sixteen arms ([`arm`]). A seed
//! gives all arms the same initial weights, so that differences are paired. Each cell trains twice
//! ([`study`]): on all images as the post does, and on few, where networks overfit, which is what
//! RReLU was made against. [`ranking`] says what "among the worst" means.
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod arm;
mod claims;
pub mod config;
pub mod evaluation;
mod figures;
pub mod network;
pub mod order;
pub mod outcome;
pub mod ranking;
mod reported;
pub mod slopes;
pub mod study;
pub mod training;

use retrace_data::Digits;
use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Experiment, Loaded, Outcomes, PlannedNetwork, Post,
    Reported, Result, Year, digits,
};

use crate::config::RreluConfig;
use crate::outcome::Outcome;
use crate::study::Study;

/// The RReLU post.
pub struct Rrelu;

impl Experiment for Rrelu {
    const NAME: &'static str = "rrelu";
    const POST: Post = Post {
        title: "Informal review on Randomized Leaky ReLU (RReLU) in Tensorflow",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "Is a random negative slope any better than none?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "ranking";
    type Config = RreluConfig;
    type Data = Digits;
    type Outcome = Outcome;

    fn arms(_config: &RreluConfig) -> Vec<Arm> {
        arm::all()
    }

    fn load(config: &RreluConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
        digits::load(sets, config.twin())
    }

    fn networks(config: &RreluConfig, _sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        study::networks(config)
    }

    fn run_cell(config: &RreluConfig, digits: &Digits, cell: &mut Cell) -> Result<Outcome> {
        let arm = cell.arm().name.clone();
        Study::of(config, digits, &arm)?.run(cell)
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
