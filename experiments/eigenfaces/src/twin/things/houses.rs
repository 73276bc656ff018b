//! A row of houses by the water.

use super::super::noise::{cloud, noise};
use super::super::paint::{at, block, mix};
use super::{Pixel, Style};

/// Where the houses stand on the quay.
const QUAY: f64 = 0.35;

/// Width of a house.
const WIDE: f64 = 0.42;

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    if pixel.p.y < QUAY {
        town(pixel, style);
        return;
    }
    // Water shows the town upside down, in waves.
    let (x, y) = (pixel.p.x, pixel.p.y);
    let waves = cloud(style.pattern, at(x * 5.0, y * 40.0), 3);
    pixel.p = at(x + 0.05 * waves, 2.0 * QUAY - y + 0.03 * waves);
    town(pixel, style);
    pixel.grey = 0.45 * pixel.grey + 0.1 + 0.06 * waves;
    pixel.p = at(x, y);
    pixel.line(y - QUAY, 0.05, 0.5 * style.dark);
}

fn town(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    pixel.grey = style.light + 0.06 * cloud(style.pattern ^ 1, at(p.x * 1.3, p.y * 3.0), 3);
    let number = (p.x / WIDE).floor();
    let across = p.x - (number + 0.5) * WIDE;
    let chance = |what: f64| 0.5 + 0.5 * noise(style.pattern ^ 2, at(number * 3.0, what));
    let top = -0.5 - 0.22 * chance(10.0);
    let wall = mix(0.3, 0.85, chance(20.0));
    let steep = mix(0.6, 1.2, chance(30.0));
    let roof = top - 0.12 + steep * across.abs() - p.y;
    let plaster = 1.0 + 0.05 * cloud(style.pattern ^ 3, at(p.x * 12.0, p.y * 12.0), 2);
    pixel.fill(roof.max(p.y - top), style.dark + 0.1);
    pixel.fill(top - p.y, wall * plaster);
    pixel.fill(
        (0.5 * WIDE - 0.006 - across.abs()).max(top - p.y),
        0.5 * wall,
    );
    windows(pixel, across, top, wall);
}

fn windows(pixel: &mut Pixel, across: f64, top: f64, wall: f64) {
    let (column, row) = (0.125, 0.17);
    let x = (across / column).round().clamp(-1.0, 1.0) * column;
    let storeys = ((QUAY - top) / row).floor();
    let storey = ((pixel.p.y - top) / row).floor().clamp(0.0, storeys - 1.0);
    let centre = at(x, top + (storey + 0.55) * row);
    let pane = block(at(across, pixel.p.y), centre, (0.036, 0.055), 0.003);
    pixel.line(pane, 0.018, if wall > 0.5 { 0.95 } else { 0.8 });
    pixel.fill(pane, 0.14);
    if pane < 0.0 {
        pixel.line(
            (across - x).min((pixel.p.y - centre.y).abs() + 1.0),
            0.01,
            0.8,
        );
        pixel.line(pixel.p.y - centre.y, 0.01, 0.8);
    }
}
