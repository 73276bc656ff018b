//! Draws a table.

use super::Table;
use crate::canvas::{Anchor, Canvas, Stroke, Text};
use crate::colour::Colour;
use crate::font;
use crate::rect::Rect;

const ROW: f64 = font::SMALL * 1.75;
/// Left and right of a cell's text.
const PAD: f64 = 9.0;

/// Width of each column, and height of the whole.
fn layout(table: &Table) -> (Vec<f64>, f64) {
    let width = |column: usize| {
        let cells = table.rows.iter().map(|row| row[column].as_str());
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

/// Width and height that a table takes.
pub(crate) fn size(table: &Table) -> (f64, f64) {
    let (widths, height) = layout(table);
    (widths.iter().sum(), height)
}

/// Draws the table into `rect`; the title has been taken off. Where there is too little room the
/// letters become smaller.
pub(crate) fn draw(canvas: &mut Canvas, rect: Rect, table: &Table) {
    let (mut widths, height) = layout(table);
    let wide: f64 = widths.iter().sum();
    let scale = (rect.w / wide).min(rect.h / height).min(1.0);
    widths.iter_mut().for_each(|width| *width *= scale);
    let page = Page {
        table,
        rect: Rect::new(rect.x, rect.y, wide * scale, height * scale),
        widths,
        scale,
    };
    let mut y = rect.y;
    if !table.groups.is_empty() {
        page.groups(canvas, y);
        y += ROW * scale;
    }
    let headings = table.columns.iter().map(|column| column.heading.as_str());
    page.cells(canvas, y, headings, true);
    y += ROW * scale;
    page.line(canvas, y, Colour::DARK_GREY);
    for (index, row) in table.rows.iter().enumerate() {
        if index > 0 {
            let summed = table.lines.contains(&index);
            let colour = [Colour::LIGHT_GREY, Colour::DARK_GREY][usize::from(summed)];
            page.line(canvas, y, colour);
        }
        page.cells(canvas, y, row.iter().map(String::as_str), false);
        y += ROW * scale;
    }
    page.line(canvas, y, Colour::DARK_GREY);
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
