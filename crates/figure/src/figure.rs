//! A figure: panels in a grid under one title, and what is made of it.

use serde::{Deserialize, Serialize};

use crate::error::FigureError;
use crate::page;
use crate::panel::Panel;
use crate::raster;

/// A figure: everything that its picture shows, as plain numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// File stem: `accuracy` becomes `accuracy.svg`, `accuracy.png` and `accuracy.json`.
    pub name: String,
    /// What is compared; stands above the panels.
    pub title: String,
    /// What is seen, for the page around the picture; not drawn.
    pub caption: String,
    /// Panels a row.
    pub columns: usize,
    /// One legend under all panels instead of one in each.
    pub shared_legend: bool,
    /// The panels, row by row.
    pub panels: Vec<Placed>,
}

/// A panel and its place on the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Placed {
    /// Width and height in pixels; by kind where absent.
    pub size: Option<(u32, u32)>,
    /// The panel.
    #[serde(flatten)]
    pub panel: Panel,
}

/// A figure's files, as bytes and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The picture with real text and curves.
    pub svg: String,
    /// The picture as pixels, two for each pixel of the SVG along each side.
    pub png: Vec<u8>,
    /// The figure itself: the numbers behind the picture.
    pub json: String,
}

impl Figure {
    /// An empty figure of one column.
    pub fn new(name: impl Into<String>, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            title: title.into(),
            caption: String::new(),
            columns: 1,
            shared_legend: false,
            panels: Vec::new(),
        }
    }

    /// Says what is compared and what to see.
    #[must_use]
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.caption = caption.into();
        self
    }

    /// Sets the number of panels a row (at least one).
    #[must_use]
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// Draws one legend under all panels.
    #[must_use]
    pub fn shared_legend(mut self) -> Self {
        self.shared_legend = true;
        self
    }

    /// Adds a panel of its kind's own size.
    #[must_use]
    pub fn panel(mut self, panel: impl Into<Panel>) -> Self {
        self.panels.push(Placed {
            size: None,
            panel: panel.into(),
        });
        self
    }

    /// Adds a panel of `width` x `height` pixels, its title and legend included.
    #[must_use]
    pub fn panel_sized(mut self, panel: impl Into<Panel>, width: u32, height: u32) -> Self {
        self.panels.push(Placed {
            size: Some((width, height)),
            panel: panel.into(),
        });
        self
    }

    /// The picture alone, as SVG.
    ///
    /// # Errors
    /// If there is no panel, or one holds numbers that do not fit together.
    pub fn svg(&self) -> Result<String, FigureError> {
        page::svg(self)
    }

    /// Draws the figure: the same figure gives the same bytes.
    ///
    /// # Errors
    /// If there is no panel, or one holds numbers that do not fit together.
    pub fn render(&self) -> Result<Rendered, FigureError> {
        let svg = page::svg(self)?;
        let pixels = raster::pixels(&self.name, &svg, raster::PNG_SCALE)?;
        let size = (pixels.width, pixels.height);
        let png = raster::png(
            &self.name,
            &pixels.rgb,
            size,
            image::ExtendedColorType::Rgb8,
        )?;
        Ok(Rendered {
            svg,
            png,
            json: self.json()?,
        })
    }

    /// The figure with all its numbers as JSON; [`Figure::from_json`] reads it back.
    ///
    /// # Errors
    /// If the encoder fails, with its reason.
    pub fn json(&self) -> Result<String, FigureError> {
        serde_json::to_string(self).map_err(|error| FigureError::Encode {
            figure: self.name.clone(),
            format: "JSON",
            reason: error.to_string(),
        })
    }

    /// A figure from the JSON beside its picture.
    ///
    /// # Errors
    /// If the text is no figure, with the line and column.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    pub(crate) fn check(&self) -> Result<(), FigureError> {
        if self.panels.is_empty() {
            return Err(FigureError::NoPanels {
                figure: self.name.clone(),
            });
        }
        self.panels
            .iter()
            .enumerate()
            .try_for_each(|(index, placed)| {
                placed.panel.check().map_err(|problem| FigureError::Panel {
                    figure: self.name.clone(),
                    panel: index,
                    title: placed.panel.title().into(),
                    problem,
                })
            })
    }
}
