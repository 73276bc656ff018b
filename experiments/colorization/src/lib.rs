//! Colouring black and white photographs: "Colorizing black and white images using Deep Learning
//! (Tensorflow)" by J. M. Valverde.
//!
//! **Question.** Can a small network learn to colour black and white photographs?
//!
//! **The post**, after Zhang, Isola & Efros 2016 ("Colorful Image Colorization"): colouring is
//! classification. The plane of a and b is cut into bins, and the network gives each pixel a
//! distribution over the Q bins that the data use.
//!
//! ```text
//! loss   - sum_pixels w sum_q t_q log softmax(x)_q     t the target, w the weight of its colour
//! w_q    1 / ((1 - lambda) p_q + lambda / Q)           scaled so that sum_q p_q w_q = 1
//! colour sum_q f_T(z)_q centre_q                       f_T: z to the power 1/T, scaled to sum 1
//! ```
//!
//! **Method here.** [`data`] are 2,688 photographs of outdoor scenes, or drawn ones ([`twin`]);
//! [`bins`] the colours, their targets and weights; [`network`] eight convolutions on [`patches`] of
//! 32x32 pixels, trained in [`training`], measured on whole pictures in [`evaluation`].
//!
//! The author's code differs from the text in four places: all steps of an epoch see the same 32
//! patches, the weights are made of counts in place of shares, the last layer reads what the seventh
//! gives before its ReLU, and the colour is the plain mean (T = 1). Each of the first three is an arm
//! of its own ([`arm`]), all four together are "as written". Other arms leave the weights out, learn
//! a and b by a Euclidean loss, take Zhang's targets, or see forests only.
//!
//! **The questions**: [`colours`] of the data, [`learning`], the [`objective`], the [`temperature`],
//! and the author's "a bit random" results ([`as_written`]).
//!
//! **What came out**: README.md of this crate, with the numbers.

pub mod arm;
pub mod as_written;
pub mod bins;
pub mod colouring;
pub mod colours;
pub mod config;
pub mod data;
pub mod evaluation;
mod explorable;
pub mod learning;
pub mod loss;
pub mod metrics;
pub mod model_file;
pub mod network;
pub mod objective;
pub mod patches;
pub mod pictures;
pub mod temperature;
pub mod tools;
pub mod training;
pub mod twin;

use retrace_lab::{
    BlogPost, DataSets, Experiment, Explorable, Loaded, PlannedNetwork, Reported, Result, Results,
    Sources, Studies, Year, sources,
};

use colours::Colours;
use config::ColorizationConfig;
use data::Scenes;
use training::Training;

/// The colorization post.
pub struct Colorization;

impl Experiment for Colorization {
    const NAME: &'static str = "colorization";
    const POST: BlogPost = BlogPost {
        title: "Colorizing black and white images using Deep Learning (Tensorflow)",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "Can a small network learn to colour black and white photographs?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "gallery";
    const SOURCES: Sources = sources![
        colours,
        training,
        learning,
        objective,
        temperature,
        as_written
    ];
    const PAPERS: &'static [(&'static str, &'static str)] = &[
        (
            "Zhang 2016",
            "targets, class weights, the annealed mean, and the measures",
        ),
        ("Lavin 2016", "the convolutions of its training steps"),
    ];
    const FROZEN_ARMS: &'static [&'static str] = &["as-described", "as-written", "euclidean"];

    type Config = ColorizationConfig;
    type Data = Scenes;

    fn load(config: &ColorizationConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
        data::load(config, sets)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Colours>()
            .with::<Training>()
            .and(learning::figures, learning::claims)
            .and(objective::figures, objective::claims)
            .and(temperature::figures, temperature::claims)
            .and(as_written::figures, as_written::claims)
    }

    /// A step, and the photographs as bytes of RGB: 620 MB at `post`, where 530 were measured.
    fn memory(config: &ColorizationConfig) -> u64 {
        let photographs = config.pictures.saturating_add(config.test_pictures) as u64;
        (250 << 20) + photographs.saturating_mul(3 * (config.side * config.side) as u64)
    }

    fn networks(config: &ColorizationConfig, sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        training::networks(config, sets)
    }

    fn reported(results: &Results<Self>) -> Vec<Reported> {
        colours::reported(results)
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}

// Sources of claims. Thresholds were fixed before the first run on photographs.
const POST: &str = "the post";
const PAPER: &str = "the post, after Zhang et al. 2016";
const OURS: &str = "ours, to explain the post";
