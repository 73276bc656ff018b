//! A drawing of a face: flat greys within dark outlines.

use std::f64::consts::PI;

use super::super::paint::{Place, at, block, ellipse, polygon, segment};
use super::{Pixel, Style};

/// Thickness of the outlines.
const INK: f64 = 0.022;

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    pixel.grey = 0.45;
    pixel.fill(pixel.p.x - 0.75, 0.36);
    jacket(pixel, style);
    let face = block(pixel.p, at(0.0, 0.02), (0.36, 0.42), 0.26);
    for side in [-1.0, 1.0] {
        outlined(
            pixel,
            |p| ellipse(p, at(side * 0.4, 0.06), (0.1, 0.15)),
            0.5,
        );
    }
    outlined(pixel, |_| face, 0.58);
    pixel.shadow(pixel.p.x.mul_add(-1.0, 0.22).max(face), 0.0, 0.15);
    for side in [-1.0, 1.0] {
        eye(pixel, side, style);
    }
    hair(pixel, style);
    pixel.line(segment(pixel.p, at(0.0, 0.12), at(-0.025, 0.18)), INK, 0.1);
    let smile = (pixel.p.y - 0.3 + 0.3 * pixel.p.x * pixel.p.x)
        .abs()
        .max(pixel.p.x.abs() - 0.14);
    pixel.fill(smile - 0.5 * INK, 0.1);
}

fn outlined(pixel: &mut Pixel, shape: impl Fn(Place) -> f64, grey: f64) {
    let distance = shape(pixel.p);
    pixel.fill(distance, grey);
    pixel.line(distance, INK, 0.08);
}

fn jacket(pixel: &mut Pixel, style: &Style) {
    outlined(
        pixel,
        |p| block(p, at(0.0, 0.95), (0.8, 0.32), 0.2),
        style.dark,
    );
    outlined(
        pixel,
        |p| block(p, at(0.0, 0.62), (0.42, 0.17), 0.12),
        style.light,
    );
    let zip = pixel.p.x.abs().max(0.8 - pixel.p.y);
    pixel.fill(zip - 0.03, 0.7);
}

/// Locks that end in points, around the head and over the forehead.
fn hair(pixel: &mut Pixel, style: &Style) {
    let mut corners = Vec::new();
    for lock in 0..8_u32 {
        let angle = PI * (1.02 + 0.125 * f64::from(lock));
        let (sin, cos) = angle.sin_cos();
        let (tip_sin, tip_cos) = (angle + 0.25).sin_cos();
        corners.push(at(0.46 * cos, 0.52 * sin - 0.1));
        corners.push(at(0.62 * tip_cos, 0.72 * tip_sin - 0.12));
    }
    corners.push(at(0.42, 0.05));
    for lock in 0..4_u32 {
        let x = 0.3 - 0.2 * f64::from(lock);
        corners.push(at(x + 0.02, -0.28));
        corners.push(at(x - 0.1, -0.13));
    }
    outlined(pixel, |p| polygon(p, &corners), style.light - 0.15);
}

fn eye(pixel: &mut Pixel, side: f64, style: &Style) {
    let centre = at(side * 0.17, 0.03);
    outlined(pixel, |p| ellipse(p, centre, (0.1, 0.085)), 0.97);
    pixel.fill(
        ellipse(pixel.p, centre, (0.055, 0.065)),
        0.35 + 0.2 * style.variety,
    );
    pixel.fill(ellipse(pixel.p, centre, (0.025, 0.03)), 0.03);
    pixel.line(
        segment(pixel.p, at(side * 0.05, -0.09), at(side * 0.28, -0.14)),
        1.6 * INK,
        0.08,
    );
}
