//! The activation functions of the post "Activation Functions in Deep Learning (Sigmoid, ReLU,
//! LReLU, PReLU, RReLU, ELU, Softmax)", one file each.
//!
//! A file holds all there is to know of a function: its module, its settings with their text form
//! and their bounds, and its value and derivative as plain numbers. These closed forms are what the
//! tests hold Burn's autodiff against. [`ActivationConfig`] names one of the functions,
//! [`Activation`] is the module made from it. A new function is its file and its line in the table
//! below.
//!
//! # At the kink
//! ReLU and its relatives have no derivative at 0. Burn's autodiff returns there: 0 for ReLU, 1 for
//! LReLU, PReLU and RReLU (0 counts as positive), alpha for ELU. The closed forms return the same.

pub mod elu;
mod function;
pub mod lrelu;
pub mod prelu;
pub mod relu;
pub mod rrelu;
pub mod sigmoid;
pub mod softmax;

use std::fmt;
use std::str::FromStr;

use burn::module::Module;
use burn::nn::Identity;
use burn::tensor::{Device, Tensor, TensorData};

pub use elu::Elu;
use function::{Function, functions};
pub use lrelu::{LeakyRelu, LreluConfig};
pub use prelu::{PRelu, PreluConfig, Sharing};
pub use relu::Relu;
pub use rrelu::{Draw, Rrelu, RreluConfig, Slopes};
pub use sigmoid::Sigmoid;
pub use softmax::Softmax;

functions! {
    without settings {
        /// `f(x) = x`: no activation function at all.
        Identity,
        /// See [`sigmoid`].
        Sigmoid,
        /// See [`relu`].
        Relu,
    }
    with settings {
        /// See [`lrelu`].
        Lrelu(LreluConfig) => LeakyRelu,
        /// See [`prelu`].
        Prelu(PreluConfig) => PRelu,
        /// See [`rrelu`].
        Rrelu(RreluConfig) => Rrelu,
        /// See [`elu`].
        Elu(Elu) => Elu,
        /// See [`softmax`]; taken over the last axis.
        Softmax(Softmax) => Softmax,
    }
}

impl ActivationConfig {
    /// LReLU with the paper's slope, 0.01.
    pub const LRELU: Self = Self::Lrelu(LreluConfig::PAPER);
    /// PReLU with one shared slope that starts at 0.25.
    pub const PRELU: Self = Self::Prelu(PreluConfig::PAPER);
    /// RReLU as the paper has it.
    pub const RRELU: Self = Self::Rrelu(RreluConfig::PAPER);
    /// ELU with alpha 1.
    pub const ELU: Self = Self::Elu(Elu::PAPER);
    /// Softmax over the last axis at temperature 1.
    pub const SOFTMAX: Self = Self::Softmax(Softmax::PLAIN);

    fn with_defaults(name: &str) -> Option<Self> {
        Self::all().find(|config| config.function().name() == name)
    }

    /// `f(x)` in closed form: PReLU with its initial slope, RReLU as at test.
    ///
    /// Nothing for softmax, which is no function of one number: see [`softmax::values`].
    pub fn value(&self, x: f64) -> Option<f64> {
        self.function().value(x)
    }

    /// `f'(x)` in closed form, at a kink what Burn's autodiff returns; else as [`Self::value`].
    pub fn derivative(&self, x: f64) -> Option<f64> {
        self.function().derivative(x)
    }

    /// Checks the settings.
    ///
    /// # Errors
    /// A slope that is not finite; an alpha or a temperature that is not above 0; a range of slopes
    /// that is empty; a range of divisors that reaches 0.
    pub fn validate(&self) -> Result<(), ActivationError> {
        let refused = |reason| ActivationError {
            activation: *self,
            reason,
        };
        self.function().validate().map_err(refused)
    }
}

/// The name, and in brackets the number it is set to unless that is the default: `relu`,
/// `lrelu(0.18)`. PReLU's sharing and RReLU's reading are not told.
impl fmt::Display for ActivationConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, number) = (self.function().name(), self.function().number());
        let default = Self::with_defaults(name).and_then(|config| config.function().number());
        match number {
            Some(number) if Some(number) != default => write!(f, "{name}({number})"),
            _ => f.write_str(name),
        }
    }
}

/// Reads what [`Display`](fmt::Display) writes.
impl FromStr for ActivationConfig {
    type Err = ParseActivationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let call = text.strip_suffix(')').and_then(|text| text.split_once('('));
        let config = match call {
            None => Self::with_defaults(text),
            Some((name, number)) => Self::with_defaults(name)
                .zip(number.parse().ok())
                .and_then(|(config, number)| config.function().with_number(number)),
        };
        let unknown = || ParseActivationError::Unknown {
            given: text.to_owned(),
        };
        let config = config.ok_or_else(unknown)?;
        config.validate()?;
        Ok(config)
    }
}

/// A text that names no activation function.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParseActivationError {
    /// No function has this name, or it takes no number, or this is no number.
    #[error(
        "`{given}` is no activation function: known are {}, some with a number as in lrelu(0.18)",
        known()
    )]
    Unknown {
        /// The whole text.
        given: String,
    },
    /// Understood, but it makes no sense.
    #[error(transparent)]
    Settings(#[from] ActivationError),
}

fn known() -> String {
    let names: Vec<String> = ActivationConfig::all().map(|f| f.to_string()).collect();
    names.join(", ")
}

/// An activation function whose settings make no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("no activation function is `{activation}`: {reason}")]
pub struct ActivationError {
    activation: ActivationConfig,
    reason: String,
}

impl Activation {
    /// The learnt slopes of PReLU (one, or one per channel); nothing for the other functions.
    pub fn learnt_slopes(&self) -> Option<Vec<f32>> {
        match self {
            Self::Prelu(layer) => Some(layer.alpha.val().into_data().iter::<f32>().collect()),
            _ => None,
        }
    }
}

/// `f'(x)` at each of `xs`, as Burn's autodiff sees it.
///
/// The derivative of `sum_i f(x_i)` with respect to each x is `f'(x_i)` for every function that
/// works element by element; softmax does not, and gives 0 everywhere. RReLU draws slopes, as in
/// training, unless it is frozen. `device` is the one the activation lives on.
pub fn derivative_by_autodiff(activation: &Activation, xs: &[f32], device: &Device) -> Vec<f32> {
    let device = device.clone().autodiff();
    let data = TensorData::new(xs.to_vec(), [xs.len()]);
    let x = Tensor::<1>::from_data(data, &device).require_grad();
    let gradients = activation.forward(x.clone()).sum().backward();
    let derivative = x
        .grad(&gradients)
        .expect("x was marked as requiring a gradient");
    derivative.into_data().iter::<f32>().collect()
}
