//! Bricks, or planks, or cloth: pictures that are all texture.

use super::super::noise::{cloud, noise};
use super::super::paint::{at, mix, step};
use super::{Pixel, Style};

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    pixel.grey = if style.variety < 0.4 {
        bricks(pixel, style)
    } else if style.variety < 0.7 {
        planks(pixel, style)
    } else {
        cloth(pixel, style)
    };
}

fn bricks(pixel: &Pixel, style: &Style) -> f64 {
    let (wide, high) = (0.34, 0.13);
    let row = (pixel.p.y / high).floor();
    let x = pixel.p.x / wide + 0.5 * (row % 2.0).abs();
    let edge_x = (0.5 - (x - x.floor() - 0.5).abs()) * wide;
    let edge_y = (0.5 - (pixel.p.y / high - row - 0.5).abs()) * high;
    let tone = 0.12 * noise(style.pattern, at(x.floor() * 5.0, row * 3.0));
    let grain = 0.06 * cloud(style.pattern ^ 1, at(pixel.p.x * 25.0, pixel.p.y * 25.0), 3);
    let brick = style.dark + 0.22 + tone + grain;
    mix(
        0.9 * style.light,
        brick,
        step(0.008, 0.02 + pixel.width, edge_x.min(edge_y)),
    )
}

fn planks(pixel: &Pixel, style: &Style) -> f64 {
    let wide = 0.28;
    let plank = (pixel.p.x / wide).floor();
    let edge = (0.5 - (pixel.p.x / wide - plank - 0.5).abs()) * wide;
    let bend = cloud(
        style.pattern ^ 3,
        at(pixel.p.x * 2.0, pixel.p.y * 1.2 + 7.0 * plank),
        2,
    );
    let rings = (60.0 * pixel.p.x + 6.0 * bend).sin();
    let tone = 0.1 * noise(style.pattern, at(plank * 3.0, 0.5));
    let wood = 0.5 * style.light + 0.1 + tone + 0.07 * rings + 0.05 * bend;
    mix(style.dark, wood, step(0.004, 0.014 + pixel.width, edge))
}

fn cloth(pixel: &Pixel, style: &Style) -> f64 {
    let fold = cloud(
        style.pattern ^ 4,
        at(pixel.p.x * 2.2 + pixel.p.y, 0.6 * pixel.p.y),
        3,
    );
    let stripe = step(-0.2, 0.2, (14.0 * (pixel.p.x + 0.08 * fold)).sin());
    let crossing = step(-0.2, 0.2, (14.0 * (pixel.p.y + 0.08 * fold)).sin());
    mix(style.dark + 0.1, style.light, 0.5 * (stripe + crossing)) * (0.85 + 0.25 * fold)
}
