//! The post "Colorizing black and white images using Deep Learning (Tensorflow)" by J. M. Valverde.
//!
//! # Question
//! Can a small network learn to colour black and white photographs?
//!
//! After Zhang, Isola & Efros 2016 ("Colorful Image Colorization"), colouring is classification:
//! the plane of a and b is cut into bins, and the network gives each pixel a distribution over the Q
//! bins that the data use.
//!
//! ```text
//! loss   - sum_pixels w sum_q t_q log softmax(x)_q     t the target, w the weight of its colour
//! w_q    1 / ((1 - lambda) p_q + lambda / Q)           scaled so that sum_q p_q w_q = 1
//! colour sum_q f_T(z)_q centre_q                       f_T: z to the power 1/T, scaled to sum 1
//! ```
//!
//! # Method
//! [`data`] are 2,688 photographs of outdoor scenes, or drawn ones ([`twin`]); [`bins`] the colours,
//! their targets and weights; [`network`] eight convolutions on [`patches`] of 32x32 pixels.
//!
//! The author's code differs from the text in four places: all steps of an epoch see the same 32
//! patches, the weights are made of counts in place of shares, the last layer reads what the seventh
//! gives before its ReLU, and the colour is the plain mean (T = 1). Each of the first three is an arm
//! of its own ([`arm`]), all four together are "as written"; the author's "a bit random" results are
//! asked of them. Other arms leave the weights out, learn a
//! and b by a Euclidean loss, take Zhang's targets, or see forests only.
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod arm;
pub mod batch;
pub mod bins;
mod claims;
pub mod colouring;
pub mod config;
pub mod counting;
pub mod data;
pub mod evaluation;
mod figures;
pub mod loss;
pub mod metrics;
pub mod model_file;
pub mod network;
pub mod outcome;
pub mod patches;
mod reported;
pub mod study;
pub mod tools;
pub mod training;
pub mod twin;

use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Error, Experiment, Loaded, Outcomes, PlannedNetwork, Post,
    Reported, Result, Year,
};

use crate::arm::{COLOURS, Setup};
use crate::config::ColorizationConfig;
use crate::data::Scenes;
use crate::outcome::Outcome;
use crate::study::{Study, count_colours};

/// The colorization post.
pub struct Colorization;

impl Experiment for Colorization {
    const NAME: &'static str = "colorization";
    const POST: Post = Post {
        title: "Colorizing black and white images using Deep Learning (Tensorflow)",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "Can a small network learn to colour black and white photographs?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "gallery";
    type Config = ColorizationConfig;
    type Data = Scenes;
    type Outcome = Outcome;

    fn arms(_config: &ColorizationConfig) -> Vec<Arm> {
        arm::all()
    }

    /// A step, and the photographs as bytes of RGB: 620 MB at `post`, where 530 were measured.
    fn memory(config: &ColorizationConfig) -> u64 {
        let photographs = config.pictures.saturating_add(config.test_pictures) as u64;
        (250 << 20) + photographs.saturating_mul(3 * (config.side * config.side) as u64)
    }

    fn load(config: &ColorizationConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
        data::load(config, sets)
    }

    fn networks(config: &ColorizationConfig, sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        study::networks(config, &data::load(config, sets)?.data)
    }

    fn run_cell(config: &ColorizationConfig, scenes: &Scenes, cell: &mut Cell) -> Result<Outcome> {
        let arm = cell.arm().name.clone();
        if arm == COLOURS {
            return count_colours(config, scenes, cell);
        }
        let setup = Setup::of(&arm);
        let setup = setup.ok_or_else(|| Error::Usage(format!("there is no arm {arm}")))?;
        Study::new(config, scenes, setup)?.run(cell)
    }

    fn figures(outcomes: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        figures::all(outcomes)
    }

    fn claims(outcomes: &Outcomes<Self>) -> Vec<Claim> {
        claims::all(outcomes)
    }

    fn reported(outcomes: &Outcomes<Self>) -> Vec<Reported> {
        reported::all(outcomes)
    }
}
