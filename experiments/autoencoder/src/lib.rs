//! The post "Getting my feet wet with Tensorflow" by T. Meyer, 2016.
//!
//! # Question
//! A network of six convolutions is to answer a picture of a circle with the same picture. With
//! the sum of squared differences as its loss it does not train; divided by constants neither; with
//! one over the sum, which rewards being wrong, it "appears to be training", and its answers look
//! like circles. Why?
//!
//! # Method
//! What the author changed one after the other becomes a grid: six [`loss`]es, two optimizers,
//! the rates that a person tries and those that the loss would need ([`arm`]). All are compared by
//! one number that knows nothing of the loss, the share of the variance of new pictures that the
//! answer leaves ([`score`]): 1 is a network that has learnt nothing, 0 a copy. From `inside`,
//! the first hundred steps show what happens: gradients, dead maps, the range of the answers. Then
//! one thing at a time is changed at a baseline (`variants`): [`initial`] weights, dropout, the
//! [`network`], the [`data`]. The author's questions for later are asked of the finished networks:
//! are they `copying`? How small may a code be (`architectures`)? His [`first_attempt`], a dense
//! layer from brightness to colour, is run at a size that fits into memory; [`plan`] says why not
//! at his.
//!
//! Of most claims the statistic is the share that is left, at most 1. *Trains* is below 0.5, *does
//! not train* above 0.9. Where the post tried several learning rates, the best of them is taken, by
//! the training pictures ([`rates`]).
//!
//! # What came out
//! README.md of this crate, with the numbers.

mod architectures;
pub mod arm;
pub mod config;
mod copying;
pub mod data;
mod explorable;
pub mod first_attempt;
pub mod initial;
mod inside;
mod inverse;
pub mod loss;
mod losses;
pub mod network;
mod pictures;
pub mod plan;
pub mod probe;
pub mod rates;
pub mod scenes;
pub mod score;
pub mod training;
mod variants;

use retrace_lab::{
    BlogPost, DataSets, Experiment, Explorable, Loaded, PlannedNetwork, Reported, Result, Results,
    Sources, Studies, Study, Year, sources,
};

use crate::arm::Settings;
use crate::config::Config;
use crate::first_attempt::FirstAttempt;
use crate::scenes::Scenes;
use crate::training::Training;

/// The circle autoencoder post.
pub struct Autoencoder;

/// The outcomes of all its cells.
type All = Results<Autoencoder>;

impl Experiment for Autoencoder {
    const NAME: &'static str = "autoencoder";
    const POST: BlogPost = BlogPost {
        title: "Getting my feet wet with Tensorflow",
        author: "T. Meyer",
        year: Year::Known(2016),
        link: "",
        question: "Why does a sum of squares not train, and its inverse does?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "film";
    const SOURCES: Sources = sources![
        training,
        pictures,
        losses,
        rates,
        inside,
        inverse,
        variants,
        architectures,
        copying,
        first_attempt
    ];
    const PAPERS: &'static [(&'static str, &'static str)] = &[
        ("He 2015", "one of the initial weights"),
        ("Lavin 2016", "the convolutions of its training steps"),
    ];
    const FROZEN_ARMS: &'static [&'static str] = &["sound", "small", "code-2", "colour-sum-adam"];
    type Config = Config;
    type Data = Scenes;

    fn load(config: &Config, sets: &DataSets) -> Result<Loaded<Scenes>> {
        scenes::load(config, sets)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Training>()
            .and(pictures::figures, |_| Vec::new())
            .and(losses::figures, losses::claims)
            .and(rates::figures, rates::claims)
            .and(inside::figures, inside::claims)
            .and(inverse::figures, inverse::claims)
            .and(variants::figures, variants::claims)
            .and(architectures::figures, architectures::claims)
            .and(copying::figures, copying::claims)
            .with::<FirstAttempt>()
    }

    fn notice(config: &Config) -> Option<String> {
        let arms = Training::arms(config);
        let trainings = arms.iter().map(|arm| arm.settings(config));
        let attempts = FirstAttempt::arms(config);
        let attempts = attempts.iter().map(|attempt| attempt.settings(config));
        let settings: Vec<Settings> = trainings.chain(attempts).collect();
        plan::notice(config, &settings).ok()
    }

    fn networks(config: &Config, _sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        Ok(plan::networks(config))
    }

    fn reported(_results: &Results<Self>) -> Vec<Reported> {
        first_attempt::reported()
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}

// Sources of claims.
const POST: &str = "the post";
const LATER: &str = "the author's later posts";
const OURS: &str = "ours, to explain the post";

/// A network trains when more than half of what the best constant answer leaves is explained.
const TRAINS: f64 = 0.5;
/// A network does not train when hardly anything is explained.
const DOES_NOT: f64 = 0.9;
