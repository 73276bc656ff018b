//! Words and numbers in rows and columns.

mod draw;

use serde::{Deserialize, Serialize};

pub(crate) use draw::{draw, size};

use crate::error::{PanelError, expect_len};

/// A table: a heading a column, cells of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Headings that span several columns, from the left, with how many; may be empty.
    pub groups: Vec<(String, usize)>,
    /// The heading of each column.
    pub columns: Vec<Column>,
    /// The rows, a cell a column each.
    pub rows: Vec<Vec<String>>,
    /// Rows with a line above them, as above a sum.
    pub lines: Vec<usize>,
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub heading: String,
    /// Whether its cells end on one line, as numbers do, instead of starting on one.
    pub numbers: bool,
}

impl Column {
    /// A column of words.
    pub fn words(heading: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            numbers: false,
        }
    }

    /// A column of numbers.
    pub fn numbers(heading: impl Into<String>) -> Self {
        Self {
            heading: heading.into(),
            numbers: true,
        }
    }
}

impl Table {
    /// A table without rows.
    pub fn new(title: impl Into<String>, columns: impl IntoIterator<Item = Column>) -> Self {
        Self {
            title: title.into(),
            groups: Vec::new(),
            columns: columns.into_iter().collect(),
            rows: Vec::new(),
            lines: Vec::new(),
        }
    }

    /// Adds a heading over the next `columns` columns that have none yet.
    #[must_use]
    pub fn group(mut self, heading: impl Into<String>, columns: usize) -> Self {
        self.groups.push((heading.into(), columns));
        self
    }

    /// Adds a row.
    #[must_use]
    pub fn row<S: Into<String>>(mut self, cells: impl IntoIterator<Item = S>) -> Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// Draws a line above the row that is added next.
    #[must_use]
    pub fn line(mut self) -> Self {
        self.lines.push(self.rows.len());
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        let columns = self.columns.len();
        if columns == 0 || self.rows.is_empty() {
            return Err(PanelError::Empty {
                what: "the table".into(),
            });
        }
        if !self.groups.is_empty() {
            let spanned = self.groups.iter().map(|(_, columns)| *columns);
            let spanned = spanned.fold(0, usize::saturating_add);
            expect_len("columns under the table's groups", spanned, columns)?;
        }
        let mut rows = self.rows.iter().enumerate();
        rows.try_for_each(|(row, cells)| {
            expect_len(&format!("row {row} of the table"), cells.len(), columns)
        })
    }
}
