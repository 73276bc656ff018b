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
//! - [`functions`]: values by the modules that networks use, derivatives by autodiff through them;
//!   [`softmax`]: its three cases.
//! - [`vanishing`], [`activity`]: one batch forwards and backwards through a network of 20 layers at
//!   its start ([`depth`]), for each activation and seed, with Xavier's and with He's initial weights.
//! - [`learning`]: a short [`training`] on two spirals.
//! - [`slopes`]: what RReLU draws, PReLU's gradient against the paper's equation, what PReLU learns.
//!
//! # What came out
//! All that the post says of the functions themselves holds exactly, and the sigmoid's gradient
//! vanishes over 20 layers as it says. What it says of the others depends on a thing that it
//! does not name, the initial weights. With Xavier's, ReLU's backpropagated error shrinks, too,
//! since half of its units pass nothing on (the weights' gradients hide it), ELU is almost
//! linear and learns slowest, and PReLU's slopes grow with depth; with He's, ReLU keeps the
//! error, ELU learns fastest, and the slopes fall. The README has the numbers.

pub mod activity;
pub mod config;
pub mod depth;
mod explorable;
pub mod functions;
pub mod learning;
pub mod networks;
pub mod slopes;
pub mod softmax;
pub mod spirals;
pub mod training;
pub mod vanishing;

use burn::tensor::Device;
use retrace_core::activation::ActivationConfig;
use retrace_core::layer::{Mlp, MlpConfig};
use retrace_inspect::{Planned, Summary};
use retrace_lab::{
    BlogPost, DataSets, Error, Experiment, Explorable, Loaded, PlannedNetwork, Reported, Result,
    Results, Sources, Studies, Year, sources,
};

use crate::config::ActivationsConfig;
use crate::functions::Functions;
use crate::networks::Networks;

// Thresholds of claims were fixed before the first run; that each claim about learning is asked for
// both initial weights was decided when Xavier's had answered.
const POST: &str = "the post";
const XU: &str = "the post, after Xu et al. 2015";

/// Relative rounding of a function or gradient computed in 32 bits.
const ROUNDING: f64 = 1e-5;

/// The largest of `values`; NaN of nothing, so that an exact claim without data fails.
fn largest(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(f64::NAN, f64::max)
}

/// The activations post.
pub struct Activations;

impl Experiment for Activations {
    const NAME: &'static str = "activations";
    const POST: BlogPost = BlogPost {
        title: "Activation Functions in Deep Learning (Sigmoid, ReLU, LReLU, PReLU, RReLU, ELU, Softmax)",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "What does each activation function do to the signal and to the gradient?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "vanishing-error";
    const SOURCES: Sources = sources![
        functions, softmax, networks, vanishing, activity, learning, slopes
    ];
    const PAPERS: &'static [(&'static str, &'static str)] = &[
        ("He 2015", "PReLU and its gradient, initial weights"),
        ("Xu 2015", "RReLU"),
        ("Clevert 2016", "ELU"),
        ("Glorot 2010", "initial weights"),
    ];
    type Config = ActivationsConfig;
    type Data = ();

    fn load(_: &ActivationsConfig, _: &DataSets) -> Result<Loaded<()>> {
        Ok(Loaded::nothing())
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Functions>()
            .and(softmax::figures, softmax::claims)
            .with::<Networks>()
            .and(vanishing::figures, vanishing::claims)
            .and(activity::figures, activity::claims)
            .and(learning::figures, learning::claims)
            .and(slopes::figures, slopes::claims)
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
            let planned = Planned::new(network, &example, Mlp::forward);
            Ok(PlannedNetwork::new(
                name,
                planned.parameters(),
                move |batch| planned.summary(batch),
                Summary::to_svg,
            ))
        };
        sizes.into_iter().map(planned).collect()
    }

    fn reported(results: &Results<Self>) -> Vec<Reported> {
        let mut rows = softmax::reported(results);
        rows.extend(slopes::reported(results));
        rows.extend(activity::reported(results));
        rows
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}
