//! L1 and L2 regularization on a network that is far too large for a line.
//!
//! **Question.** What do the penalties of the lasso (L1) and of ridge regression (L2) do to the
//! weights of a network, to its error, and to its patience with outliers?
//!
//! **The post** (J. M. Valverde, 2016) fits 50 points of a noisy line, ten of them lifted, with a
//! network 1-10-10-10-1 without activation functions, one point a step:
//!
//! ```text
//! cost(x, y) = |f(x) - y| + P(w)
//! L1   P = lambda sum |w|           L2   P = lambda sum w^2 / 2        lambda = 0.3
//! ```
//!
//! **Method here.** The author's settings over many seeds, paired: all arms of a seed start from
//! the same weights. Beyond the post: an elastic net, pruning by computation ([`pruning`]), sizes of
//! outliers, cross-validation over lambda, and lines that need no training ([`oracle`]). Without
//! activation functions the network *is* a line, and [`collapsed`] derives what its cost asks of
//! that line.
//!
//! **What came out**: README.md of this crate, with the numbers.

mod arm;
mod claims;
pub mod collapsed;
mod config;
mod figures;
mod history;
mod line;
mod model;
pub mod oracle;
mod outcome;
mod points;
pub mod pruning;
mod reported;
mod study;
mod training;

use burn::tensor::Device;
use retrace_core::layer::Mlp;
use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Error, Experiment, Loaded, Outcomes, PlannedNetwork, Post,
    Reported, Result, Year,
};

pub use arm::{Method, Work};
pub use config::Config;
pub use history::{History, frames};
pub use line::{Line, MeanLine, Points};
pub use model::{Layer, Layers, network};
pub use outcome::{CrossValidated, Lines, Outcome, Pruned, Tried, VariedOutliers, WithOutliers};
pub use points::{Samples, Source};
pub use training::{Fit, Training};

use study::Study;

/// The experiment.
pub struct Regularization;

impl Experiment for Regularization {
    const NAME: &'static str = "regularization";
    const POST: Post = Post {
        title: "Difference between L1 and L2 regularization, implementation and visualization in \
                Tensorflow",
        author: "J. M. Valverde",
        year: Year::About(2016),
        link: "https://laid.delanover.com",
        question: "What do L1 and L2 do to the weights, the error and the outliers of a network?",
    };

    const METHOD: &'static str = include_str!("method.md");
    const COVER: &'static str = "near-zero";

    type Config = Config;
    type Data = Source;
    type Outcome = Outcome;

    fn arms(config: &Config) -> Vec<Arm> {
        let all = Work::all().into_iter();
        all.map(|work| work.arm(config)).collect()
    }

    fn load(config: &Config, _: &DataSets) -> Result<Loaded<Source>> {
        points::load(config)
    }

    fn networks(config: &Config, _: &DataSets) -> Result<Vec<PlannedNetwork>> {
        let sizes = config.sizes();
        let network = model::network(&sizes, &Device::flex())?;
        Ok(vec![PlannedNetwork::new(
            "line",
            network,
            &sizes[..1],
            Mlp::forward,
        )])
    }

    fn run_cell(config: &Config, source: &Source, cell: &mut Cell) -> Result<Outcome> {
        let samples = source.samples(config, cell.seed());
        let arm = cell.arm().name.clone();
        let work = Work::of(&arm).ok_or_else(|| Error::Usage(format!("there is no arm {arm}")))?;
        let study = Study::new(config, &samples, cell);
        Ok(match work {
            Work::Train(method) => Outcome::Trained(study.train(method)?),
            Work::TrainSlowly(method) => Outcome::Trained(study.train_slowly(method)?),
            Work::Prune => Outcome::Pruned(Box::new(study.prune()?)),
            Work::VaryOutliers(method) => Outcome::Outliers(study.vary_outliers(method)?),
            Work::CrossValidate(method) => Outcome::CrossValidated(study.cross_validate(method)?),
            Work::FitLines => Outcome::Lines(study.fit_lines()),
        })
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
