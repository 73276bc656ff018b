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
//! **Method here.** The author's points on a picture drawn anew ([`notebook`]; his is lost). The
//! method is in [`dlt`], the pictures' part in [`warp`]. Beyond the post: how the three ways to
//! compute h fare under noise and far from the origin, wrong pairs ([`ransac`]), and real pairs of
//! pictures with a known homography ([`data`]).
//!
//! **What came out**: README.md of this crate, with the numbers.

mod config;
pub mod data;
pub mod dlt;
mod explorable;
pub mod far_points;
mod homography;
pub mod matching;
pub mod noise;
pub mod notebook;
pub mod outliers;
pub mod ransac;
pub mod rectification;
pub mod registration;
pub mod solution;
pub mod tools;
pub mod warp;

use retrace_lab::{
    BlogPost, DataSets, Error, Experiment, Explorable, Loaded, Reported, Result, Results, Sources,
    Studies, Year, sources,
};

pub use config::Config;
pub use homography::{Homography, HomographyError, Matrix, Pair, Point};

use data::Views;
use far_points::FarPoints;
use noise::Noise;
use outliers::Outliers;
use rectification::Rectification;
use registration::Registration;

/// The experiment.
pub struct HomographyPost;

impl Experiment for HomographyPost {
    const NAME: &'static str = "homography";
    const POST: BlogPost = BlogPost {
        title: "Homography estimation explanation and python implementation",
        author: "J. M. Valverde",
        year: Year::About(2017),
        link: "https://laid.delanover.com",
        question: "How is the map between two pictures of a plane found, and drawn without holes?",
    };
    const METHOD: &'static str = include_str!("../method.md");
    const COVER: &'static str = "samplings";
    const SOURCES: Sources = sources![
        rectification,
        solution,
        far_points,
        noise,
        outliers,
        registration
    ];
    const PAPERS: &'static [(&'static str, &'static str)] = &[
        (
            "Hartley 1997",
            "the normalised direct linear transformation",
        ),
        ("Fischler 1981", "wrong pairs of points"),
        ("Lowe 2004", "the test of the second best match"),
    ];
    const TENSORS: bool = false;

    type Config = Config;
    type Data = Vec<Views>;

    fn load(_: &Config, sets: &DataSets) -> Result<Loaded<Vec<Views>>> {
        data::load(sets)
    }

    fn studies() -> Studies<Self> {
        Studies::of::<Rectification>()
            .and(solution::figures, solution::claims)
            .with::<FarPoints>()
            .with::<Noise>()
            .with::<Outliers>()
            .with::<Registration>()
    }

    fn reported(results: &Results<Self>) -> Vec<Reported> {
        solution::reported(results)
    }

    fn explorable(results: &Results<Self>) -> Result<Option<Explorable>> {
        explorable::explorable(results)
    }
}

// Sources of claims, and their usual unit. All rules but three were fixed before the first run: that
// of `eight-points-agree` was written when the list's residuals were known; that of
// `least-squares-breaks-with-outliers` spoke of the mean before its tails were seen; and
// `eigenvector-is-as-good-with-noise` was added when the opposite had turned out undecided.
const POST: &str = "the post";
const CODE: &str = "the code that came with the post";
const HARTLEY: &str = "Hartley 1997";
const OURS: &str = "beyond the post";
const PIXELS: &str = "pixels";

/// The largest of `values`; infinite when one is missing, since a way that gives nothing is beyond
/// every limit, and NaN of nothing.
fn largest(values: impl IntoIterator<Item = Option<f64>>) -> f64 {
    let values = values
        .into_iter()
        .map(|value| value.unwrap_or(f64::INFINITY));
    values.fold(f64::NAN, f64::max)
}

/// A failure of numbers that cannot fail for the author's points.
fn numerics(error: impl std::fmt::Display) -> Error {
    Error::Numerics(error.to_string())
}
