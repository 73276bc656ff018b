//! The post "How to freeze a graph in Tensorflow" by J. M. Valverde.
//!
//! # Question
//! Is one frozen file all that is needed to use a network, and does it give the same answers?
//!
//! # Method
//! The post saves the structure of a graph and its weights, combines both into one file with a
//! tool, and loads that file without the code that built the graph. Here a small [`network`] learns
//! digits, and [`retrace_inspect::freeze`] makes an ONNX file of it; the file is taken apart into
//! structure and weights, joined again, and run by another program's runtime (`rten`) beside the
//! original on test images ([`study`]). Two [arms](arm): a plain network, and one with parts that
//! only training needs and activation functions under other names in ONNX.
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod arm;
mod claims;
pub mod config;
mod figures;
pub mod network;
pub mod outcome;
pub mod study;
pub mod training;

use burn::tensor::Device;
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Experiment, Loaded, Outcomes, PlannedNetwork, Post,
    Result, Year, digits,
};

use crate::arm::Kind;
use crate::config::FreezingConfig;
use crate::network::Network;
use crate::outcome::Outcome;
use crate::study::Study;

/// The post about freezing.
pub struct Freezing;

impl Experiment for Freezing {
    const NAME: &'static str = "freezing";
    const POST: Post = Post {
        title: "How to freeze a graph in Tensorflow",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "Is one frozen file all that a network needs?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "differences";
    type Config = FreezingConfig;
    type Data = Digits;
    type Outcome = Outcome;

    fn arms(_config: &FreezingConfig) -> Vec<Arm> {
        arm::all()
    }

    fn load(config: &FreezingConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
        digits::load(sets, config.twin())
    }

    fn networks(_config: &FreezingConfig, _sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        let planned = |kind: Kind| {
            let fresh = Network::new(kind, &Device::flex());
            PlannedNetwork::new(
                kind.name(),
                fresh,
                &[1, DIGIT_SIDE, DIGIT_SIDE],
                Network::forward,
            )
        };
        Ok(Kind::ALL.map(planned).into())
    }

    fn run_cell(config: &FreezingConfig, digits: &Digits, cell: &mut Cell) -> Result<Outcome> {
        let arm = cell.arm().name.clone();
        Study::of(config, digits, &arm)?.run(cell)
    }

    fn figures(outcomes: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(figures::all(outcomes))
    }

    fn claims(outcomes: &Outcomes<Self>) -> Vec<Claim> {
        claims::all(outcomes)
    }
}
