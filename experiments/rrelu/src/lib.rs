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
//! ([`training`]): on all images as the post does, and on few, where networks overfit, which is what
//! RReLU was made against. The questions: [`curves`], [`test_error`], [`ranking`], [`overfitting`],
//! [`slopes`], [`activity`].
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod activity;
pub mod arm;
pub mod config;
pub mod curves;
mod explorable;
pub mod network;
pub mod order;
pub mod overfitting;
pub mod ranking;
pub mod slopes;
pub mod test_error;
pub mod training;

use retrace_data::Digits;
use retrace_lab::{
    BlogPost, DataSets, Experiment, Explorable, Loaded, PlannedNetwork, Reported, Result, Results,
    Sources, Studies, Year, digits, sources,
};

use crate::config::RreluConfig;
use crate::training::Trainings;

const POST: &str = "the post";
const OURS: &str = "ours, to explain the post";

/// Accuracies count as equal within this: on 10,000 images a share of 0.98 has a standard error
/// of 0.0014. This and all thresholds of claims were fixed before the first run.
const NEGLIGIBLE: f64 = 0.002;

/// The RReLU post.
pub struct Rrelu;

impl Experiment for Rrelu {
    const NAME: &'static str = "rrelu";
    const POST: BlogPost = BlogPost {
        title: "Informal review on Randomized Leaky ReLU (RReLU) in Tensorflow",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "Is a random negative slope any better than none?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "ranking";
    const SOURCES: Sources = sources![
        training,
        curves,
        test_error,
        ranking,
        overfitting,
        slopes,
        activity
    ];
    const PAPERS: &'static [(&'static str, &'static str)] = &[
        ("He 2015", "PReLU"),
        ("Xu 2015", "RReLU as described, and the slope 1/5.5"),
        ("Clevert 2016", "ELU"),
        ("Glorot 2010", "initial weights"),
        ("Ioffe 2015", "half of its networks"),
    ];
    const FROZEN_ARMS: &'static [&'static str] = &[
        "relu",
        "lrelu",
        "prelu",
        "rrelu",
        "rrelu-as-written",
        "elu",
        "prelu+bn",
        "elu+bn",
    ];
    type Config = RreluConfig;
    type Data = Digits;

    fn load(config: &RreluConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
        digits::load(sets, config.twin(), &config.own)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Trainings>()
            .drawn(curves::figures)
            .and(test_error::figures, test_error::claims)
            .and(ranking::figures, ranking::claims)
            .and(overfitting::figures, overfitting::claims)
            .drawn(slopes::figures)
            .and(activity::figures, activity::claims)
    }

    fn networks(config: &RreluConfig, _: &DataSets) -> Result<Vec<PlannedNetwork>> {
        training::networks(config)
    }

    /// The post reports MNIST; beside one's own images its numbers say nothing.
    fn reported(results: &Results<Self>) -> Vec<Reported> {
        if results.config().own.images_file.is_some() {
            return Vec::new();
        }
        let slopes = slopes::reported(results);
        slopes.chain(ranking::reported(results)).collect()
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}
