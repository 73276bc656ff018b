//! Homographies: the notebook's label, seen at an angle, made upright.
//!
//! **Question.** How is the map between two pictures of one plane found from pairs of points, and
//! how is a picture drawn by it without holes?
//!
//! **The post** (J. M. Valverde, 2017) writes each pair (x, y) -> (x', y') as two equations in the
//! nine entries h of H, stacks them, and takes the h of length 1 that comes nearest to solving
//! them:
//!
//! ```text
//! (x', y', 1) ~ H (x, y, 1)        A h = 0        A = U S V',  h = last column of V
//! ```
//!
//! Then it pushes each pixel to its new place, which leaves holes, and fills these by asking the
//! inverse of H for each pixel's origin.
//!
//! **Method here.** The author's points on a picture drawn anew ([`photo`]; his is lost). The
//! method is in [`dlt`], the pictures' part in [`warp`]. Beyond the post: how the three ways to
//! compute h fare under noise and far from the origin, wrong pairs ([`ransac`]), and real pairs of
//! pictures with a known homography ([`data`]).
//!
//! **What came out**: README.md of this crate, with the numbers.

pub mod author;
mod claims;
mod config;
pub mod corners;
pub mod data;
pub mod dlt;
mod figures;
mod homography;
pub mod label;
pub mod matching;
mod outcome;
pub mod photo;
pub mod point;
pub mod ransac;
mod reported;
pub mod tools;
pub mod warp;
mod work;

use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Error, Experiment, Loaded, Outcomes, Post, Reported,
    Result, Year,
};

pub use config::Config;
pub use homography::{Homography, HomographyError, Matrix};
pub use outcome::{
    Equations, FarErrors, FarPoints, Filled, Fit, METHODS, Matches, Noisy, Outcome, Rectified,
    Registered, Restored, View, WithOutliers,
};
pub use point::{Pair, Point};

use data::Views;
use work::Work;

/// The experiment.
pub struct HomographyPost;

impl Experiment for HomographyPost {
    const NAME: &'static str = "homography";
    const POST: Post = Post {
        title: "Homography estimation explanation and python implementation",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "How is the map between two pictures of a plane found, and drawn without holes?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "samplings";
    const TENSORS: bool = false;

    type Config = Config;
    type Data = Vec<Views>;
    type Outcome = Outcome;

    fn arms(_: &Config) -> Vec<Arm> {
        Work::all().into_iter().map(Work::arm).collect()
    }

    fn load(_: &Config, sets: &DataSets) -> Result<Loaded<Vec<Views>>> {
        data::load(sets)
    }

    fn run_cell(config: &Config, views: &Vec<Views>, cell: &mut Cell) -> Result<Outcome> {
        let arm = cell.arm().name.clone();
        let work = Work::of(&arm).ok_or_else(|| Error::Usage(format!("there is no arm {arm}")))?;
        work.run(config, views, cell)
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
