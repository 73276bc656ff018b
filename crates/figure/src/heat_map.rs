//! A matrix as coloured cells.

mod draw;

use serde::{Deserialize, Serialize};

pub(crate) use draw::{draw, size};

use crate::colour_map::ColourMap;
use crate::error::{PanelError, expect_len, expect_range, expect_rectangle};

/// A matrix as coloured cells, with the numbers in them and a colour bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// The matrix, `values[row][column]`, row 0 on top; what is not finite is crossed out.
    #[serde(with = "crate::gap")]
    pub values: Vec<Vec<f64>>,
    /// Names of the rows, or empty.
    pub row_labels: Vec<String>,
    /// Names of the columns, or empty.
    pub column_labels: Vec<String>,
    /// What the rows are; may be empty.
    pub row_title: String,
    /// What the columns are; may be empty.
    pub column_title: String,
    /// Digits after the point of the number in each cell; no numbers where absent.
    pub digits: Option<usize>,
    /// From numbers to colours.
    pub map: ColourMap,
    /// Numbers at the ends of the colour map; from the data where absent.
    pub range: Option<(f64, f64)>,
    /// What the colours measure, with its unit: beside the colour bar.
    pub bar_label: String,
    /// Whether the colour bar is drawn.
    pub bar: bool,
}

impl HeatMap {
    /// A heat map without numbers in its cells, coloured by viridis over the data's range.
    pub fn new(title: impl Into<String>, values: impl Into<Vec<Vec<f64>>>) -> Self {
        Self {
            title: title.into(),
            values: values.into(),
            row_labels: Vec::new(),
            column_labels: Vec::new(),
            row_title: String::new(),
            column_title: String::new(),
            digits: None,
            map: ColourMap::Viridis,
            range: None,
            bar_label: String::new(),
            bar: true,
        }
    }

    /// Names the rows and says what they are.
    #[must_use]
    pub fn rows<S: Into<String>>(
        mut self,
        title: impl Into<String>,
        labels: impl IntoIterator<Item = S>,
    ) -> Self {
        self.row_title = title.into();
        self.row_labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Names the columns and says what they are.
    #[must_use]
    pub fn columns<S: Into<String>>(
        mut self,
        title: impl Into<String>,
        labels: impl IntoIterator<Item = S>,
    ) -> Self {
        self.column_title = title.into();
        self.column_labels = labels.into_iter().map(Into::into).collect();
        self
    }

    /// Writes the numbers into the cells, with so many digits after the point.
    #[must_use]
    pub fn digits(mut self, digits: usize) -> Self {
        self.digits = Some(digits);
        self
    }

    /// Chooses the colours.
    #[must_use]
    pub fn map(mut self, map: ColourMap) -> Self {
        self.map = map;
        self
    }

    /// Fixes the numbers at the ends of the colour map, so that panels can be compared.
    #[must_use]
    pub fn range(mut self, low: f64, high: f64) -> Self {
        self.range = Some((low, high));
        self
    }

    /// Says what the colours measure.
    #[must_use]
    pub fn bar_label(mut self, label: impl Into<String>) -> Self {
        self.bar_label = label.into();
        self
    }

    /// Leaves the colour bar out.
    #[must_use]
    pub fn without_bar(mut self) -> Self {
        self.bar = false;
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        let columns = self.values.first().map_or(0, Vec::len);
        if columns == 0 {
            return Err(PanelError::Empty {
                what: "the heat map's matrix".into(),
            });
        }
        expect_rectangle("the heat map's matrix", &self.values)?;
        expect_range("colour range", self.range, false)?;
        if !self.row_labels.is_empty() {
            expect_len("row labels", self.row_labels.len(), self.values.len())?;
        }
        if !self.column_labels.is_empty() {
            expect_len("column labels", self.column_labels.len(), columns)?;
        }
        Ok(())
    }
}
