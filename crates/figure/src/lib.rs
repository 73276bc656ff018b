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

mod alt;
mod animation;
mod axis;
mod bars;
mod canvas;
mod chart;
mod colour;
mod colour_bar;
mod colour_map;
mod csv;
mod error;
mod figure;
mod font;
mod frame;
mod gap;
mod heat_map;
mod images;
mod legend;
mod marker;
mod moving;
mod network;
mod number;
mod page;
mod paint;
mod palette;
mod panel;
mod raster;
mod rect;
mod scale;
mod shapes;
mod surface;
mod table;

pub use animation::{Animation, RenderedAnimation};
pub use axis::Axis;
pub use bars::{BarSeries, Bars, Marks};
pub use chart::{
    Band, Chart, Contours, Dash, Direction, Layer, Line, Marker, Note, Points, Polygon, Rule, Span,
};
pub use colour::Colour;
pub use colour_map::ColourMap;
pub use error::{FigureError, PanelError};
pub use figure::{Figure, Placed, Rendered};
pub use heat_map::HeatMap;
pub use images::{Images, Picture, Pixel};
pub use legend::Legend;
pub use network::Network;
pub use panel::Panel;
pub use surface::Surface;
pub use table::{Column, Table};
