//! The kinds of panels that a figure is put together from.

use serde::{Deserialize, Serialize};

use crate::bars::Bars;
use crate::chart::Chart;
use crate::error::PanelError;
use crate::heat_map::HeatMap;
use crate::images::Images;
use crate::network::Network;
use crate::surface::Surface;
use crate::table::Table;

/// One panel of a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "panel", rename_all = "kebab-case")]
pub enum Panel {
    /// Curves, bands and points over two numeric axes.
    Chart(Chart),
    /// Bars over categories.
    Bars(Bars),
    /// A matrix as coloured cells.
    HeatMap(HeatMap),
    /// A function of two variables in space.
    Surface(Surface),
    /// Small pictures in a grid.
    Images(Images),
    /// A multilayer perceptron as circles and lines.
    Network(Network),
    /// Words and numbers in rows and columns.
    Table(Table),
}

impl Panel {
    /// The panel's title.
    #[must_use]
    pub fn title(&self) -> &str {
        match self {
            Self::Chart(panel) => &panel.title,
            Self::Bars(panel) => &panel.title,
            Self::HeatMap(panel) => &panel.title,
            Self::Surface(panel) => &panel.title,
            Self::Images(panel) => &panel.title,
            Self::Network(panel) => &panel.title,
            Self::Table(panel) => &panel.title,
        }
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        match self {
            Self::Chart(panel) => panel.check(),
            Self::Bars(panel) => panel.check(),
            Self::HeatMap(panel) => panel.check(),
            Self::Surface(panel) => panel.check(),
            Self::Images(panel) => panel.check(),
            Self::Network(panel) => panel.check(),
            Self::Table(panel) => panel.check(),
        }
    }
}

macro_rules! panel_from {
    ($($kind:ident),*) => {$(
        impl From<$kind> for Panel {
            fn from(panel: $kind) -> Self {
                Self::$kind(panel)
            }
        }
    )*};
}
panel_from!(Chart, Bars, HeatMap, Surface, Images, Network, Table);
