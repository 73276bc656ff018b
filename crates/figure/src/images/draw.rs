//! Draws pictures in a grid.

use super::{Images, Picture, Pixel};
use crate::canvas::{Anchor, Canvas, Stroke, Text};
use crate::colour::Colour;
use crate::error::FigureError;
use crate::font;
use crate::rect::Rect;

/// Side in pixels that small pictures are enlarged to, about.
const SIDE: u32 = 140;
const GAP: f64 = 12.0;
const ROW: f64 = font::SMALL * 1.2;

/// Room of one picture with its label.
struct Cell {
    scale: f64,
    w: f64,
    h: f64,
    lines: usize,
}

fn cell(images: &Images, scale: f64) -> Cell {
    let side = |of: fn(&Picture) -> u32| {
        images
            .pictures
            .iter()
            .map(of)
            .max()
            .map_or(1.0, |side| f64::from(side) * scale)
    };
    // A label may be somewhat wider than a small picture.
    let w = side(|p| p.width).max(72.0);
    let lines = images
        .pictures
        .iter()
        .map(|picture| label(picture, w).len())
        .max()
        .unwrap_or(0);
    Cell {
        scale,
        w,
        h: side(|p| p.height) + ROW * lines as f64 + 6.0,
        lines,
    }
}

fn label(picture: &Picture, width: f64) -> Vec<String> {
    font::wrap(&picture.label, font::SMALL, false, width)
}

fn natural(images: &Images) -> Cell {
    let side = images
        .pictures
        .iter()
        .map(|p| p.width.max(p.height))
        .max()
        .unwrap_or(1);
    cell(
        images,
        f64::from(images.scale.unwrap_or((SIDE / side).max(1))),
    )
}

fn total(images: &Images, cell: &Cell) -> (f64, f64) {
    let columns = images.columns.min(images.pictures.len());
    let rows = images.pictures.len().div_ceil(images.columns.max(1));
    let length = |count: usize, side: f64| count as f64 * (side + GAP) - GAP;
    (length(columns, cell.w), length(rows, cell.h))
}

/// Width and height in pixels of the grid; title not included.
pub(crate) fn size(images: &Images) -> (f64, f64) {
    total(images, &natural(images))
}

/// Draws the grid into `rect`; the title has been taken off.
pub(crate) fn draw(canvas: &mut Canvas, rect: Rect, images: &Images) -> Result<(), FigureError> {
    let mut cell = natural(images);
    let (w, h) = total(images, &cell);
    if w > rect.w + 0.5 || h > rect.h + 0.5 {
        let shrunk = cell.scale * (rect.w / w).min(rect.h / h);
        cell = self::cell(
            images,
            if shrunk >= 1.0 {
                shrunk.floor()
            } else {
                shrunk
            },
        );
    }
    for (index, picture) in images.pictures.iter().enumerate() {
        let (row, column) = (index / images.columns, index % images.columns);
        let x = rect.x + column as f64 * (cell.w + GAP);
        let y = rect.y + row as f64 * (cell.h + GAP);
        let (w, h) = (
            f64::from(picture.width) * cell.scale,
            f64::from(picture.height) * cell.scale,
        );
        let text_height = ROW * cell.lines as f64 + 6.0;
        // Pictures of a row stand on one line, above their labels.
        let place = Rect::new(x + (cell.w - w) / 2.0, y + cell.h - text_height - h, w, h);
        draw_picture(canvas, place, picture)?;
        for (line, text) in label(picture, cell.w).iter().enumerate() {
            let at = (
                x + cell.w / 2.0,
                place.bottom() + 6.0 + ROW * (line as f64 + 0.7),
            );
            canvas.text(Text::new(text, at).anchor(Anchor::Middle));
        }
    }
    Ok(())
}

fn draw_picture(canvas: &mut Canvas, rect: Rect, picture: &Picture) -> Result<(), FigureError> {
    let colour = match picture.pixel {
        Pixel::Grey => image::ExtendedColorType::L8,
        Pixel::Rgb => image::ExtendedColorType::Rgb8,
    };
    canvas.picture(rect, &picture.data, (picture.width, picture.height), colour)?;
    canvas.rect(rect, None, Some(Stroke::new(Colour::LIGHT_GREY, 1.0)));
    Ok(())
}
