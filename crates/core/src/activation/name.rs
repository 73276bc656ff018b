//! How an [`ActivationConfig`] is written: `lrelu(0.18)`, `rrelu(slope=3..8;layer)`.
//!
//! What is at its default is left out. Arguments are separated by semicolons, because commas
//! separate the items of a list on the command line. [`super::parse`] reads it back.

use std::fmt;

use super::rrelu::{Draw, RreluConfig, Slopes, TestSlope};
use super::{ActivationConfig, Sharing, elu, lrelu, prelu};

impl fmt::Display for ActivationConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Identity => f.write_str("identity"),
            Self::Sigmoid => f.write_str("sigmoid"),
            Self::Relu => f.write_str("relu"),
            Self::Lrelu { slope } => write_call(f, "lrelu", &[unless(slope, lrelu::SLOPE)]),
            Self::Prelu { slope, sharing } => {
                let sharing = (sharing == Sharing::PerChannel).then(|| "channel".to_owned());
                write_call(f, "prelu", &[sharing, unless(slope, prelu::INITIAL_SLOPE)])
            }
            Self::Rrelu(RreluConfig::AS_WRITTEN) => f.write_str("rrelu(as-written)"),
            Self::Rrelu(config) => write_call(f, "rrelu", &rrelu_arguments(&config)),
            Self::Elu { alpha } => write_call(f, "elu", &[unless(alpha, elu::ALPHA)]),
            Self::Softmax { temperature } => write_call(f, "softmax", &[unless(temperature, 1.0)]),
        }
    }
}

/// The number as text, unless it is the default.
fn unless(number: f64, default: f64) -> Option<String> {
    (number != default).then(|| number.to_string())
}

fn rrelu_arguments(config: &RreluConfig) -> [Option<String>; 3] {
    let slopes = match config.slopes {
        Slopes::PAPER => None,
        Slopes::Reciprocal { lower, upper } => Some(format!("a={lower}..{upper}")),
        Slopes::Uniform { lower, upper } => Some(format!("slope={lower}..{upper}")),
    };
    let draw = match config.draw {
        Draw::Element => None,
        Draw::Channel => Some("channel".to_owned()),
        Draw::Layer => Some("layer".to_owned()),
    };
    let test = (config.test == TestSlope::MeanOfSlopes).then(|| "mean".to_owned());
    [slopes, draw, test]
}

fn write_call(f: &mut fmt::Formatter<'_>, name: &str, arguments: &[Option<String>]) -> fmt::Result {
    let given: Vec<&str> = arguments.iter().flatten().map(String::as_str).collect();
    if given.is_empty() {
        f.write_str(name)
    } else {
        write!(f, "{name}({})", given.join(";"))
    }
}

impl From<ActivationConfig> for String {
    fn from(config: ActivationConfig) -> Self {
        config.to_string()
    }
}
