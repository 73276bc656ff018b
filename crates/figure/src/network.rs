//! A small multilayer perceptron as circles and lines.

use serde::{Deserialize, Serialize};

use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::colour_map::ColourMap;
use crate::error::{
    PanelError, empty, expect_len, expect_len_if_any, expect_range, expect_rectangle,
};
use crate::font;
use crate::legend::Sample;
use crate::paint::{Anchor, Dash, Fill, Place, Rect, Stroke, Text};
use crate::panel::{PLAIN, Panel, Row, grid, size_beside};

/// The strong ends of the diverging colour map: what is negative is blue, what is positive red.
const NEGATIVE: Colour = Colour::hex(0x21_66_AC);
const POSITIVE: Colour = Colour::hex(0xB2_18_2B);
/// Width in pixels of the largest weight's line.
const WIDEST: f64 = 5.0;

/// A network: units in columns, weights as lines whose colour is the sign and whose width is
/// the size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Weights between neighbouring layers, `weights[layer][unit in][unit out]`.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Marks units as taken out: `removed[layer][unit]`, the input is layer 0.
        removed: impl Into<Vec<Vec<bool>>>,
        /// Fixes the weight that gets the strongest colour, so that panels can be compared.
        reach: f64,
    }

    /// Names the layers, the input first.
    #[must_use]
    pub fn layers<S: Into<String>>(mut self, labels: impl IntoIterator<Item = S>) -> Self {
        self.layer_labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Number of units of each layer, the input first.
    fn sizes(&self) -> Vec<usize> {
        let inputs = self.weights.iter().map(Vec::len);
        let last = self.weights.last().and_then(|last| last.first());
        inputs.chain(last.map(Vec::len)).collect()
    }

    fn is_removed(&self, layer: usize, unit: usize) -> bool {
        self.removed
            .get(layer)
            .and_then(|units| units.get(unit))
            .copied()
            .unwrap_or(false)
    }

    /// The largest weight's size, or what the caller fixed.
    fn largest(&self) -> f64 {
        let all = self.weights.iter().flatten().flatten().copied();
        self.reach
            .unwrap_or_else(|| ColourMap::Diverging.range_of(all).1)
    }
}

impl Panel for Network {
    fn title(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<(), PanelError> {
        if self.weights.iter().any(|w| w.is_empty() || w[0].is_empty()) || self.weights.is_empty() {
            return Err(empty("a layer of the network"));
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
        let removed = self.removed.len();
        expect_len_if_any("layers with removed units", removed, sizes.len())?;
        for (layer, (units, &size)) in self.removed.iter().zip(&sizes).enumerate() {
            expect_len(
                &format!("removed units of layer {layer}"),
                units.len(),
                size,
            )?;
        }
        expect_len_if_any("layer labels", self.layer_labels.len(), sizes.len())
    }

    fn size(&self, columns: usize) -> (f64, f64) {
        size_beside(columns, PLAIN)
    }

    fn samples(&self) -> Vec<(&str, Sample)> {
        let weights = || self.weights.iter().flatten().flatten();
        let removed = self.removed.iter().flatten().any(|removed| *removed);
        let mut samples = Vec::new();
        if weights().any(|w| *w > 0.0) {
            samples.push(("positive weight", Sample::Line(POSITIVE, 4.0, Dash::Solid)));
        }
        if weights().any(|w| *w < 0.0) {
            samples.push(("negative weight", Sample::Line(NEGATIVE, 4.0, Dash::Solid)));
        }
        if weights().any(|w| !w.is_finite()) {
            samples.push((
                "not a number",
                Sample::Line(Colour::BLACK, 1.5, Dash::Dotted),
            ));
        }
        if removed {
            samples.push(("removed", Sample::Line(Colour::GREY, 1.2, Dash::Dashed)));
        }
        samples
    }

    fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let sizes = self.sizes();
        let labels = if self.layer_labels.is_empty() {
            0.0
        } else {
            font::SMALL * 2.4 + 10.0
        };
        let area = rect.inside(40.0, 6.0, 40.0, labels + 4.0);
        let most = sizes.iter().copied().max().unwrap_or(1).max(1);
        let radius = (area.h / most as f64 * 0.36).clamp(2.0, 13.0);
        let at = |layer: usize, unit: usize| -> Place {
            let x = area.w * layer as f64 / (sizes.len() - 1).max(1) as f64;
            let gap = (area.h / most as f64).min(46.0);
            let y = gap * (unit as f64 - (sizes[layer] as f64 - 1.0) / 2.0);
            (area.x + x, area.middle().1 + y)
        };
        draw_edges(canvas, self, &at);
        for (layer, &size) in sizes.iter().enumerate() {
            for unit in 0..size {
                draw_unit(
                    canvas,
                    at(layer, unit),
                    radius,
                    self.is_removed(layer, unit),
                );
            }
        }
        let room = area.w / (sizes.len() - 1).max(1) as f64 - 8.0;
        for (layer, label) in self.layer_labels.iter().enumerate() {
            let lines = font::wrap(label, font::SMALL, false, room);
            let under = (at(layer, 0).0, area.bottom() + 10.0 + 0.8 * font::SMALL);
            let first = Text::new("", under).anchor(Anchor::Middle);
            canvas.lines(&lines, 1.2 * font::SMALL, first);
        }
    }

    fn numbers(&self) -> Vec<Row> {
        let layers = self.weights.iter().enumerate();
        let rows = layers.flat_map(|(layer, weights)| {
            grid(
                "weight",
                &format!("layer {}", layer + 1),
                [&[], &[]],
                weights,
            )
        });
        rows.collect()
    }

    fn words(&self) -> String {
        let sizes: Vec<String> = self.sizes().iter().map(ToString::to_string).collect();
        let removed = self.removed.iter().flatten().filter(|gone| **gone).count();
        let removed = match removed {
            0 => String::new(),
            some => format!(", {some} of them removed"),
        };
        format!(
            "Network with layers of {} units{removed}.",
            sizes.join(", ")
        )
    }
}

fn draw_edges(canvas: &mut Canvas, network: &Network, at: &dyn Fn(usize, usize) -> Place) {
    let reach = network.largest();
    let mut edges = Vec::new();
    for (layer, matrix) in network.weights.iter().enumerate() {
        for (from, row) in matrix.iter().enumerate() {
            for (to, &weight) in row.iter().enumerate() {
                let gone = network.is_removed(layer, from) || network.is_removed(layer + 1, to);
                edges.push((
                    edge(weight / reach, gone),
                    at(layer, from),
                    at(layer + 1, to),
                ));
            }
        }
    }
    // Strong weights in front of weak ones.
    edges.sort_by(|a, b| a.0.width.total_cmp(&b.0.width));
    for (stroke, from, to) in edges {
        canvas.line(from, to, stroke);
    }
}

/// The line of a weight, given as a share of the strongest.
fn edge(share: f64, gone: bool) -> Stroke {
    if gone {
        return Stroke::new(Colour::LIGHT_GREY, 0.8).dash(Dash::Dashed);
    }
    if !share.is_finite() {
        return Stroke::new(Colour::BLACK, 1.5).dash(Dash::Dotted);
    }
    let size = share.abs().min(1.0);
    let colour = if share < 0.0 { NEGATIVE } else { POSITIVE };
    // Weights near zero fade to grey, so that what is there stands out.
    let colour = Colour::hex(0xC8_C8_C8).mix(colour, (size * 2.5).min(1.0));
    Stroke::new(colour, 0.6 + (WIDEST - 0.6) * size)
}

fn draw_unit(canvas: &mut Canvas, at: Place, radius: f64, removed: bool) {
    let (fill, stroke) = if removed {
        (
            Colour::WHITE,
            Stroke::new(Colour::GREY, 1.2).dash(Dash::Dashed),
        )
    } else {
        (Colour::hex(0xF3_F3_F3), Stroke::new(Colour::DARK_GREY, 1.6))
    };
    canvas.circle(at, radius, Fill::mark(fill, 1.0), stroke);
}
