//! A room with a window, seen along its floor.

use super::super::noise::cloud;
use super::super::paint::{at, block, mix, step};
use super::{Pixel, Style};

/// Half width and half height of the far wall.
const FAR: (f64, f64) = (0.42, 0.36);

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    let p = at(pixel.p.x, pixel.p.y + 0.1);
    // How near a wall is: 1 at the far wall, more in front of it.
    let (side, level) = (p.x.abs() / FAR.0, p.y.abs() / FAR.1);
    let near = side.max(level).max(1.0);
    let base = if near <= 1.0 {
        0.55 * style.light
    } else if side > level {
        mix(0.35, 0.55, step(0.0, -0.2, p.x)) * style.light
    } else if p.y > 0.0 {
        boards(at(p.x / near, 1.0 / near), style)
    } else {
        0.8 * style.light
    };
    let plaster = 1.0 + 0.05 * cloud(style.pattern, at(p.x * 5.0, p.y * 5.0), 3);
    let corner = 0.35 * step(0.25, 0.0, (side - level).abs().min((near - 1.0).max(0.0)));
    pixel.grey = base * plaster * (1.0 - corner) * mix(1.0, 0.65, step(1.0, 2.6, near));
    window(pixel, style);
    furniture(pixel, style);
}

fn boards(p: super::Place, style: &Style) -> f64 {
    let grain = cloud(style.pattern ^ 1, at(p.x * 60.0, p.y * 8.0), 2);
    let joint = ((p.x * 26.0).fract().abs() - 0.5).abs();
    (style.dark + 0.2 + 0.05 * grain) * mix(0.6, 1.0, step(0.5, 0.42, joint))
}

fn window(pixel: &mut Pixel, style: &Style) {
    let centre = at(mix(-0.2, 0.2, style.variety), -0.16);
    let glass = block(pixel.p, centre, (0.17, 0.2), 0.01);
    pixel.line(glass, 0.04, 0.3);
    pixel.fill(glass, 0.97 - 0.3 * step(-0.15, 0.1, pixel.p.y));
    if glass < 0.0 {
        pixel.line(pixel.p.x - centre.x, 0.02, 0.3);
        pixel.line(pixel.p.y - centre.y, 0.02, 0.3);
    }
    // The light that falls through it onto the floor.
    let patch = block(
        at(pixel.p.x + 0.5 * (pixel.p.y - 0.5), pixel.p.y),
        at(centre.x, 0.55),
        (0.22, 0.13),
        0.02,
    );
    let lit = mix(0.0, 0.3, step(0.05, -0.05, patch));
    pixel.grey = (pixel.grey + lit).min(1.0);
}

fn furniture(pixel: &mut Pixel, style: &Style) {
    let side = if style.variety > 0.5 { -1.0 } else { 1.0 };
    let p = at(side * pixel.p.x, pixel.p.y);
    pixel.shadow(block(p, at(0.5, 0.82), (0.4, 0.08), 0.05), 0.1, 0.5);
    pixel.fill(
        block(p, at(0.5, 0.42), (0.36, 0.035), 0.01),
        style.dark + 0.25,
    );
    for leg in [0.18, 0.82] {
        pixel.fill(block(p, at(leg, 0.62), (0.025, 0.2), 0.005), style.dark);
    }
    pixel.fill(block(p, at(0.42, 0.3), (0.08, 0.09), 0.04), style.light);
    pixel.fill(
        block(p, at(0.45, 0.3), (0.04, 0.09), 0.02),
        0.8 * style.light,
    );
}
