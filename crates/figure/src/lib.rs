//! Figures from plain numbers: SVG, PNG and GIF, with the numbers beside them.
//!
//! A [`Figure`] is a value: panels of numbers, labels and colours. [`Figure::render`] turns it
//! into bytes and does nothing else; it reads no file, no system font and no clock, so that the
//! same figure gives the same bytes. The JSON beside a picture is the figure itself.
//!
//! ```
//! use retrace_figure::{Band, Chart, Colour, Figure, Line};
//!
//! let steps = [0.0, 1.0, 2.0];
//! let colour = Colour::series(0);
//! let chart = Chart::new("", "step", "loss")
//!     .with(Band::new("relu", steps, [0.9, 0.5, 0.2], [1.1, 0.8, 0.4]).colour(colour))
//!     .with(Line::new("relu", steps, [1.0, 0.6, 0.3]).colour(colour));
//! let figure = Figure::new("loss", "Loss of one arm; the band is the spread over seeds")
//!     .panel(chart);
//! assert!(figure.render()?.svg.starts_with("<svg"));
//! # Ok::<(), retrace_figure::FigureError>(())
//! ```
//!
//! A number that is not finite is a gap in a curve and a crossed-out cell in a heat map; lists
//! that do not fit together are a [`FigureError`] that names figure and panel.

/// Methods of a builder, each of which sets the field of its name: to its argument, to a pair of
/// numbers, or, where it has no argument, to true.
macro_rules! setters {
    () => {};
    ($(#[$doc:meta])* $field:ident: $type:ty, $($more:tt)*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $field: $type) -> Self {
            self.$field = $field.into();
            self
        }
        setters! { $($more)* }
    };
    ($(#[$doc:meta])* $field:ident($a:ident, $b:ident), $($more:tt)*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self, $a: f64, $b: f64) -> Self {
            self.$field = ($a, $b).into();
            self
        }
        setters! { $($more)* }
    };
    ($(#[$doc:meta])* $field:ident, $($more:tt)*) => {
        $(#[$doc])*
        #[must_use]
        pub fn $field(mut self) -> Self {
            self.$field = true;
            self
        }
        setters! { $($more)* }
    };
}

mod axis;
mod bars;
mod canvas;
mod chart;
mod colour;
mod colour_map;
mod error;
mod figure;
mod font;
mod frame;
mod gif;
mod heat_map;
mod images;
mod legend;
mod network;
mod non_finite;
mod number;
mod page;
mod paint;
mod panel;
mod raster;
mod stamp;
mod surface;
mod table;

pub use axis::Axis;
pub use bars::{BarSeries, Marks};
pub use chart::{Band, Contours, Direction, Layer, Line, Note, Points, Polygon, Rule, Span};
pub use colour::Colour;
pub use colour_map::ColourMap;
pub use error::{FigureError, PanelError};
pub use figure::{Figure, Placed};
pub use gif::{Animation, RenderedAnimation};
pub use images::{Picture, Pixel};
pub use legend::Legend;
pub use page::Rendered;
pub use paint::{Dash, Marker};
pub use stamp::{stamp, stamped};
pub use table::Column;

use panel::Panel;

panel::kinds! {
    /// One panel of a figure.
    #[serde(tag = "panel", rename_all = "kebab-case")]
    enum Kind: dyn Panel {
        /// Curves, bands and points over two numeric axes.
        chart::Chart,
        /// Bars over categories.
        bars::Bars,
        /// A matrix as coloured cells.
        heat_map::HeatMap,
        /// A function of two variables in space.
        surface::Surface,
        /// Small pictures in a grid.
        images::Images,
        /// A multilayer perceptron as circles and lines.
        network::Network,
        /// Words and numbers in rows and columns.
        table::Table,
    }
}
