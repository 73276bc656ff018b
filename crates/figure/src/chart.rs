//! A chart over two numeric axes: curves, bands, points and what explains them.

mod area;
mod curve;
mod overlay;

use serde::{Deserialize, Serialize};

pub use overlay::Direction;

use crate::axis::{Axis, range_of};
use crate::canvas::Canvas;
use crate::error::PanelError;
use crate::frame::{self, Frame};
use crate::legend::{Legend, Sample};
use crate::paint::{Place, Rect};
use crate::panel::{self, PLAIN, Panel, Row, list, size_beside};
use overlay::Captions;

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

/// A kind of layer: by default it has no legend, no numbers that the axes must show, and nothing
/// to draw.
pub(crate) trait Drawable {
    /// Its text in the legend or in the plot; none where empty.
    fn label(&self) -> &str;

    /// Whether its numbers fit together.
    fn check(&self) -> Result<(), PanelError> {
        Ok(())
    }

    /// The numbers that the x and the y axis must show.
    fn extent(&self) -> [Vec<f64>; 2] {
        [Vec::new(), Vec::new()]
    }

    /// How it looks in the legend.
    fn samples(&self) -> Vec<Sample> {
        Vec::new()
    }

    /// Draws it; what lies outside the plot is cut off.
    fn draw(&self, _canvas: &mut Canvas, _frame: &Frame) {}

    /// Draws what stands in front of the plot's border.
    fn draw_in_front(&self, _canvas: &mut Canvas, _frame: &Frame) {}

    /// Places that no text should cover.
    fn covered(&self, _frame: &Frame) -> Vec<Place> {
        Vec::new()
    }

    /// Writes its text into the plot.
    fn caption(&self, _captions: &mut Captions<'_>, _canvas: &mut Canvas) {}

    /// Its numbers, one row each.
    fn numbers(&self) -> Vec<Row>;

    /// What it shows, in words; nothing where empty.
    fn words(&self) -> String {
        String::new()
    }
}

panel::kinds! {
    /// One thing drawn in a chart.
    #[serde(tag = "kind", rename_all = "kebab-case")]
    enum Layer: dyn Drawable {
        /// A curve.
        curve::Line,
        /// The area between two curves.
        area::Band,
        /// Single points.
        curve::Points,
        /// A shaded range of x or y.
        overlay::Span,
        /// A reference line.
        overlay::Rule,
        /// A text with a pointer.
        overlay::Note,
        /// Contour lines of a function on a grid.
        area::Contours,
        /// A closed outline.
        area::Polygon,
    }
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

    setters! {
        /// Places the legend.
        legend: Legend,
        /// Gives both axes the same length per unit.
        equal_aspect,
    }

    fn drawables(&self) -> impl Iterator<Item = &dyn Drawable> {
        self.layers.iter().map(Layer::get)
    }

    fn frame(&self, rect: Rect) -> Frame {
        let [x, y] =
            [0, 1].map(|axis| self.drawables().flat_map(move |l| l.extent()[axis].clone()));
        let (x, y) = (range_of(&self.x, x), range_of(&self.y, y));
        let span = |(low, high): (f64, f64), log| {
            if log {
                (high / low).log10()
            } else {
                high - low
            }
        };
        let aspect = span(x, self.x.log) / span(y, self.y.log);
        Frame::lay_out(
            rect,
            |length| frame::flat(&self.x, x, length),
            frame::upright(&self.y, y, rect.h - 60.0),
            (self.equal_aspect && aspect.is_finite()).then(|| aspect.clamp(0.1, 10.0)),
        )
    }
}

impl Panel for Chart {
    fn title(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<(), PanelError> {
        self.x.check("x axis")?;
        self.y.check("y axis")?;
        self.drawables().try_for_each(Drawable::check)
    }

    fn size(&self, columns: usize) -> (f64, f64) {
        const SQUARE: [(f64, f64); 3] = [(500.0, 480.0), (420.0, 400.0), (340.0, 330.0)];
        size_beside(columns, if self.equal_aspect { SQUARE } else { PLAIN })
    }

    fn samples(&self) -> Vec<(&str, Sample)> {
        let samples = self.drawables().flat_map(|layer| {
            let samples = layer.samples().into_iter();
            samples.map(|sample| (layer.label(), sample))
        });
        samples.collect()
    }

    fn legend(&self) -> Legend {
        self.legend
    }

    fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let frame = self.frame(rect);
        frame.draw(canvas);
        canvas.clipped(frame.rect, |canvas| {
            self.drawables()
                .for_each(|layer| layer.draw(canvas, &frame));
        });
        frame.draw_border(canvas);
        self.drawables()
            .for_each(|layer| layer.draw_in_front(canvas, &frame));
        let covered = self.drawables().flat_map(|layer| layer.covered(&frame));
        let mut captions = Captions::new(&frame, covered.collect());
        self.drawables()
            .for_each(|layer| layer.caption(&mut captions, canvas));
    }

    fn numbers(&self) -> Vec<Row> {
        self.drawables().flat_map(Drawable::numbers).collect()
    }

    fn words(&self) -> String {
        let named = self.drawables().filter(|layer| !layer.label().is_empty());
        let parts: Vec<String> = named
            .map(Drawable::words)
            .filter(|words| !words.is_empty())
            .collect();
        let axes = format!("Chart of {} against {}", self.y.label, self.x.label);
        if parts.is_empty() {
            format!("{axes}.")
        } else {
            format!("{axes}: {}.", list(&parts))
        }
    }
}
