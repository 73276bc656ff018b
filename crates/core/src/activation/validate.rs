//! Which settings of an activation function make sense.

use super::ActivationConfig;
use super::rrelu::Slopes;

/// An activation function whose settings make no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the {what} of `{activation}` must be {expected}, and is {found}")]
pub struct ActivationError {
    activation: ActivationConfig,
    what: &'static str,
    expected: &'static str,
    found: String,
}

impl ActivationConfig {
    /// Checks the settings.
    ///
    /// # Errors
    /// A slope that is not finite; an alpha or a temperature that is not above 0; a range of slopes
    /// that is empty; a range of divisors that reaches 0.
    pub fn validate(&self) -> Result<(), ActivationError> {
        match *self {
            Self::Identity | Self::Sigmoid | Self::Relu => Ok(()),
            Self::Lrelu { slope } => self.finite("slope", slope),
            Self::Prelu { slope, .. } => self.finite("initial slope", slope),
            Self::Elu { alpha } => self.above_zero("alpha", alpha),
            Self::Softmax { temperature } => self.above_zero("temperature", temperature),
            Self::Rrelu(config) => self.range(config.slopes),
        }
    }

    fn finite(&self, what: &'static str, x: f64) -> Result<(), ActivationError> {
        self.require(x.is_finite(), what, "a finite number", &x.to_string())
    }

    fn above_zero(&self, what: &'static str, x: f64) -> Result<(), ActivationError> {
        let holds = x > 0.0 && x.is_finite();
        self.require(holds, what, "above 0 and finite", &x.to_string())
    }

    fn range(&self, slopes: Slopes) -> Result<(), ActivationError> {
        let (lower, upper) = slopes.drawn_bounds();
        let range = format!("{lower}..{upper}");
        let rises = lower.is_finite() && upper.is_finite() && lower < upper;
        let expected = "two finite numbers, the lower one first";
        self.require(rises, "range", expected, &range)?;
        let divides = matches!(slopes, Slopes::Reciprocal { .. });
        let holds = !divides || lower > 0.0;
        self.require(holds, "range of divisors", "above 0", &range)
    }

    fn require(
        &self,
        holds: bool,
        what: &'static str,
        expected: &'static str,
        found: &str,
    ) -> Result<(), ActivationError> {
        if holds {
            return Ok(());
        }
        let (activation, found) = (*self, found.to_owned());
        Err(ActivationError {
            activation,
            what,
            expected,
            found,
        })
    }
}
