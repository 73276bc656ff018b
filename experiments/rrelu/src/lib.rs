//! x
pub mod arm;
mod claims;
pub mod config;
pub mod data;
pub mod evaluation;
mod figures;
pub mod network;
pub mod order;
pub mod outcome;
pub mod ranking;
pub mod slopes;
pub mod training;

use rand::seq::index;
use retrace_core::activation::ActivationConfig;
use retrace_data::Digits;
use retrace_lab::{
    Arm, Cell, Claim, DataSets, Drawing, Error, Experiment, Loaded, Outcomes, Post, Result, Task,
};

use crate::arm::{Function, Norm};
use crate::config::RreluConfig;
use crate::evaluation::activity;
use crate::network::{Network, NetworkConfig};
use crate::order::Order;
use crate::outcome::{DrawnSlopes, Outcome};
use crate::training::Fit;

/// The RReLU post.
pub struct Rrelu;

impl Experiment for Rrelu {
    const NAME: &'static str = "rrelu";
    const POST: Post = Post {
        title: "Informal review on Randomized Leaky ReLU (RReLU) in Tensorflow",
        author: "J. M. Valverde",
        year: 2017,
        link: "laid.delanover.com",
        question: "Is a random negative slope any better than none?",
    };
    type Config = RreluConfig;
    type Data = Digits;
    type Outcome = Outcome;

    fn arms(_config: &RreluConfig) -> Vec<Arm> {
        arm::all()
    }

    fn load(config: &RreluConfig, sets: &DataSets) -> Result<Loaded<Digits>> {
        data::load(config, sets)
    }

    fn run_cell(config: &RreluConfig, digits: &Digits, cell: &mut Cell) -> Result<Outcome> {
        let name = &cell.arm().name;
        let (function, norm) =
            arm::of(name).ok_or_else(|| Error::Usage(format!("there is no arm {name}")))?;
        let first = (0..digits.train.len().min(config.images)).collect();
        let full = Fit {
            epochs: config.epochs,
            look_every: 1,
            ..fit(config, digits, cell, ("full", first))
        };
        let few = Fit {
            epochs: config.few_epochs,
            look_every: config.few_look_every,
            ..fit(config, digits, cell, ("few", few(config, digits, cell)))
        };
        let start = |cell: &Cell<'_>| start(config, function, norm, cell);
        let (trained, network) = full.run(cell, start(cell)?)?;
        let (trained_on_few, _) = few.run(cell, start(cell)?)?;
        let came_through = trained.end.is_some();
        let activity = came_through.then(|| activity(&network, &digits.test));
        Ok(Outcome {
            full: trained,
            few: trained_on_few,
            activity: activity.unwrap_or_default(),
            learnt_slopes: came_through.then(|| network.slopes()).unwrap_or_default(),
            drawn: drawn(config, function, &full, cell),
        })
    }

    fn figures(outcomes: &Outcomes<Self>) -> Result<Vec<Drawing>> {
        Ok(figures::all(outcomes))
    }

    fn claims(outcomes: &Outcomes<Self>) -> Vec<Claim> {
        claims::all(outcomes)
    }
}

/// A training on these images; how long is for the caller to say.
fn fit<'a>(
    config: &RreluConfig,
    digits: &'a Digits,
    cell: &Cell<'_>,
    (name, images): (&'static str, Vec<usize>),
) -> Fit<'a> {
    let order = Order::new(images, config.batch);
    let order = if config.shuffle {
        order.shuffled(cell.seed())
    } else {
        order
    };
    Fit {
        name,
        digits,
        order,
        epochs: 1,
        look_every: 1,
        learning_rate: config.learning_rate,
        device: cell.device().clone().autodiff(),
    }
}

/// The images of the second training: another choice for each seed, in the order of the file.
fn few(config: &RreluConfig, digits: &Digits, cell: &Cell<'_>) -> Vec<usize> {
    let all = digits.train.len();
    let chosen = index::sample(
        &mut cell.stream("few images", 0),
        all,
        config.few_images.min(all),
    );
    let mut chosen = chosen.into_vec();
    chosen.sort_unstable();
    chosen
}

/// The network before its training; all networks of a seed have the same weights.
fn start(config: &RreluConfig, function: Function, norm: Norm, cell: &Cell<'_>) -> Result<Network> {
    let network = NetworkConfig {
        sizes: config.sizes(),
        activation: function.activation(),
        normalisation: (norm == Norm::Batch).then(|| config.normalisation()),
    };
    cell.seed_device("weights", 0);
    network
        .init(&cell.device().clone().autodiff())
        .map_err(|error| Error::Other(Box::new(error)))
}

fn drawn(
    config: &RreluConfig,
    function: Function,
    full: &Fit<'_>,
    cell: &Cell<'_>,
) -> Option<DrawnSlopes> {
    let ActivationConfig::Rrelu(reading) = function.activation() else {
        return None;
    };
    let shape = [full.order.batch(0).len(), config.hidden[0]];
    Some(slopes::drawn(cell, reading, shape, full.steps()))
}
