//! A printed page: a heading, two columns of words, a picture.

use super::super::noise::{cloud, noise};
use super::super::paint::{at, block, mix};
use super::{Pixel, Style};

/// Distance between two lines.
const LINE: f64 = 0.085;

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    pixel.grey = 0.4 + 0.04 * cloud(style.pattern ^ 1, at(p.x * 3.0, p.y * 3.0), 3);
    let sheet = block(p, at(0.0, 0.0), (0.72, 0.95), 0.01);
    pixel.shadow(sheet - 0.03, 0.08, 0.5);
    pixel.fill(sheet, style.light + 0.05 - 0.06 * p.x);
    if sheet > -0.06 {
        return;
    }
    let picture = at(0.32, mix(-0.2, 0.5, style.variety));
    let framed = block(p, picture, (0.26, 0.2), 0.0);
    if framed < 0.04 {
        let motif = 0.45 + 0.25 * cloud(style.pattern ^ 2, at(p.x * 4.0, p.y * 4.0), 3);
        pixel.fill(framed, motif);
    } else if p.y < -0.7 {
        words(pixel, style, at(p.x / 2.0, (p.y + 0.85) / 2.0), 7.0);
    } else {
        words(pixel, style, p, 1.0);
    }
}

/// Words of a few strokes each, with gaps between them and a gutter between the columns.
fn words(pixel: &mut Pixel, style: &Style, p: super::Place, row_from: f64) {
    let row = (p.y / LINE).floor() + row_from * 100.0;
    let within = p.y / LINE - (p.y / LINE).floor();
    let gap = noise(style.pattern, at(p.x * 7.0 + 13.0 * row, row * 2.0)) > 0.55;
    let gutter = p.x.abs() < 0.03;
    if gap || gutter {
        return;
    }
    let strokes = 0.5
        + 0.5
            * noise(
                style.pattern ^ 3,
                at(p.x * 60.0 + 31.0 * row, within * 3.0 + row * 7.0),
            );
    let body = ((within - 0.5).abs() - 0.27) * LINE;
    let ink = mix(0.75, style.dark, (1.6 * strokes).min(1.0));
    pixel.fill(body, ink);
}
