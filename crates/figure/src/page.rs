//! Lays a figure's panels out on a page, draws them, and packs the page.

use crate::canvas::Canvas;
use crate::error::FigureError;
use crate::figure::{Figure, Placed};
use crate::font;
use crate::legend::{self, Legend};
use crate::paint::{Rect, Text};
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
        svg(self)
    }

    /// Draws the figure: the same figure gives the same bytes.
    ///
    /// # Errors
    /// If there is no panel, or one holds numbers that do not fit together.
    pub fn render(&self) -> Result<Rendered, FigureError> {
        let svg = svg(self)?;
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

/// The figure as SVG.
pub(crate) fn svg(figure: &Figure) -> Result<String, FigureError> {
    figure.check()?;
    let columns = figure.columns.clamp(1, figure.panels.len());
    let sizes: Vec<(f64, f64)> = figure
        .panels
        .iter()
        .map(|placed| size(placed, columns, figure.shared_legend))
        .collect();
    let widths = (0..columns).map(|c| largest(sizes.iter().skip(c).step_by(columns).map(|s| s.0)));
    let heights: Vec<f64> = sizes
        .chunks(columns)
        .map(|row| largest(row.iter().map(|s| s.1)))
        .collect();
    let widths: Vec<f64> = widths.collect();
    let inner = length(&widths).max(NARROWEST);
    let mut canvas = Canvas::new(&figure.name);
    let mut y = MARGIN + draw_title(&mut canvas, figure, inner);
    for (placed, height) in figure.panels.chunks(columns).zip(&heights) {
        let mut x = MARGIN + (inner - length(&widths)) / 2.0;
        for (placed, width) in placed.iter().zip(&widths) {
            let rect = Rect::new(x, y, *width, *height);
            draw_panel(&mut canvas, rect, placed.get(), figure.shared_legend);
            x += width + GAP;
        }
        y += height + GAP;
    }
    y -= GAP;
    if figure.shared_legend {
        let mut shared = Vec::new();
        for placed in &figure.panels {
            legend::merge(&mut shared, placed.get().entries());
        }
        let height = legend::height_below(&shared, inner);
        legend::draw_below(&mut canvas, Rect::new(MARGIN, y, inner, height), &shared);
        y += height;
    }
    let (width, height) = (inner + 2.0 * MARGIN, y + MARGIN);
    if width * height > LARGEST.0 || width.max(height) > LARGEST.1 {
        return Err(FigureError::TooLarge {
            figure: figure.name.clone(),
            width,
            height,
        });
    }
    let size = (width.ceil() as u32, height.ceil() as u32);
    canvas.finish(size, &figure.title, &figure.alt_text())
}

fn largest(lengths: impl Iterator<Item = f64>) -> f64 {
    lengths.fold(0.0, f64::max)
}

fn length(sides: &[f64]) -> f64 {
    sides.iter().sum::<f64>() + GAP * (sides.len() - 1) as f64
}

/// Writes the figure's title and returns the height that it took.
fn draw_title(canvas: &mut Canvas, figure: &Figure, width: f64) -> f64 {
    if figure.title.is_empty() {
        return 0.0;
    }
    let lines = font::wrap(&figure.title, font::TITLE, true, width);
    for (row, line) in lines.iter().enumerate() {
        let y = MARGIN + font::TITLE * (0.85 + LINE * row as f64);
        canvas.text(Text::new(line, (MARGIN, y)).size(font::TITLE).bold());
    }
    lines.len() as f64 * font::TITLE * LINE + 12.0
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
        legend::height_below(&panel.entries(), w)
    };
    (w, h + title_height(panel, w) + legend)
}

fn title_height(panel: &dyn Panel, width: f64) -> f64 {
    match panel.title() {
        "" => 0.0,
        title => {
            let lines = font::wrap(title, font::PANEL, true, width).len();
            lines as f64 * font::PANEL * LINE + 8.0
        }
    }
}

fn draw_panel(canvas: &mut Canvas, rect: Rect, panel: &dyn Panel, shared: bool) {
    let title = font::wrap(panel.title(), font::PANEL, true, rect.w);
    for (row, line) in title.iter().enumerate() {
        let at = (rect.x, rect.y + font::PANEL * (0.85 + LINE * row as f64));
        canvas.text(Text::new(line, at).size(font::PANEL).bold());
    }
    let mut body = rect.inside(0.0, title_height(panel, rect.w), 0.0, 0.0);
    let entries = panel.entries();
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
