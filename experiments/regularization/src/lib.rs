//! The post "Difference between L1 and L2 regularization, implementation and visualization in
//! Tensorflow" by J. M. Valverde.
//!
//! # Question
//! What do the penalties of the lasso (L1) and of ridge regression (L2) do to the weights of a
//! network, to its error, and to its patience with outliers?
//!
//! The post fits 50 [`points`] of a noisy line, ten of them lifted, with a [`network`] 1-10-10-10-1
//! without activation functions, one point per step:
//!
//! ```text
//! cost(x, y) = |f(x) - y| + P(w)
//! L1   P = lambda sum |w|           L2   P = lambda sum w^2 / 2        lambda = 0.3
//! ```
//!
//! # Method
//! The author's settings over many seeds, paired: all arms of a seed start from the same weights
//! ([`training`]). Beyond the post: an elastic net, smaller steps, pruning by computation, sizes of
//! outliers, cross-validation over lambda, and lines that need no training ([`oracle`]). Without
//! activation functions the network *is* a line, and the oracle derives what its cost asks of it.
//!
//! The questions: [`penalties`], [`total_errors`], [`weights`], [`pruning`], [`outliers`],
//! [`cross_validation`], [`lines`].
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod config;
pub mod cross_validation;
mod explorable;
pub mod lines;
pub mod network;
pub mod oracle;
pub mod outliers;
pub mod penalties;
pub mod points;
pub mod pruning;
pub mod total_errors;
pub mod training;
pub mod weights;

use burn::tensor::Device;
use retrace_core::layer::Mlp;
use retrace_inspect::{Planned, Summary};
use retrace_lab::{
    BlogPost, DataSets, Experiment, Explorable, Loaded, PlannedNetwork, Reported, Result, Results,
    Sources, Studies, Year, sources,
};

use crate::config::Config;
use crate::cross_validation::CrossValidation;
use crate::lines::Lines;
use crate::outliers::Outliers;
use crate::points::Source;
use crate::pruning::Pruning;
use crate::training::Trainings;

const POST: &str = "the post";
const OURS: &str = "beyond the post";
const ERROR_UNIT: &str = "units of y, over the test points";

/// The post about L1 and L2.
pub struct Regularization;

impl Experiment for Regularization {
    const NAME: &'static str = "regularization";
    const POST: BlogPost = BlogPost {
        title: "Difference between L1 and L2 regularization, implementation and visualization in \
                Tensorflow",
        author: "J. M. Valverde",
        year: Year::About(2016),
        link: "https://laid.delanover.com",
        question: "What do L1 and L2 do to the weights, the error and the outliers of a network?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "near-zero";
    const SOURCES: Sources = sources![
        training,
        penalties,
        total_errors,
        weights,
        pruning,
        outliers,
        cross_validation,
        lines
    ];
    const PAPERS: &'static [(&'static str, &'static str)] = &[("Glorot 2010", "initial weights")];
    type Config = Config;
    type Data = Source;

    fn load(config: &Config, _: &DataSets) -> Result<Loaded<Source>> {
        points::load(config)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Trainings>()
            .drawn(penalties::figures)
            .and(total_errors::figures, total_errors::claims)
            .and(weights::figures, weights::claims)
            .with::<Pruning>()
            .with::<Outliers>()
            .with::<CrossValidation>()
            .with::<Lines>()
    }

    fn networks(config: &Config, _: &DataSets) -> Result<Vec<PlannedNetwork>> {
        let sizes = config.sizes();
        let fresh = network::network(&sizes, &Device::flex())?;
        let planned = Planned::new(fresh, &sizes[..1], Mlp::forward);
        Ok(vec![PlannedNetwork::new(
            "line",
            planned.parameters(),
            move |batch| planned.summary(batch),
            Summary::to_svg,
        )])
    }

    fn reported(results: &Results<Self>) -> Vec<Reported> {
        let totals = total_errors::reported(results);
        totals.chain(pruning::reported(results)).collect()
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}
