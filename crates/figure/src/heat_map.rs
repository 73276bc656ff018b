//! A matrix as coloured cells.

use serde::{Deserialize, Serialize};

use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::colour_map::{ColourBar, ColourMap};
use crate::error::{PanelError, empty, expect_len_if_any, expect_range, expect_rectangle};
use crate::font;
use crate::number;
use crate::paint::{Anchor, Fill, Rect, Stroke, Text};
use crate::panel::{Panel, Row, grid, spread};

/// From so many cells on, the cells are one picture instead of a rectangle each.
const MANY: usize = 4096;
/// Smallest text that is worth writing, in pixels.
const SMALLEST: f64 = 8.0;
/// Largest number in a cell.
const NUMBER: f64 = 13.0;
const TURN: f64 = 45.0;

/// A matrix as coloured cells, with the numbers in them and a colour bar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeatMap {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// The matrix, `values[row][column]`, row 0 on top; what is not finite is crossed out.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Writes the numbers into the cells, with so many digits after the point.
        digits: usize,
        /// Chooses the colours.
        map: ColourMap,
        /// Fixes the numbers at the ends of the colour map, so that panels can be compared.
        range(low, high),
        /// Says what the colours measure.
        bar_label: impl Into<String>,
    }

    /// Leaves the colour bar out.
    #[must_use]
    pub fn without_bar(mut self) -> Self {
        self.bar = false;
        self
    }
}

impl Panel for HeatMap {
    fn title(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<(), PanelError> {
        let (rows, columns) = self.shape();
        if columns == 0 {
            return Err(empty("the heat map's matrix"));
        }
        expect_rectangle("the heat map's matrix", &self.values)?;
        expect_range("colour range", self.range, false)?;
        expect_len_if_any("row labels", self.row_labels.len(), rows)?;
        expect_len_if_any("column labels", self.column_labels.len(), columns)
    }

    /// A size at which cells are easy to read.
    fn size(&self, _columns: usize) -> (f64, f64) {
        let (rows, columns) = self.shape();
        let side = (420.0 / rows.max(columns) as f64).clamp(4.0, 46.0);
        let (w, h) = if self.digits.is_some() {
            let number = font::widest(self.cell_texts(), NUMBER);
            (side.max(number + 8.0).max(28.0), side.clamp(26.0, 32.0))
        } else {
            (side, side)
        };
        let margins = self.margins(w);
        (
            margins.left + w * columns as f64 + margins.right,
            h * rows as f64 + margins.bottom,
        )
    }

    fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let (rows, columns) = self.shape();
        let margins = self.margins(rect.w / columns as f64 * 0.8);
        let room = rect.inside(margins.left, 0.0, margins.right, margins.bottom);
        let w = room.w / columns as f64;
        let mut h = room.h / rows as f64;
        // Cells are square, or flat where the numbers in them need it.
        let w = if self.digits.is_some() {
            w.min(2.5 * h)
        } else {
            w.min(h)
        };
        h = h.min(w);
        let left = rect.x + margins.left + (room.w - w * columns as f64) / 2.0;
        let cells = Rect::new(
            left.round(),
            rect.y.round(),
            w * columns as f64,
            h * rows as f64,
        );
        if rows * columns > MANY {
            picture(canvas, cells, self);
        } else {
            draw_cells(canvas, cells, self);
        }
        canvas.rect(cells, None, Some(Stroke::new(Colour::DARK_GREY, 1.0)));
        draw_names(canvas, cells, self);
        if self.bar {
            let bar = Rect {
                x: cells.right(),
                ..cells
            };
            self.colour_bar().draw(canvas, bar);
        }
    }

    fn numbers(&self) -> Vec<Row> {
        let names = [self.column_labels.as_slice(), &self.row_labels];
        grid("cell", "", names, &self.values)
    }

    fn words(&self) -> String {
        let (rows, columns) = self.shape();
        let values = spread(&self.values.concat());
        format!("Heat map of {rows} rows and {columns} columns, values {values}.")
    }
}

/// The text of a cell. Zeros before the point are left out where there are digits enough
/// behind it: a matrix of weights is then a third narrower.
fn text(value: f64, digits: usize) -> String {
    if digits < 2 {
        number::fixed(value, digits)
    } else {
        number::bare(value, digits)
    }
}

/// Room around the cells.
struct Margins {
    left: f64,
    right: f64,
    bottom: f64,
}

impl HeatMap {
    fn colour_range(&self) -> (f64, f64) {
        self.range
            .unwrap_or_else(|| self.map.range_of(self.values.iter().flatten().copied()))
    }

    fn colour_bar(&self) -> ColourBar<'_> {
        ColourBar {
            map: self.map,
            range: self.colour_range(),
            label: &self.bar_label,
        }
    }

    fn shape(&self) -> (usize, usize) {
        (self.values.len(), self.values.first().map_or(0, Vec::len))
    }

    /// Texts of the cells.
    fn cell_texts(&self) -> impl Iterator<Item = String> + '_ {
        let digits = self.digits.unwrap_or(0);
        let finite = self.values.iter().flatten().filter(|v| v.is_finite());
        finite.map(move |value| text(*value, digits))
    }

    fn margins(&self, cell: f64) -> Margins {
        let [rows, columns] =
            [&self.row_labels, &self.column_labels].map(|labels| font::widest(labels, font::SMALL));
        // How far turned names reach to the left of the first column, and down.
        let (turned, below) = match self.column_labels.as_slice() {
            [] => (0.0, 0.0),
            _ if self.turned(cell) => {
                let down = columns * TURN.to_radians().sin() + 18.0;
                (columns * 0.7 - cell, down)
            }
            _ => (0.0, font::SMALL * 1.2 + 6.0),
        };
        let bar = self.colour_bar().width();
        Margins {
            left: (rows + 10.0 + font::label_height(&self.row_title)).max(turned),
            right: if self.bar { bar } else { 6.0 },
            bottom: below + font::label_height(&self.column_title) + 2.0,
        }
    }

    /// Whether a column's name is too wide for a column of `cell` pixels.
    fn turned(&self, cell: f64) -> bool {
        let mut labels = self.column_labels.iter();
        // Numbers are thinned out instead: 0, 5, 10.
        font::widest(&self.column_labels, font::SMALL) > cell - 4.0
            && !labels.all(|label| label.parse::<f64>().is_ok())
    }
}

/// The cell of a row and column, on whole pixels so that neighbours leave no seam.
fn cell(cells: Rect, (rows, columns): (usize, usize), row: usize, column: usize) -> Rect {
    let x = |column: usize| (cells.x + cells.w * column as f64 / columns as f64).round();
    let y = |row: usize| (cells.y + cells.h * row as f64 / rows as f64).round();
    Rect::new(
        x(column),
        y(row),
        x(column + 1) - x(column),
        y(row + 1) - y(row),
    )
}

fn draw_cells(canvas: &mut Canvas, cells: Rect, map: &HeatMap) {
    let (range, shape) = (map.colour_range(), map.shape());
    let one = cell(cells, shape, 0, 0);
    let widest = font::widest(map.cell_texts(), 1.0).max(0.1);
    let size = ((one.w - 5.0) / widest).min(one.h * 0.6).min(NUMBER);
    for (row, values) in map.values.iter().enumerate() {
        for (column, &value) in values.iter().enumerate() {
            let rect = cell(cells, shape, row, column);
            let Some(colour) = map.map.colour(value, range) else {
                missing(canvas, rect);
                continue;
            };
            canvas.rect(rect, Some(Fill::area(colour, 1.0)), None);
            if let (Some(digits), true) = (map.digits, size >= SMALLEST) {
                let text = text(value, digits);
                let text = Text::new(&text, rect.middle())
                    .size(size)
                    .anchor(Anchor::Middle);
                canvas.text(text.on(colour).centred());
            }
        }
    }
}

/// A cell without a number: light grey, crossed out.
fn missing(canvas: &mut Canvas, rect: Rect) {
    canvas.rect(rect, Some(Fill::area(Colour::LIGHT_GREY, 1.0)), None);
    let stroke = Stroke::new(Colour::GREY, 1.2).of_area();
    canvas.line((rect.x, rect.y), (rect.right(), rect.bottom()), stroke);
    canvas.line((rect.x, rect.bottom()), (rect.right(), rect.y), stroke);
}

fn picture(canvas: &mut Canvas, cells: Rect, map: &HeatMap) {
    let (rows, columns) = map.shape();
    let range = map.colour_range();
    let pixels = map.values.iter().flatten().flat_map(|&value| {
        let colour = map.map.colour(value, range).unwrap_or(Colour::LIGHT_GREY);
        [colour.r, colour.g, colour.b]
    });
    let size = (columns as u32, rows as u32);
    let pixels: Vec<u8> = pixels.collect();
    canvas.picture(cells, &pixels, size, image::ExtendedColorType::Rgb8);
}

fn draw_names(canvas: &mut Canvas, cells: Rect, map: &HeatMap) {
    let (rows, columns) = map.shape();
    let (w, h) = (cells.w / columns as f64, cells.h / rows as f64);
    let every = (font::SMALL * 1.1 / h).ceil().max(1.0) as usize;
    for (row, name) in map.row_labels.iter().enumerate().step_by(every) {
        let at = (cells.x - 6.0, cells.y + h * (row as f64 + 0.5));
        canvas.text(Text::new(name, at).anchor(Anchor::End).centred());
    }
    let turned = map.turned(w);
    let needed = if turned {
        font::SMALL * 1.3
    } else {
        font::widest(&map.column_labels, font::SMALL) + 4.0
    };
    let every = (needed / w).ceil().max(1.0) as usize;
    for (column, name) in map.column_labels.iter().enumerate().step_by(every) {
        let at = (cells.x + w * (column as f64 + 0.5), cells.bottom() + 17.0);
        let text = Text::new(name, at).anchor(if turned { Anchor::End } else { Anchor::Middle });
        canvas.text(if turned { text.turn(-TURN) } else { text });
    }
    let margins = map.margins(w);
    let below = (cells.middle().0, cells.bottom() + margins.bottom - 5.0);
    let title = |text, at| Text::new(text, at).size(font::LABEL).anchor(Anchor::Middle);
    canvas.text(title(&map.column_title, below));
    let rows = font::widest(&map.row_labels, font::SMALL);
    let beside = (cells.x - rows - 14.0, cells.middle().1);
    canvas.text(title(&map.row_title, beside).turn(-90.0));
}
