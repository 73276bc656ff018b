//! A tree in a meadow.

use super::super::noise::cloud;
use super::super::paint::{at, bell, mix, step};
use super::{Pixel, Style};

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    let clouds = 0.12 * cloud(style.pattern, at(p.x * 1.2, p.y * 2.5), 4);
    let sky = style.light - 0.15 * p.y + clouds;
    let grass = 0.38 + 0.07 * cloud(style.pattern ^ 1, at(p.x * 30.0, p.y * 9.0), 3);
    pixel.grey = mix(sky, grass, step(0.5, 0.56, p.y + 0.04 * (3.0 * p.x).sin()));
    pixel.shadow(
        (p.x - 0.1).abs() / 0.7 + (p.y - 0.8).abs() / 0.09 - 1.0,
        0.3,
        0.4,
    );
    let trunk = 0.07 + 0.05 * step(0.5, 0.85, p.y) + 0.05 * bell(p.y, 0.15);
    let bark = style.dark * (1.2 + 0.5 * cloud(style.pattern ^ 2, at(p.x * 40.0, p.y * 6.0), 2));
    let side = 1.0 - 3.0 * (p.x + 0.03);
    pixel.fill(
        (p.x.abs() - trunk).max(-0.1 - p.y).max(p.y - 0.8),
        bark * side.clamp(0.4, 1.5),
    );
    crown(pixel, style);
}

fn crown(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    let edge = 0.13 * cloud(style.pattern ^ 3, at(p.x * 6.0, p.y * 6.0), 3);
    let high = mix(0.45, 0.6, style.variety);
    let inside = (p.x / 0.62).hypot((p.y + 0.33) / high) - 1.0;
    let leaves = cloud(style.pattern ^ 4, at(p.x * 22.0, p.y * 22.0), 3);
    let clumps = cloud(style.pattern ^ 5, at(p.x * 5.0, p.y * 5.0), 2);
    let lit = 0.32 - 0.18 * p.x - 0.22 * (p.y + 0.33) + 0.1 * clumps + 0.1 * leaves;
    pixel.fill(0.5 * inside + edge, lit.clamp(0.03, 0.8));
}
