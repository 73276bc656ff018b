//! A chart over two numeric axes: curves, bands, points and what explains them.

mod area;
mod caption;
mod draw;
mod isoline;
mod layer;
mod overlay;
mod range;

use serde::{Deserialize, Serialize};

pub use area::{Band, Contours, Polygon};
pub(crate) use draw::{draw, entries};
pub use layer::{Dash, Line, Marker, Points};
pub use overlay::{Direction, Note, Rule, Span};

use crate::axis::Axis;
use crate::error::PanelError;
use crate::legend::Legend;

/// A chart: axes and layers, drawn in the order in which they were added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// What is drawn, from back to front.
    pub layers: Vec<Layer>,
    /// Where the legend stands; never over the data.
    pub legend: Legend,
    /// One unit of x is as long as one unit of y, so that a circle is a circle.
    pub equal_aspect: bool,
}

/// One thing drawn in a chart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Layer {
    /// A curve.
    Line(Line),
    /// The area between two curves.
    Band(Band),
    /// Single points.
    Points(Points),
    /// A shaded range of x or y.
    Span(Span),
    /// A reference line.
    Rule(Rule),
    /// A text with a pointer.
    Note(Note),
    /// Contour lines of a function on a grid.
    Contours(Contours),
    /// A closed outline.
    Polygon(Polygon),
}

impl Chart {
    /// An empty chart; axes are given as [`Axis`] or just their labels.
    pub fn new(title: impl Into<String>, x: impl Into<Axis>, y: impl Into<Axis>) -> Self {
        Self {
            title: title.into(),
            x: x.into(),
            y: y.into(),
            layers: Vec::new(),
            legend: Legend::Below,
            equal_aspect: false,
        }
    }

    /// Adds a layer in front of those already there.
    #[must_use]
    pub fn with(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// Adds several layers, one after the other.
    #[must_use]
    pub fn with_all<L: Into<Layer>>(mut self, layers: impl IntoIterator<Item = L>) -> Self {
        self.layers.extend(layers.into_iter().map(Into::into));
        self
    }

    /// Places the legend.
    #[must_use]
    pub fn legend(mut self, place: Legend) -> Self {
        self.legend = place;
        self
    }

    /// Gives both axes the same length a unit.
    #[must_use]
    pub fn equal_aspect(mut self) -> Self {
        self.equal_aspect = true;
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        self.x.check("x axis")?;
        self.y.check("y axis")?;
        self.layers.iter().try_for_each(|layer| match layer {
            Layer::Line(line) => line.check(),
            Layer::Band(band) => band.check(),
            Layer::Points(points) => points.check(),
            Layer::Contours(contours) => contours.check(),
            Layer::Polygon(polygon) => polygon.check(),
            Layer::Span(_) | Layer::Rule(_) | Layer::Note(_) => Ok(()),
        })
    }
}

macro_rules! layer_from {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Layer {
            fn from(layer: $kind) -> Self {
                Self::$kind(layer)
            }
        }
    )*};
}
layer_from!(Line, Band, Points, Span, Rule, Note, Contours, Polygon);
