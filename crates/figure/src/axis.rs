//! One axis of a chart: its label, scale and range.

use serde::{Deserialize, Serialize};

use crate::error::{PanelError, expect_range};

/// An axis: what it measures, on which scale, from where to where.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Axis {
    /// What is measured, with its unit: `"time (s)"`.
    pub label: String,
    /// Logarithmic, base 10; numbers at or below 0 are then gaps.
    #[serde(default)]
    pub log: bool,
    /// Fixed range; from the data where absent.
    #[serde(default)]
    pub range: Option<(f64, f64)>,
    /// Own ticks (place, text) instead of computed ones.
    #[serde(default)]
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// A linear axis whose range comes from the data.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }

    /// Makes the scale logarithmic.
    #[must_use]
    pub fn log(mut self) -> Self {
        self.log = true;
        self
    }

    /// Fixes the range, so that several panels or frames can be compared.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Replaces the computed ticks by own ones: places and their texts.
    #[must_use]
    pub fn ticks<S: Into<String>>(mut self, ticks: impl IntoIterator<Item = (f64, S)>) -> Self {
        self.ticks = ticks
            .into_iter()
            .map(|(at, text)| (at, text.into()))
            .collect();
        self
    }

    pub(crate) fn check(&self, what: &str) -> Result<(), PanelError> {
        expect_range(what, self.range, self.log)
    }
}

impl<S: Into<String>> From<S> for Axis {
    fn from(label: S) -> Self {
        Self::new(label)
    }
}
