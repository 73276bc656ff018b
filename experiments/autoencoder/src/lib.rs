//! The post "Getting my feet wet with Tensorflow" by T. Meyer, 2016.
//!
//! # Question
//! A network of six convolutions is to answer a picture of a circle with the same picture. With
//! the sum of squared differences as its loss it does not train; divided by constants neither; with
//! one over the sum, which rewards being wrong, it "appears to be training", and its answers look
//! like circles. Why?
//!
//! # Method
//! What the author changed one after the other becomes a grid: seven [`loss`]es, two optimizers,
//! the rates that a person tries and those that the loss would need ([`arm`]). All are compared by
//! one number that knows nothing of the loss, the share of the variance of new pictures that the
//! answer leaves ([`score`]): 1 is a network that has learnt nothing, 0 a copy. From inside
//! ([`probe`]), the first hundred steps show what happens: gradients, dead maps, the range of the
//! answers. Then one thing at a time is changed at a sound setting: [`initial`] weights, dropout,
//! the [`network`], the [`data`]. The author's questions for later are asked of the finished
//! networks ([`study`]): do they copy? What do they make of one bright pixel, of squares, of text?
//! How small may a code be? His first attempt, a dense layer from brightness to colour, is run at a
//! size that fits into memory; [`plan`] says why not at his.
//!
//! # What came out
//! README.md of this crate, with the numbers.

pub mod arm;
pub mod choice;
mod claims;
pub mod config;
pub mod data;
mod figures;
pub mod film;
pub mod initial;
pub mod loss;
pub mod network;
mod notice;
pub mod outcome;
pub mod plan;
pub mod probe;
mod reported;
pub mod score;
pub mod study;
pub mod training;

use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Experiment, Loaded, Outcomes, PlannedNetwork, Post,
    Reported, Result, Year,
};

use crate::config::AutoencoderConfig;
use crate::data::Scenes;
use crate::outcome::Outcome;
use crate::study::Study;

/// The circle autoencoder post.
pub struct Autoencoder;

impl Experiment for Autoencoder {
    const NAME: &'static str = "autoencoder";
    const POST: Post = Post {
        title: "Getting my feet wet with Tensorflow",
        author: "T. Meyer",
        year: Year::Known(2016),
        link: "",
        question: "Why does a sum of squares not train, and its inverse does?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "film";
    type Config = AutoencoderConfig;
    type Data = Scenes;
    type Outcome = Outcome;

    fn arms(config: &AutoencoderConfig) -> Vec<Arm> {
        arm::all(config)
    }

    fn load(config: &AutoencoderConfig, sets: &DataSets) -> Result<Loaded<Scenes>> {
        data::load(config, sets)
    }

    fn notice(config: &AutoencoderConfig) -> Option<String> {
        Some(notice::text(config))
    }

    fn networks(config: &AutoencoderConfig, _sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        Ok(network::planned(config))
    }

    fn run_cell(config: &AutoencoderConfig, scenes: &Scenes, cell: &mut Cell) -> Result<Outcome> {
        Study::of(config, scenes, cell)?.run(cell)
    }

    fn figures(outcomes: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(figures::all(outcomes))
    }

    fn claims(outcomes: &Outcomes<Self>) -> Vec<Claim> {
        claims::all(outcomes)
    }

    fn reported(_outcomes: &Outcomes<Self>) -> Vec<Reported> {
        reported::all()
    }
}
