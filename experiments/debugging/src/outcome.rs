//! What a cell yields: plain numbers.

mod look;
mod phases;

use serde::{Deserialize, Serialize};

pub(crate) use look::largest;
pub use look::{Agreement, Check};
pub use phases::{Phases, StageDifference};

/// What an arm found at one seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The table of layers.
    Summary(Structure),
    /// The network of ones.
    Ones(Ones),
    /// The network with its activation split off.
    Split(Split),
    /// A trained network.
    Trained(Trained),
    /// Training phase against testing phase.
    Phases(Phases),
}

macro_rules! part {
    ($name:ident, $variant:ident, $what:literal) => {
        #[doc = $what]
        pub fn $name(&self) -> Option<&$variant> {
            match self {
                Self::$variant(part) => Some(part),
                _ => None,
            }
        }
    };
}

impl Outcome {
    /// Of the arm `summary`.
    pub fn structure(&self) -> Option<&Structure> {
        match self {
            Self::Summary(structure) => Some(structure),
            _ => None,
        }
    }

    part!(ones, Ones, "Of the arm `ones`.");
    part!(split, Split, "Of the arm `split`.");
    part!(trained, Trained, "Of the arm `trained`.");
    part!(phases, Phases, "Of the arm `phases`.");

    /// How values taken in two ways agree; nothing in arms without values.
    pub fn agreement(&self) -> Option<Agreement> {
        match self {
            Self::Ones(ones) => Some(ones.agreement),
            Self::Split(split) => Some(split.agreement),
            Self::Trained(trained) => Some(trained.agreement),
            Self::Summary(_) | Self::Phases(_) => None,
        }
    }
}

/// A network's layers, in the order of the forward pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Structure {
    /// The layers.
    pub layers: Vec<Layer>,
    /// Parameters that training changes.
    pub trainable: u64,
    /// Parameters that it does not.
    pub fixed: u64,
    /// Products of a forward pass for one image.
    pub multiply_adds: u64,
}

/// A layer; shapes are Burn's, without the batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name: `conv1`.
    pub name: String,
    /// Its operations: `Conv2d + Relu`.
    pub kind: String,
    /// What goes in.
    pub input: Vec<usize>,
    /// What comes out.
    pub output: Vec<usize>,
    /// Trainable or not.
    pub parameters: u64,
    /// Products of a forward pass for one image.
    pub multiply_adds: u64,
}

/// What was found in the network of ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ones {
    /// Pixels with ink.
    pub ink: usize,
    /// The post's six checks, layer by layer; flatten in Burn's order.
    pub checks: Vec<Check>,
    /// Flatten in Keras' order.
    pub flatten_keras: Check,
    /// Positions of the flattened list at which the two orders hold different numbers.
    pub orders_differ: usize,
    /// Values of the ten logits, before softmax: largest minus smallest.
    pub logit_spread: f64,
    /// One of them by hand.
    pub logit: f64,
    /// One of them in the network.
    pub logit_found: f64,
    /// The first probability by hand, as the formula stands, in 32 bits; absent where it is not a
    /// number.
    pub softmax_plain32: Option<f64>,
    /// The same in 64 bits.
    pub softmax_plain64: Option<f64>,
    /// The same of the logits divided by the largest.
    pub softmax_divided: f64,
    /// The same after the largest was subtracted.
    pub softmax_subtracted: f64,
    /// See [`Agreement`].
    pub agreement: Agreement,
}

/// What was found in a network whose activation stands apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Split {
    /// Every tap against the computation by hand with the layers' own weights and biases.
    pub checks: Vec<Check>,
    /// Flatten in Keras' order.
    pub flatten_keras: Check,
    /// Positions of the flattened list at which the two orders hold different numbers.
    pub orders_differ: usize,
    /// Values before an activation function, passed through it, against the values after it.
    pub through: Agreement,
    /// See [`Agreement`].
    pub agreement: Agreement,
}

/// What was found in a trained network.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trained {
    /// The step, counted from 0, at which the training diverged.
    pub diverged_at: Option<u64>,
    /// Share (0-1) of the test images that it knows.
    pub accuracy: f64,
    /// The same before the training.
    pub accuracy_before: f64,
    /// What the digit that is looked at shows.
    pub label: u8,
    /// Its probabilities; none where they are not numbers.
    pub probabilities: Vec<f64>,
    /// What they would be had the logits been divided by the largest before softmax.
    pub divided: Vec<f64>,
    /// Weights and biases of the layers, before and after, nearest to the input first.
    pub histograms: Vec<Histogram>,
    /// Every tap against the computation by hand.
    pub checks: Vec<Check>,
    /// See [`Agreement`].
    pub agreement: Agreement,
}

/// How numbers spread: counted in bins of equal width.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Whose: `conv1.weight`.
    pub name: String,
    /// The ends of the bins.
    pub bounds: (f64, f64),
    /// Before the training.
    pub before: Vec<u64>,
    /// After it.
    pub after: Vec<u64>,
}
