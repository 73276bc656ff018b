//! A small multilayer perceptron as circles and lines.

mod draw;

use serde::{Deserialize, Serialize};

pub(crate) use draw::{draw, entries};

use crate::colour_map::ColourMap;
use crate::error::{PanelError, expect_len, expect_range, expect_rectangle};

/// A network: units in columns, weights as lines whose colour is the sign and whose width is
/// the size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Weights between neighbouring layers, `weights[layer][unit in][unit out]`.
    #[serde(with = "crate::gap")]
    pub weights: Vec<Vec<Vec<f64>>>,
    /// Units taken out, `removed[layer][unit]` with the input as layer 0; or empty.
    pub removed: Vec<Vec<bool>>,
    /// Texts under the layers, with the input as layer 0; or empty.
    pub layer_labels: Vec<String>,
    /// Weight with the strongest colour; the largest one where absent.
    pub reach: Option<f64>,
}

impl Network {
    /// A network with all units in place.
    pub fn new(title: impl Into<String>, weights: impl Into<Vec<Vec<Vec<f64>>>>) -> Self {
        Self {
            title: title.into(),
            weights: weights.into(),
            removed: Vec::new(),
            layer_labels: Vec::new(),
            reach: None,
        }
    }

    /// Marks units as taken out: `removed[layer][unit]`, the input is layer 0.
    #[must_use]
    pub fn removed(mut self, removed: impl Into<Vec<Vec<bool>>>) -> Self {
        self.removed = removed.into();
        self
    }

    /// Names the layers, the input first.
    #[must_use]
    pub fn layers<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
        self.layer_labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Fixes the weight that gets the strongest colour, so that panels can be compared.
    #[must_use]
    pub fn reach(mut self, reach: f64) -> Self {
        self.reach = Some(reach);
        self
    }

    /// Number of units of each layer, the input first.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        let inputs = self.weights.iter().map(Vec::len);
        inputs
            .chain(
                self.weights
                    .last()
                    .and_then(|last| last.first())
                    .map(Vec::len),
            )
            .collect()
    }

    pub(crate) fn is_removed(&self, layer: usize, unit: usize) -> bool {
        self.removed
            .get(layer)
            .and_then(|units| units.get(unit))
            .copied()
            .unwrap_or(false)
    }

    /// The largest weight's size, or what the caller fixed.
    pub(crate) fn largest(&self) -> f64 {
        let all = self.weights.iter().flatten().flatten().copied();
        self.reach
            .unwrap_or_else(|| ColourMap::Diverging.range_of(all).1)
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        if self.weights.iter().any(|w| w.is_empty() || w[0].is_empty()) || self.weights.is_empty() {
            return Err(PanelError::Empty {
                what: "a layer of the network".into(),
            });
        }
        expect_range(
            "weight with the strongest colour",
            self.reach.map(|r| (0.0, r)),
            false,
        )?;
        for (layer, matrix) in self.weights.iter().enumerate() {
            expect_rectangle(&format!("weights of layer {layer}"), matrix)?;
            if let Some(next) = self.weights.get(layer + 1) {
                expect_len(
                    &format!("units out of layer {layer}"),
                    matrix[0].len(),
                    next.len(),
                )?;
            }
        }
        let sizes = self.sizes();
        if !self.removed.is_empty() {
            expect_len("layers with removed units", self.removed.len(), sizes.len())?;
            for (layer, (units, &size)) in self.removed.iter().zip(&sizes).enumerate() {
                expect_len(
                    &format!("removed units of layer {layer}"),
                    units.len(),
                    size,
                )?;
            }
        }
        if !self.layer_labels.is_empty() {
            expect_len("layer labels", self.layer_labels.len(), sizes.len())?;
        }
        Ok(())
    }
}
