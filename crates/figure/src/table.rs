//! Words and numbers in rows and columns.

use serde::{Deserialize, Serialize};

use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::error::{PanelError, empty, expect_len};
use crate::font;
use crate::paint::{Anchor, Rect, Stroke, Text};
use crate::panel::{Panel, Row, list};

const ROW: f64 = font::SMALL * 1.75;
/// Left and right of a cell's text.
const PAD: f64 = 9.0;

/// A table: headings and cells of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Headings that span several columns, from the left, with how many; may be empty.
    pub groups: Vec<(String, usize)>,
    /// The heading of each column.
    pub columns: Vec<Column>,
    /// The rows, each with one cell per column.
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
}

impl Panel for Table {
    fn title(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<(), PanelError> {
        let columns = self.columns.len();
        if columns == 0 || self.rows.is_empty() {
            return Err(empty("the table"));
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

    fn size(&self, _columns: usize) -> (f64, f64) {
        let (widths, height) = layout(self);
        (widths.iter().sum(), height)
    }

    /// Where there is too little room the letters become smaller.
    fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let (mut widths, height) = layout(self);
        let wide: f64 = widths.iter().sum();
        let scale = (rect.w / wide).min(rect.h / height).min(1.0);
        widths.iter_mut().for_each(|width| *width *= scale);
        let page = Page {
            table: self,
            rect: Rect::new(rect.x, rect.y, wide * scale, height * scale),
            widths,
            scale,
        };
        let mut y = rect.y;
        if !self.groups.is_empty() {
            page.groups(canvas, y);
            y += ROW * scale;
        }
        let headings = self.columns.iter().map(|column| column.heading.as_str());
        page.cells(canvas, y, headings, true);
        y += ROW * scale;
        page.line(canvas, y, Colour::DARK_GREY);
        for (index, row) in self.rows.iter().enumerate() {
            if index > 0 {
                let summed = self.lines.contains(&index);
                let colour = [Colour::LIGHT_GREY, Colour::DARK_GREY][usize::from(summed)];
                page.line(canvas, y, colour);
            }
            page.cells(canvas, y, row.iter().map(String::as_str), false);
            y += ROW * scale;
        }
        page.line(canvas, y, Colour::DARK_GREY);
    }

    fn numbers(&self) -> Vec<Row> {
        let rows = self.rows.iter().enumerate().flat_map(|(row, cells)| {
            let columns = self.columns.iter().zip(cells);
            columns.map(move |(column, cell)| Row {
                kind: "cell",
                x: column.heading.clone(),
                y: (row + 1).to_string(),
                value: cell.clone(),
                ..Row::default()
            })
        });
        rows.collect()
    }

    fn words(&self) -> String {
        let headings = self.columns.iter().map(|column| column.heading.as_str());
        let headings: Vec<&str> = headings.collect();
        let rows: Vec<String> = self.rows.iter().map(|row| row.join(", ")).collect();
        format!("Table of {}: {}.", headings.join(", "), list(&rows))
    }
}

/// Width of each column, and height of the whole.
fn layout(table: &Table) -> (Vec<f64>, f64) {
    let width = |column: usize| {
        let cells = table.rows.iter().map(|row| &row[column]);
        let heading = &table.columns[column].heading;
        let heading = font::width(heading, font::SMALL, true);
        font::widest(cells, font::SMALL).max(heading) + 2.0 * PAD
    };
    let mut widths: Vec<f64> = (0..table.columns.len()).map(width).collect();
    let mut first = 0;
    for (heading, columns) in &table.groups {
        let last = first + columns;
        let missing = font::width(heading, font::SMALL, true) + 2.0 * PAD
            - widths[first..last].iter().sum::<f64>();
        for width in &mut widths[first..last] {
            *width += missing.max(0.0) / *columns as f64;
        }
        first = last;
    }
    let headings = if table.groups.is_empty() { 1 } else { 2 };
    (widths, ROW * (table.rows.len() + headings) as f64)
}

/// A table with its places.
struct Page<'a> {
    table: &'a Table,
    rect: Rect,
    widths: Vec<f64>,
    scale: f64,
}

impl Page<'_> {
    fn line(&self, canvas: &mut Canvas, y: f64, colour: Colour) {
        let ends = ((self.rect.x, y), (self.rect.right(), y));
        canvas.line(ends.0, ends.1, Stroke::new(colour, 1.0));
    }

    fn text<'t>(&self, text: &'t str, x: f64, y: f64) -> Text<'t> {
        let place = (x, y + ROW * self.scale / 2.0);
        Text::new(text, place).size(font::SMALL * self.scale)
    }

    fn cells<'t>(
        &self,
        canvas: &mut Canvas,
        y: f64,
        cells: impl Iterator<Item = &'t str>,
        bold: bool,
    ) {
        let mut x = self.rect.x;
        let columns = self.table.columns.iter().zip(&self.widths);
        for (cell, (column, width)) in cells.zip(columns) {
            let pad = PAD * self.scale;
            let text = if column.numbers {
                self.text(cell, x + width - pad, y).anchor(Anchor::End)
            } else {
                self.text(cell, x + pad, y)
            };
            canvas.text(if bold { text.bold() } else { text }.centred());
            x += width;
        }
    }

    fn groups(&self, canvas: &mut Canvas, y: f64) {
        let (mut x, mut widths) = (self.rect.x, self.widths.iter());
        for (heading, columns) in &self.table.groups {
            let width: f64 = widths.by_ref().take(*columns).sum();
            let text = self.text(heading, x + width / 2.0, y);
            canvas.text(text.anchor(Anchor::Middle).bold().centred());
            if !heading.is_empty() {
                let (pad, foot) = (PAD * self.scale, y + ROW * self.scale);
                let ends = ((x + pad, foot), (x + width - pad, foot));
                canvas.line(ends.0, ends.1, Stroke::new(Colour::GREY, 1.0));
            }
            x += width;
        }
    }
}
