//! The cells that most questions look at: each activation function in a deep network at its start, and
//! in a short training, from Xavier's and from He's initial weights.

use retrace_core::activation::{ActivationConfig, PreluConfig, Sharing};
use retrace_figure::{Chart, Colour, Marker};
use retrace_lab::{Arm, Cell, Result, Results, Study, seeds};
use serde::{Deserialize, Serialize};

use crate::Activations;
use crate::config::{ActivationsConfig, InitialWeights};
use crate::depth::{self, Signal};
use crate::slopes::{self, DrawnSlopes};
use crate::training::{self, Training};

/// Activation functions in networks.
pub struct Networks;

/// An activation function of the post.
#[derive(Debug, Clone, Copy)]
pub struct Activation {
    /// Name of its arm.
    pub name: &'static str,
    /// Name in figures.
    pub label: &'static str,
    /// The function.
    pub config: ActivationConfig,
    /// Its marks in figures.
    pub marker: Marker,
    /// The number of its colour.
    series: usize,
}

/// 1 / (1 + e^-x).
pub const SIGMOID: Activation = activation("sigmoid", "sigmoid", ActivationConfig::Sigmoid, 0);
/// max(0, x).
pub const RELU: Activation = activation("relu", "ReLU", ActivationConfig::Relu, 1);
/// 0.01 x on the negative side.
pub const LRELU: Activation = activation("lrelu", "LReLU", ActivationConfig::LRELU, 2);
/// A learnt slope there.
pub const PRELU: Activation = activation("prelu", "PReLU", ActivationConfig::PRELU, 3);
/// A random slope there.
pub const RRELU: Activation = activation("rrelu", "RReLU", ActivationConfig::RRELU, 4);
/// e^x - 1 there.
pub const ELU: Activation = activation("elu", "ELU", ActivationConfig::ELU, 5);

/// The activations, in the post's order.
pub const ACTIVATIONS: [Activation; 6] = [SIGMOID, RELU, LRELU, PRELU, RRELU, ELU];

const fn activation(
    name: &'static str,
    label: &'static str,
    config: ActivationConfig,
    series: usize,
) -> Activation {
    const MARKERS: [Marker; 6] = [
        Marker::Circle,
        Marker::Square,
        Marker::Triangle,
        Marker::Diamond,
        Marker::Cross,
        Marker::Plus,
    ];
    Activation {
        name,
        label,
        config,
        marker: MARKERS[series],
        series,
    }
}

impl Activation {
    /// Its colour in all figures.
    pub fn colour(self) -> Colour {
        Colour::series(self.series)
    }
}

impl PartialEq for Activation {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Arm for Activation {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn label(&self) -> String {
        self.label.to_owned()
    }
}

/// One activation in networks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// With Xavier's initial weights.
    pub xavier: Started,
    /// With He's initial weights.
    pub he: Started,
    /// What RReLU draws; nothing for the others.
    pub drawn_slopes: Option<DrawnSlopes>,
    /// Of PReLU only: the largest difference between autodiff's dE/da and the paper's sum,
    /// relative to the sum of the absolute terms; over one shared slope and one per channel.
    pub slope_gradient_deviation: Option<f64>,
}

impl Network {
    /// What was measured from these initial weights.
    pub fn started(&self, weights: InitialWeights) -> &Started {
        match weights {
            InitialWeights::Xavier => &self.xavier,
            InitialWeights::He => &self.he,
        }
    }
}

/// What was measured from one kind of initial weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Started {
    /// The deep network at its start.
    pub signal: Signal,
    /// The short training; of PReLU with one slope per layer.
    pub training: Training,
    /// Of PReLU only: the same training with a slope per channel.
    pub channels: Option<Training>,
}

impl Study<Activations> for Networks {
    type Arm = Activation;
    type Outcome = Network;

    fn arms(_: &ActivationsConfig) -> Vec<Activation> {
        ACTIVATIONS.to_vec()
    }

    fn run(
        activation: &Activation,
        config: &ActivationsConfig,
        (): &(),
        cell: &mut Cell,
    ) -> Result<Network> {
        let activation = activation.config;
        Ok(Network {
            xavier: started(config, activation, InitialWeights::Xavier, cell)?,
            he: started(config, activation, InitialWeights::He, cell)?,
            drawn_slopes: matches!(activation, ActivationConfig::Rrelu(_))
                .then(|| slopes::drawn(config.rrelu_draws, cell)),
            slope_gradient_deviation: matches!(activation, ActivationConfig::Prelu(_))
                .then(|| slopes::prelu_gradient_deviation(cell)),
        })
    }
}

fn started(
    config: &ActivationsConfig,
    activation: ActivationConfig,
    weights: InitialWeights,
    cell: &mut Cell<'_>,
) -> Result<Started> {
    let [shared, channels] = match weights {
        InitialWeights::Xavier => ["xavier", "xavier-channels"],
        InitialWeights::He => ["he", "he-channels"],
    };
    let mut train =
        |activation, name| training::learn_spirals(config, activation, (weights, name), cell);
    let per_channel = match activation {
        ActivationConfig::Prelu(shared) => Some(ActivationConfig::Prelu(PreluConfig {
            sharing: Sharing::PerChannel,
            ..shared
        })),
        _ => None,
    };
    Ok(Started {
        training: train(activation, shared)?,
        channels: per_channel.map(|a| train(a, channels)).transpose()?,
        signal: depth::signal_at_start(config, activation, weights, cell)?,
    })
}

/// A number of every seed of an activation.
pub fn values(
    results: &Results<Activations>,
    activation: Activation,
    number: impl Fn(&Network) -> Option<f64>,
) -> Vec<f64> {
    results.of::<Networks>().values(&activation, number)
}

/// The same of activation `a` minus `b`, paired by seed.
pub fn differences(
    results: &Results<Activations>,
    (a, b): (Activation, Activation),
    number: impl Fn(&Network) -> Option<f64>,
) -> Vec<f64> {
    results.of::<Networks>().differences(&a, &b, number)
}

/// A list of numbers of every seed of an activation.
pub fn lists(
    results: &Results<Activations>,
    activation: Activation,
    list: impl Fn(&Network) -> Vec<f64>,
) -> Vec<Vec<f64>> {
    let cells = results.of::<Networks>().of(&activation);
    cells.map(|cell| list(&cell.outcome)).collect()
}

/// The numbers at each of so many places of one list per seed. A place that a seed did not reach, as
/// after a divergence, is a gap of the whole curve.
pub fn at_places(lists: &[Vec<f64>], places: usize) -> Vec<Vec<f64>> {
    let number = |list: &Vec<f64>, place| list.get(place).copied().unwrap_or(f64::NAN);
    (0..places)
        .map(|place| lists.iter().map(|list| number(list, place)).collect())
        .collect()
}

/// Adds a curve with its spread for each activation.
pub fn with_curves(
    chart: Chart,
    x: &[f64],
    marked: bool,
    curve: impl Fn(Activation) -> seeds::Curve,
) -> Chart {
    let curves = ACTIVATIONS.map(|activation| (activation, curve(activation)));
    let band = |(activation, curve): &(Activation, seeds::Curve)| {
        let band = curve.band(activation.label, x);
        band.colour(activation.colour()).opacity(0.12)
    };
    let line = |(activation, curve): &(Activation, seeds::Curve)| {
        let line = curve.line(activation.label, x).colour(activation.colour());
        if marked {
            line.marker(activation.marker)
        } else {
            line
        }
    };
    // ReLU last: the others lie over it where they agree, and it is what they are compared with.
    let (relu, others): (Vec<_>, Vec<_>) = curves.iter().partition(|(one, _)| *one == RELU);
    chart
        .with_all(curves.iter().map(band))
        .with_all(others.into_iter().map(line))
        .with_all(relu.into_iter().map(line))
}

/// 1, 2, ..., `count`: layers counted from the input.
pub fn layer_numbers(count: usize) -> Vec<f64> {
    (1..=count).map(|layer| layer as f64).collect()
}
