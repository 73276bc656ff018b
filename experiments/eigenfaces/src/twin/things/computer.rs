//! A screen, a keyboard and a case before white.

use super::super::paint::{at, block, ellipse, mix, step};
use super::{Pixel, Style};

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    pixel.grey = 0.93 + 0.07 * step(0.2, -0.6, p.y);
    pixel.shadow(ellipse(p, at(0.0, 0.62), (0.95, 0.22)), 0.15, 0.25);
    screen(pixel, style);
    case(pixel, style);
    keyboard(pixel, style);
}

fn screen(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    pixel.fill(ellipse(p, at(-0.25, 0.4), (0.26, 0.06)), style.dark);
    pixel.fill(
        block(p, at(-0.25, 0.26), (0.06, 0.12), 0.01),
        0.6 * style.dark,
    );
    let body = block(p, at(-0.25, -0.22), (0.58, 0.45), 0.03);
    pixel.fill(body, 0.5 * style.dark);
    let slope = mix(0.35, 0.85, style.variety) * step(-1.2, 0.9, p.y - 0.4 * p.x);
    let reflection = 0.12 * step(0.02, -0.02, p.y + 0.45 - 0.35 * p.x);
    pixel.fill(
        block(p, at(-0.25, -0.23), (0.52, 0.38), 0.0),
        0.2 + slope + reflection,
    );
}

fn case(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    let side = style.dark * (0.8 + 0.8 * step(0.4, 0.8, p.x));
    pixel.fill(block(p, at(0.62, -0.08), (0.23, 0.6), 0.02), side);
    for slot in 0..3 {
        let y = -0.52 + 0.14 * f64::from(slot);
        pixel.line(
            block(p, at(0.62, y), (0.18, 0.045), 0.005),
            0.012,
            style.dark + 0.3,
        );
    }
    let button = (p.x - 0.62).hypot(p.y - 0.15);
    pixel.fill(button - 0.06, style.light);
    pixel.line(button - 0.05, 0.015, style.dark);
}

fn keyboard(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    // Seen from above in front: rows nearer to the viewer are longer.
    let lean = 1.0 + 0.25 * (p.y - 0.68);
    let flat = at(p.x / lean, p.y);
    let board = block(flat, at(-0.15, 0.68), (0.72, 0.13), 0.03);
    pixel.fill(board, 0.7 * style.dark);
    if board < -0.02 {
        let key = at(
            (flat.x / 0.075).fract().abs(),
            ((flat.y - 0.55) / 0.065).fract().abs(),
        );
        let edge = (key.x - 0.5).abs().max((key.y - 0.5).abs()) - 0.36;
        pixel.fill(edge * 0.07, style.dark + 0.22);
    }
    pixel.fill(ellipse(p, at(0.75, 0.72), (0.09, 0.13)), style.dark);
    pixel.fill(ellipse(p, at(0.73, 0.67), (0.03, 0.05)), style.dark + 0.3);
}
