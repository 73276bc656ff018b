//! A figure: panels in a grid under one title, and what it says without a picture.

use csv::Writer;
use serde::{Deserialize, Serialize};

use crate::Kind;
use crate::error::FigureError;
use crate::panel::Panel;

/// A figure: everything that its picture shows, as plain numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// File stem: `accuracy` becomes `accuracy.svg`, `accuracy.png` and `accuracy.json`.
    pub name: String,
    /// What is compared; stands above the panels.
    pub title: String,
    /// What is seen, for the page around the picture; not drawn.
    pub caption: String,
    /// Panels in a row.
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
    pub panel: Kind,
}

impl Placed {
    pub(crate) fn get(&self) -> &dyn Panel {
        self.panel.get()
    }
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

    setters! {
        /// Says what is compared and what to see.
        caption: impl Into<String>,
        /// Sets the number of panels in a row (at least one).
        columns: usize,
        /// Draws one legend under all panels.
        shared_legend,
    }

    /// Adds a panel of its kind's own size.
    #[must_use]
    pub fn panel(self, panel: impl Into<Kind>) -> Self {
        self.placed(panel.into(), None)
    }

    /// Adds a panel of `width` x `height` pixels, its title and legend included.
    #[must_use]
    pub fn panel_sized(self, panel: impl Into<Kind>, width: u32, height: u32) -> Self {
        self.placed(panel.into(), Some((width, height)))
    }

    fn placed(mut self, panel: Kind, size: Option<(u32, u32)>) -> Self {
        self.panels.push(Placed { size, panel });
        self
    }

    /// The same without panels in which there is nothing to see.
    #[must_use]
    pub fn without_empty_panels(mut self) -> Self {
        self.panels.retain(|placed| placed.get().has_content());
        self
    }

    /// The figure with all its numbers as JSON; [`Figure::from_json`] reads it back.
    ///
    /// # Errors
    /// If the encoder fails, with its reason.
    pub fn json(&self) -> Result<String, FigureError> {
        serde_json::to_string(self).map_err(|error| FigureError::encode(&self.name, "JSON", &error))
    }

    /// A figure from the JSON beside its picture.
    ///
    /// # Errors
    /// If the text is no figure, with the line and column.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// The numbers as CSV, one row each: panel (counted from 1) and its title, what draws it,
    /// series, place (`x` and `y`; names of categories, columns and rows where these are words),
    /// value, bounds of an interval. A number that is not finite is empty, as in a gap of a curve.
    ///
    /// `None` for a figure without numbers, such as a grid of pictures.
    #[must_use]
    pub fn csv(&self) -> Option<String> {
        let mut table = Writer::from_writer(Vec::new());
        let mut empty = true;
        // Writing to memory cannot fail, and all rows have the same length.
        let _ = table.write_record([
            "panel", "title", "kind", "series", "x", "y", "value", "low", "high",
        ]);
        for (index, placed) in self.panels.iter().enumerate() {
            let (panel, title) = ((index + 1).to_string(), placed.get().title());
            for row in placed.get().numbers() {
                empty = false;
                let _ = table.write_record([
                    &panel,
                    title,
                    row.kind,
                    &row.series,
                    &row.x,
                    &row.y,
                    &row.value,
                    &row.low,
                    &row.high,
                ]);
            }
        }
        let text = String::from_utf8(table.into_inner().ok()?).ok()?;
        (!empty).then_some(text)
    }

    /// What the figure shows, in words and numbers, for readers who do not see it.
    #[must_use]
    pub fn alt_text(&self) -> String {
        let mut text = format!("{}.", self.title.trim_end_matches('.'));
        for panel in self.panels.iter().map(Placed::get) {
            let title = match panel.title() {
                "" => String::new(),
                title => format!("{title}: "),
            };
            text.push_str(&format!(" {title}{}", panel.words()));
        }
        text
    }

    pub(crate) fn check(&self) -> Result<(), FigureError> {
        if self.panels.is_empty() {
            return Err(FigureError::NoPanels(self.name.clone()));
        }
        let mut panels = self.panels.iter().map(Placed::get).enumerate();
        panels.try_for_each(|(index, panel)| {
            panel.check().map_err(|problem| {
                FigureError::Panel(self.name.clone(), index, panel.title().into(), problem)
            })
        })
    }
}
