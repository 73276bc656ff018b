//! Reading an [`ActivationConfig`] from text; [`super::name`] writes it.

use std::str::FromStr;

use super::rrelu::{Draw, RreluConfig, Slopes, TestSlope};
use super::{ActivationConfig, ActivationError, Sharing, elu, lrelu, prelu};

/// A text that names no activation function.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParseActivationError {
    /// No function has this name.
    #[error(
        "`{given}` is no activation function: known are identity (or linear), sigmoid, relu, \
         lrelu, prelu, rrelu, elu and softmax, some with arguments as in lrelu(0.18)"
    )]
    Name {
        /// The whole text.
        given: String,
    },
    /// The function is known, its argument is not.
    #[error("`{argument}` in `{given}` is no argument of {name}: {expected}")]
    Argument {
        /// The whole text.
        given: String,
        /// The function.
        name: &'static str,
        /// The part that was not understood.
        argument: String,
        /// What can stand there.
        expected: &'static str,
    },
    /// Understood, but it makes no sense.
    #[error(transparent)]
    Settings(#[from] ActivationError),
}

impl FromStr for ActivationConfig {
    type Err = ParseActivationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || ParseActivationError::Name {
            given: text.to_owned(),
        };
        let (name, arguments) = split_call(text.trim()).ok_or_else(unknown)?;
        let config = match name {
            "identity" | "linear" => Call::new(text, "identity", arguments).none(Self::Identity)?,
            "sigmoid" => Call::new(text, "sigmoid", arguments).none(Self::Sigmoid)?,
            "relu" => Call::new(text, "relu", arguments).none(Self::Relu)?,
            "lrelu" => {
                let slope = Call::new(text, "lrelu", arguments).number(lrelu::SLOPE)?;
                Self::Lrelu { slope }
            }
            "prelu" => Call::new(text, "prelu", arguments).prelu()?,
            "rrelu" => Self::Rrelu(Call::new(text, "rrelu", arguments).rrelu()?),
            "elu" => {
                let alpha = Call::new(text, "elu", arguments).number(elu::ALPHA)?;
                Self::Elu { alpha }
            }
            "softmax" => {
                let temperature = Call::new(text, "softmax", arguments).number(1.0)?;
                Self::Softmax { temperature }
            }
            _ => return Err(unknown()),
        };
        config.validate()?;
        Ok(config)
    }
}

/// `name(a;b)` into `name` and `[a, b]`; nothing if the brackets do not match.
fn split_call(text: &str) -> Option<(&str, Vec<&str>)> {
    let Some((name, rest)) = text.split_once('(') else {
        return Some((text, Vec::new()));
    };
    let arguments = rest.strip_suffix(')')?;
    Some((
        name.trim_end(),
        arguments.split(';').map(str::trim).collect(),
    ))
}

/// A function's name with its arguments, while they are read.
struct Call<'a> {
    given: &'a str,
    name: &'static str,
    arguments: Vec<&'a str>,
}

impl<'a> Call<'a> {
    fn new(given: &'a str, name: &'static str, arguments: Vec<&'a str>) -> Self {
        Self {
            given,
            name,
            arguments,
        }
    }

    fn refuse(&self, argument: &str, expected: &'static str) -> ParseActivationError {
        ParseActivationError::Argument {
            given: self.given.to_owned(),
            name: self.name,
            argument: argument.to_owned(),
            expected,
        }
    }

    fn none(&self, config: ActivationConfig) -> Result<ActivationConfig, ParseActivationError> {
        match self.arguments.first() {
            None => Ok(config),
            Some(argument) => Err(self.refuse(argument, "it takes none")),
        }
    }

    fn number(&self, default: f64) -> Result<f64, ParseActivationError> {
        match self.arguments[..] {
            [] => Ok(default),
            [argument] => argument
                .parse()
                .map_err(|_| self.refuse(argument, "it takes a number")),
            [_, second, ..] => Err(self.refuse(second, "it takes one number")),
        }
    }

    fn prelu(&self) -> Result<ActivationConfig, ParseActivationError> {
        let (mut slope, mut sharing) = (prelu::INITIAL_SLOPE, Sharing::Shared);
        for argument in &self.arguments {
            match *argument {
                "channel" => sharing = Sharing::PerChannel,
                "shared" => sharing = Sharing::Shared,
                number => {
                    let expected = "it takes `channel` or `shared`, and the slope at the start";
                    slope = number.parse().map_err(|_| self.refuse(number, expected))?;
                }
            }
        }
        Ok(ActivationConfig::Prelu { slope, sharing })
    }

    fn rrelu(&self) -> Result<RreluConfig, ParseActivationError> {
        let mut config = RreluConfig::PAPER;
        for argument in &self.arguments {
            match *argument {
                "as-written" => config = RreluConfig::AS_WRITTEN,
                "element" => config.draw = Draw::Element,
                "channel" => config.draw = Draw::Channel,
                "layer" => config.draw = Draw::Layer,
                "mean" => config.test = TestSlope::MeanOfSlopes,
                range => {
                    let expected = "it takes `a=3..8` or `slope=3..8`, `element`, `channel` or \
                                    `layer`, `mean`, `as-written`";
                    config.slopes = slopes(range).ok_or_else(|| self.refuse(range, expected))?;
                }
            }
        }
        Ok(config)
    }
}

/// `a=3..8` or `slope=3..8`.
fn slopes(text: &str) -> Option<Slopes> {
    let (symbol, range) = text.split_once('=')?;
    let (lower, upper) = range.split_once("..")?;
    let (lower, upper) = (lower.trim().parse().ok()?, upper.trim().parse().ok()?);
    match symbol.trim() {
        "a" => Some(Slopes::Reciprocal { lower, upper }),
        "slope" => Some(Slopes::Uniform { lower, upper }),
        _ => None,
    }
}

impl TryFrom<String> for ActivationConfig {
    type Error = ParseActivationError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}
