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
//! original on test images ([`frozen`]). Two arms: a plain network, and one with parts that
//! only training needs and activation functions under other names in ONNX.
//!
//! The questions: [`contents`], [`agreement`], [`times`].
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod agreement;
pub mod config;
pub mod contents;
mod explorable;
pub mod frozen;
pub mod network;
pub mod times;

use burn::tensor::Device;
use retrace_data::{DIGIT_SIDE, Digits};
use retrace_inspect::{Planned, Summary};
use retrace_lab::{
    Arm, BlogPost, DataSets, Experiment, Explorable, Loaded, PlannedNetwork, Result, Results,
    Sources, Studies, Year, digits, sources,
};

use crate::config::FreezingConfig;
use crate::frozen::FrozenNetworks;
use crate::network::{Kind, Network};

const POST: &str = "the post";
const OURS: &str = "ours, to explain the post";

/// The post about freezing.
pub struct Freezing;

impl Experiment for Freezing {
    const NAME: &'static str = "freezing";
    const POST: BlogPost = BlogPost {
        title: "How to freeze a graph in Tensorflow",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "Is one frozen file all that a network needs?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "differences";
    const SOURCES: Sources = sources![frozen, contents, agreement, times];
    const FROZEN_ARMS: &'static [&'static str] = &["plain", "full"];
    type Config = FreezingConfig;
    type Data = Digits;

    fn load(config: &FreezingConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
        digits::load(sets, config.twin(), &config.own)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<FrozenNetworks>()
            .and(contents::figures, contents::claims)
            .and(agreement::figures, agreement::claims)
            .drawn(times::figures)
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }

    fn networks(config: &FreezingConfig, _: &DataSets) -> Result<Vec<PlannedNetwork>> {
        let classes = config.own.classes()?;
        let planned = |kind: Kind| {
            let fresh = Network::new(kind, classes, &Device::flex());
            let shape = [1, DIGIT_SIDE, DIGIT_SIDE];
            let planned = Planned::new(fresh, &shape, Network::forward);
            PlannedNetwork::new(
                kind.name(),
                planned.parameters(),
                move |batch| planned.summary(batch),
                Summary::to_svg,
            )
        };
        Ok(Kind::ALL.map(planned).into())
    }
}
