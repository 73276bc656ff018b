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
//! operation, without a change to the network ([`values`]). The questions:
//!
//! - [`layers`]: layers, shapes and parameters, beside what Keras printed.
//! - [`ones`]: all weights one, no biases; six checks by hand, on one map as all are equal.
//! - [`split`]: weights and biases of the layers' own and an activation function that stands apart;
//!   values before and after it, and the whole network by hand.
//! - [`training`]: the same after a short training, and the feature maps; [`weights`] before and
//!   after it.
//! - [`phases`]: dropout and batch normalization in training and in testing, and layers that do not
//!   differ, each stage of [`phased`] alone on the same input.
//!
//! By hand means loops over numbers of 64 bits ([`hand`]), which share nothing with Burn.
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod config;
mod drawing;
mod explorable;
pub mod hand;
pub mod layers;
pub mod network;
pub mod ones;
pub mod phased;
pub mod phases;
pub mod split;
pub mod training;
pub mod values;
pub mod weights;

use burn::tensor::Device;
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_inspect::{Planned, Summary};
use retrace_lab::{
    BlogPost, Claim, DataSets, Error, Experiment, Explorable, Loaded, PlannedNetwork, Reported,
    Result, Results, Sources, Statement, Studies, Year, digits, sources,
};

use crate::config::DebuggingConfig;
use crate::layers::Layers;
use crate::network::{Network, NetworkConfig};
use crate::ones::AllOnes;
use crate::phases::BothPhases;
use crate::split::SplitOff;
use crate::training::Training;

const POST: &str = "the post";
const OURS: &str = "ours, beside the post";

/// The debugging post.
pub struct Debugging;

impl Experiment for Debugging {
    const NAME: &'static str = "debugging";
    const POST: BlogPost = BlogPost {
        title: "Debugging a Keras Neural Network",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "What is inside a network, layer by layer, and is it what one computes by hand?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "ones";
    const SOURCES: Sources = sources![layers, ones, split, training, weights, phases];
    const PAPERS: &'static [(&'static str, &'static str)] =
        &[("Ioffe 2015", "layers that differ in training and testing")];
    const FROZEN_ARMS: &'static [&'static str] = &["trained"];
    type Config = DebuggingConfig;
    type Data = Digits;

    /// MNIST or its synthetic twin, in which the digit that is looked at must be there.
    fn load(config: &DebuggingConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
        let loaded = digits::load(sets, config.twin(), &config.own)?;
        let images = loaded.data.validation.len();
        if config.image >= images {
            return Err(Error::Usage(format!(
                "there is no image {} to look at: --image takes 0 to {}",
                config.image,
                images - 1
            )));
        }
        Ok(loaded)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Layers>()
            .with::<AllOnes>()
            .with::<SplitOff>()
            .with::<Training>()
            .drawn(weights::figures)
            .with::<BothPhases>()
    }

    /// The values of all layers for a batch are kept: 360 MB were measured on the twin, and MNIST
    /// takes 55 more.
    fn memory(_: &DebuggingConfig) -> u64 {
        600 << 20
    }

    fn networks(_: &DebuggingConfig, _: &DataSets) -> Result<Vec<PlannedNetwork>> {
        let fresh = NetworkConfig::keras().init(&Device::flex());
        let image = [1, DIGIT_SIDE, DIGIT_SIDE];
        let planned = Planned::new(fresh, &image, Network::forward);
        Ok(vec![PlannedNetwork::new(
            "post",
            planned.parameters(),
            move |batch| planned.summary(batch),
            Summary::to_svg,
        )])
    }

    fn reported(results: &Results<Self>) -> Vec<Reported> {
        layers::reported(results)
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}

/// The claim that no value is above `limit`; undecided where one is not a number, and where there
/// are none.
fn none_above(statement: Statement, limit: f64, found: impl IntoIterator<Item = f64>) -> Claim {
    let found: Vec<f64> = found.into_iter().collect();
    let largest = values::largest(found.iter().copied()).unwrap_or(f64::NAN);
    statement.largest_is_at_most(limit, largest, found.len())
}

/// A failure to look into a network.
fn failed(error: retrace_inspect::Error) -> Error {
    Error::Other(Box::new(error))
}
