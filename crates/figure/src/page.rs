//! Lays a figure's panels out on a page and draws them.

use crate::canvas::{Canvas, Text};
use crate::error::FigureError;
use crate::figure::{Figure, Placed};
use crate::font;
use crate::legend::{self, Entry, Legend};
use crate::panel::Panel;
use crate::rect::Rect;
use crate::{bars, chart, heat_map, images, network, surface, table};

const MARGIN: f64 = 14.0;
const GAP: f64 = 24.0;
const LINE: f64 = 1.25;
/// Narrowest page: a title needs some room.
const NARROWEST: f64 = 420.0;
/// Smallest and largest side of a panel that a caller may ask for, in pixels.
const SIDES: (u32, u32) = (100, 3000);
/// Most pixels of a page, and of its side: what a machine of modest memory draws.
const LARGEST: (f64, f64) = (24e6, 16_384.0);

/// The figure as SVG.
pub(crate) fn svg(figure: &Figure) -> Result<String, FigureError> {
    figure.check()?;
    let columns = figure.columns.clamp(1, figure.panels.len());
    let sizes: Vec<(f64, f64)> = figure
        .panels
        .iter()
        .map(|placed| size(figure, placed, columns))
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
            draw_panel(&mut canvas, rect, &placed.panel, figure.shared_legend)?;
            x += width + GAP;
        }
        y += height + GAP;
    }
    y -= GAP;
    if figure.shared_legend {
        let mut shared = Vec::new();
        figure
            .panels
            .iter()
            .for_each(|placed| legend::merge(&mut shared, entries(&placed.panel)));
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
    Ok(canvas.finish(size.0, size.1, &figure.title, &figure.alt_text()))
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

/// Size of a panel: the caller's, or what its kind needs beside others.
fn size(figure: &Figure, placed: &Placed, columns: usize) -> (f64, f64) {
    if let Some((w, h)) = placed.size {
        return [w, h]
            .map(|side| f64::from(side.clamp(SIDES.0, SIDES.1)))
            .into();
    }
    let plain: (f64, f64) = [(720.0, 420.0), (420.0, 330.0), (340.0, 290.0)][columns.min(3) - 1];
    let deep = [(560.0, 460.0), (420.0, 345.0), (340.0, 290.0)][columns.min(3) - 1];
    let square = [(500.0, 480.0), (420.0, 400.0), (340.0, 330.0)][columns.min(3) - 1];
    let (w, h) = match &placed.panel {
        Panel::Chart(chart) if chart.equal_aspect => square,
        Panel::Chart(_) => plain,
        Panel::Bars(bars) if bars.horizontal => {
            let rows = bars.categories.len() * bars.series.len().max(1);
            (
                plain.0,
                (26.0 * rows as f64 + 14.0 * bars.categories.len() as f64 + 70.0).max(160.0),
            )
        }
        Panel::Bars(bars) => {
            let needed = 34.0 * (bars.categories.len() * bars.series.len().max(1)) as f64 + 80.0;
            (plain.0.max(needed.min(1100.0)), plain.1)
        }
        Panel::HeatMap(map) => heat_map::size(map),
        Panel::Surface(_) => deep,
        Panel::Images(images) => images::size(images),
        Panel::Network(_) => plain,
        Panel::Table(table) => table::size(table),
    };
    let legend = if figure.shared_legend || place(&placed.panel) != Legend::Below {
        0.0
    } else {
        legend::height_below(&entries(&placed.panel), w)
    };
    (w, h + title_height(&placed.panel, w) + legend)
}

fn title_height(panel: &Panel, width: f64) -> f64 {
    match panel.title() {
        "" => 0.0,
        title => {
            let lines = font::wrap(title, font::PANEL, true, width).len();
            lines as f64 * font::PANEL * LINE + 8.0
        }
    }
}

fn place(panel: &Panel) -> Legend {
    match panel {
        Panel::Chart(chart) => chart.legend,
        Panel::Bars(bars) => bars.legend,
        _ => Legend::Below,
    }
}

fn entries(panel: &Panel) -> Vec<Entry> {
    match panel {
        Panel::Chart(chart) => chart::entries(chart),
        Panel::Bars(bars) => bars::entries(bars),
        Panel::Network(network) => network::entries(network),
        Panel::HeatMap(_) | Panel::Surface(_) | Panel::Images(_) | Panel::Table(_) => Vec::new(),
    }
}

fn draw_panel(
    canvas: &mut Canvas,
    rect: Rect,
    panel: &Panel,
    shared: bool,
) -> Result<(), FigureError> {
    for (row, line) in font::wrap(panel.title(), font::PANEL, true, rect.w)
        .iter()
        .enumerate()
    {
        let at = (rect.x, rect.y + font::PANEL * (0.85 + LINE * row as f64));
        canvas.text(Text::new(line, at).size(font::PANEL).bold());
    }
    let mut body = rect.inside(0.0, title_height(panel, rect.w), 0.0, 0.0);
    let entries = entries(panel);
    match place(panel) {
        _ if shared => {}
        Legend::Below => {
            let height = legend::height_below(&entries, rect.w);
            body = body.inside(0.0, 0.0, 0.0, height);
            let under = Rect {
                y: rect.bottom() - height,
                h: height,
                ..rect
            };
            legend::draw_below(canvas, under, &entries);
        }
        Legend::Right => {
            body = body.inside(0.0, 0.0, legend::width_right(&entries), 0.0);
            let beside = Rect {
                x: body.right(),
                y: body.y + 8.0,
                ..body
            };
            legend::draw_right(canvas, beside, &entries);
        }
        Legend::None => {}
    }
    match panel {
        Panel::Chart(chart) => chart::draw(canvas, body, chart),
        Panel::Bars(bars) => bars::draw(canvas, body, bars),
        Panel::HeatMap(map) => heat_map::draw(canvas, body, map)?,
        Panel::Surface(surface) => surface::draw(canvas, body, surface),
        Panel::Images(images) => images::draw(canvas, body, images)?,
        Panel::Network(network) => network::draw(canvas, body, network),
        Panel::Table(table) => table::draw(canvas, body, table),
    }
    Ok(())
}
