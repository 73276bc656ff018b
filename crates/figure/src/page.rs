//! Lays a figure's panels out on a page, draws them, and packs the page.

use crate::canvas::Canvas;
use crate::error::FigureError;
use crate::figure::{Figure, Placed};
use crate::font;
use crate::legend::{self, Legend};
use crate::paint::{Place, Rect, Text};
use crate::panel::Panel;
use crate::raster;

const MARGIN: f64 = 14.0;
const GAP: f64 = 24.0;
const LINE: f64 = 1.25;
/// Narrowest page: a title needs some room.
const NARROWEST: f64 = 420.0;
/// Smallest and largest side of a panel that a caller may ask for, in pixels.
const SIDES: (u32, u32) = (100, 3000);
/// Most pixels of a page, and of its side: what a machine of modest memory draws.
const LARGEST: (f64, f64) = (24e6, 16_384.0);

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
    /// The picture alone, as SVG.
    ///
    /// # Errors
    /// If there is no panel, or one holds numbers that do not fit together.
    pub fn svg(&self) -> Result<String, FigureError> {
        self.check()?;
        let grid = Grid::of(self);
        let inner = length(&grid.widths).max(NARROWEST);
        let mut canvas = Canvas::new(&self.name);
        let at = (MARGIN, MARGIN);
        let title = heading(&mut canvas, at, &self.title, font::TITLE, inner);
        let mut y = MARGIN + title + if title > 0.0 { 12.0 } else { 0.0 };
        for (row, height) in self.panels.chunks(grid.widths.len()).zip(&grid.heights) {
            let mut x = MARGIN + (inner - length(&grid.widths)) / 2.0;
            for (placed, width) in row.iter().zip(&grid.widths) {
                let rect = Rect::new(x, y, *width, *height);
                draw_panel(&mut canvas, rect, placed.get(), self.shared_legend);
                x += width + GAP;
            }
            y += height + GAP;
        }
        y -= GAP;
        if self.shared_legend {
            let panels = self.panels.iter().map(Placed::get);
            let shared = legend::entries(panels.flat_map(Panel::samples));
            let height = legend::height_below(&shared, inner);
            legend::draw_below(&mut canvas, Rect::new(MARGIN, y, inner, height), &shared);
            y += height;
        }
        let (width, height) = (inner + 2.0 * MARGIN, y + MARGIN);
        if width * height > LARGEST.0 || width.max(height) > LARGEST.1 {
            return Err(FigureError::TooLarge(self.name.clone(), width, height));
        }
        let size = (width.ceil() as u32, height.ceil() as u32);
        canvas.finish(size, &self.title, &self.alt_text())
    }

    /// Draws the figure: the same figure gives the same bytes.
    ///
    /// # Errors
    /// If there is no panel, or one holds numbers that do not fit together.
    pub fn render(&self) -> Result<Rendered, FigureError> {
        let svg = self.svg()?;
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
}

/// Widths of the columns and heights of the rows, in pixels.
struct Grid {
    widths: Vec<f64>,
    heights: Vec<f64>,
}

impl Grid {
    fn of(figure: &Figure) -> Self {
        let columns = figure.columns.clamp(1, figure.panels.len());
        let mut grid = Self {
            widths: vec![0.0; columns],
            heights: vec![0.0; figure.panels.len().div_ceil(columns)],
        };
        for (index, placed) in figure.panels.iter().enumerate() {
            let (w, h) = size(placed, columns, figure.shared_legend);
            let (width, height) = (
                &mut grid.widths[index % columns],
                &mut grid.heights[index / columns],
            );
            (*width, *height) = (width.max(w), height.max(h));
        }
        grid
    }
}

fn length(sides: &[f64]) -> f64 {
    sides.iter().sum::<f64>() + GAP * (sides.len() - 1) as f64
}

/// Writes a title below `at` and returns its height.
fn heading(canvas: &mut Canvas, at: Place, text: &str, size: f64, width: f64) -> f64 {
    let lines = font::wrap(text, size, true, width);
    let first = Text::new("", (at.0, at.1 + 0.85 * size));
    canvas.lines(&lines, LINE * size, first.size(size).bold());
    lines.len() as f64 * size * LINE
}

/// Size of a panel with its title and legend: the caller's, or what its kind needs beside others.
fn size(placed: &Placed, columns: usize, shared: bool) -> (f64, f64) {
    if let Some((w, h)) = placed.size {
        return [w, h]
            .map(|side| f64::from(side.clamp(SIDES.0, SIDES.1)))
            .into();
    }
    let panel = placed.get();
    let (w, h) = panel.size(columns);
    let legend = if shared || panel.legend() != Legend::Below {
        0.0
    } else {
        legend::height_below(&legend::entries(panel.samples()), w)
    };
    (w, h + title_height(panel, w) + legend)
}

fn title_height(panel: &dyn Panel, width: f64) -> f64 {
    match font::wrap(panel.title(), font::PANEL, true, width).len() {
        0 => 0.0,
        lines => lines as f64 * font::PANEL * LINE + 8.0,
    }
}

fn draw_panel(canvas: &mut Canvas, rect: Rect, panel: &dyn Panel, shared: bool) {
    let at = (rect.x, rect.y);
    heading(canvas, at, panel.title(), font::PANEL, rect.w);
    let mut body = rect.inside(0.0, title_height(panel, rect.w), 0.0, 0.0);
    let entries = legend::entries(panel.samples());
    if !shared && panel.legend() == Legend::Below {
        let height = legend::height_below(&entries, rect.w);
        body = body.inside(0.0, 0.0, 0.0, height);
        let under = Rect {
            y: rect.bottom() - height,
            h: height,
            ..rect
        };
        legend::draw_below(canvas, under, &entries);
    }
    panel.draw(canvas, body);
}
