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

mod config;
pub mod data;
pub mod decomposition;
pub mod detection;
pub mod distances;
mod explorable;
pub mod model;
pub mod one_man;
pub mod pca;
pub mod pictures;
pub mod recognition;
pub mod roc;
pub mod spectrum;
pub mod thresholds;
pub mod tools;

use retrace_figure::{Band, Colour, Line};
use retrace_lab::seeds::{self, Curve};
use retrace_lab::statistics::mean;
use retrace_lab::{
    BlogPost, DataSets, Error, Experiment, Explorable, Loaded, Reported, Result, Results, Sources,
    Studies, Year, sources,
};

pub use config::Config;

use data::Faces;
use decomposition::Decomposition;
use detection::Detection;
use pca::PcaError;
use recognition::Recognition;

/// The experiment.
pub struct Eigenfaces;

impl Experiment for Eigenfaces {
    const NAME: &'static str = "eigenfaces";
    const POST: BlogPost = BlogPost {
        title: "[Explanation] Face Recognition using Eigenfaces",
        author: "J. M. Valverde",
        year: Year::About(2015),
        link: "https://laid.delanover.com",
        question: "Can weights of eigenfaces tell whether a picture is a face, and whose?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "test-pictures";
    const SOURCES: Sources = sources![
        decomposition,
        spectrum,
        one_man,
        recognition,
        detection,
        roc,
        thresholds
    ];
    const PAPERS: &'static [(&'static str, &'static str)] =
        &[("Turk 1991", "the method, and the distance from face space")];
    const TENSORS: bool = false;

    type Config = Config;
    type Data = Faces;

    fn load(config: &Config, sets: &DataSets) -> Result<Loaded<Faces>> {
        data::load(config, sets)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Decomposition>()
            .and(spectrum::figures, spectrum::claims)
            .and(one_man::figures, one_man::claims)
            .with::<Recognition>()
            .with::<Detection>()
            .and(roc::figures, roc::claims)
            .and(thresholds::figures, thresholds::claims)
    }

    fn reported(results: &Results<Self>) -> Vec<Reported> {
        decomposition::reported(results)
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}

type All = Results<Eigenfaces>;

// Sources of claims. Each claim has a rule fixed in advance; differences are paired by seed.
const POST: &str = "the post";
const OURS: &str = "beyond the post";

/// Angles below this many radians, and errors below this many grey levels, are rounding: squaring
/// the pictures into a covariance leaves about eight of sixteen digits of the smallest eigenface.
const ROUNDING: f64 = 1e-6;

/// Says at the end of a caption where the pictures of these data sets come from.
fn origin(results: &All, names: &[&str]) -> String {
    let of = |name: &&str| {
        let input = results.inputs().iter().find(|input| input.name == *name);
        input.map_or_else(
            || format!("{name} (origin not recorded)"),
            ToString::to_string,
        )
    };
    let origins: Vec<String> = names.iter().map(of).collect();
    format!(" Pictures: {}.", origins.join(", "))
}

/// Mean over seeds as a line, and the band of its 95 % interval; `rows` holds one curve per seed.
fn mean_and_interval(label: &str, x: &[f64], rows: &[Vec<f64>], colour: Colour) -> (Band, Line) {
    let places = seeds::by_place(rows, x.len());
    let (low, high) = places.iter().map(|values| seeds::interval(values)).unzip();
    let curve = Curve {
        middle: places.iter().map(|values| mean(values)).collect(),
        low,
        high,
    };
    (
        curve.band(label, x).colour(colour),
        curve.line(label, x).colour(colour),
    )
}

/// Pictures without variance are bad data; the rest is arithmetic.
impl From<PcaError> for Error {
    fn from(error: PcaError) -> Self {
        match error {
            PcaError::NotConverged | PcaError::Overflow => Self::Numerics(error.to_string()),
            error => Self::data(error),
        }
    }
}
