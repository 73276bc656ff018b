//! Eigenfaces: faces as sums of a few faces, and what their weights are good for.
//!
//! **Question.** Can the weights of a picture tell whether it is a face, and whose?
//!
//! **The post** (J. M. Valverde, laid.delanover.com) takes 16 pictures of one man, 235 x 235
//! pixels, through the steps of Turk & Pentland (1991), and measures how far nine other pictures
//! are:
//!
//! ```text
//! m = mean of the pictures          A = pictures - m               16 x 55225
//! A A^T v = lambda v                u = A^T v / |A^T v|            an eigenface
//! w = A U^T                         weights                        16 x k
//! sum_i |w_i - w|                   how far a picture is; far means: no face
//! ```
//!
//! **Method here.** The post's steps on its own pictures, without chance; and, since one man cannot
//! show it, recognition and detection on the 40 persons of the ORL faces over many random splits.
//! Four criteria are compared: sum and mean of the distances, the least of them, and the distance
//! from face space, |(x - m) - U^T U (x - m)|.
//!
//! **What came out**: README.md of this crate, with the numbers.

mod claims;
mod config;
pub mod data;
pub mod distances;
mod figures;
pub mod model;
mod outcome;
pub mod pca;
pub mod pictures;
pub mod recognition;
mod reported;
pub mod roc;
pub mod tools;
mod work;

use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Experiment, Loaded, Outcomes, Post, Reported, Result, Year,
};

pub use config::Config;
pub use outcome::{
    AboveOne, AreaAt, Detection, Examined, Outcome, PostSet, Rebuilt, Recognition, Seen, Task,
    Threshold, Told, curve_shares,
};

use data::Faces;
use work::Work;

/// The experiment.
pub struct Eigenfaces;

impl Experiment for Eigenfaces {
    const NAME: &'static str = "eigenfaces";
    const POST: Post = Post {
        title: "[Explanation] Face Recognition using Eigenfaces",
        author: "J. M. Valverde",
        year: Year::About(2015),
        link: "https://laid.delanover.com",
        question: "Can weights of eigenfaces tell whether a picture is a face, and whose?",
    };
    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "test-pictures";
    const TENSORS: bool = false;

    type Config = Config;
    type Data = Faces;
    type Outcome = Outcome;

    fn arms(_config: &Config) -> Vec<Arm> {
        Work::ALL.map(Work::arm).to_vec()
    }

    fn load(config: &Config, sets: &DataSets) -> Result<Loaded<Faces>> {
        data::load(config, sets)
    }

    fn run_cell(config: &Config, faces: &Faces, cell: &mut Cell) -> Result<Outcome> {
        let work = Work::of(&cell.arm().name)?;
        work.run(config, faces, cell)
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
