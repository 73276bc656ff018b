//! The head of a dog before white.

use super::super::noise::cloud;
use super::super::paint::{at, bell, ellipse, mix, polygon, step};
use super::{Pixel, Style};

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    pixel.grey = 0.95;
    let strands = cloud(style.pattern, at(p.x * 30.0, p.y * 10.0), 3);
    let tufts = cloud(style.pattern ^ 1, at(p.x * 9.0, p.y * 6.0), 3);
    let fur = |tone: f64| (tone * (1.0 + 0.3 * strands + 0.25 * tufts)).clamp(0.02, 1.0);
    let ragged = 0.035 * tufts;
    let (coat, mask) = (mix(0.3, 0.6, style.variety), style.dark);
    let chest = ellipse(p, at(0.08, 1.05), (0.62, 0.55)) + ragged;
    pixel.fill(chest, fur(0.8 * coat));
    for side in [-1.0, 1.0] {
        let corner = |x: f64, y: f64| at(side * x, y);
        let ear = polygon(
            p,
            &[corner(0.14, -0.4), corner(0.42, -0.95), corner(0.5, -0.2)],
        ) + 0.5 * ragged;
        pixel.fill(ear, fur(0.7 * coat));
        let inner = polygon(
            p,
            &[corner(0.24, -0.42), corner(0.39, -0.8), corner(0.43, -0.3)],
        );
        pixel.fill(inner + 0.5 * ragged, fur(0.45 * coat));
    }
    let head = ellipse(p, at(0.0, -0.08), (0.5, 0.5)) + ragged;
    let round = 0.65 + 0.45 * (1.0 - (p.x * p.x + (p.y + 0.2).powi(2)) / 0.4).max(0.0);
    pixel.fill(head, fur(coat) * round);
    muzzle(pixel, mask, &fur);
    for side in [-1.0, 1.0] {
        let eye = ellipse(p, at(side * 0.2, -0.12), (0.075, 0.05));
        pixel.shadow(eye - 0.03, 0.04, 0.6);
        pixel.fill(eye, 0.03);
        pixel.fill(
            ellipse(p, at(side * 0.2 - 0.02, -0.14), (0.016, 0.016)),
            0.9,
        );
    }
}

fn muzzle(pixel: &mut Pixel, mask: f64, fur: &impl Fn(f64) -> f64) {
    let p = pixel.p;
    let shape = ellipse(p, at(0.0, 0.28), (0.22, 0.36));
    pixel.fill(
        shape,
        fur(mask + 0.12) * (0.7 + 0.6 * bell(p.x + 0.05, 0.1)),
    );
    pixel.fill(ellipse(p, at(0.0, 0.5), (0.12, 0.085)), 0.04);
    pixel.fill(ellipse(p, at(-0.03, 0.46), (0.04, 0.016)), 0.5);
    pixel.shadow(
        p.x.abs() - 0.008 - step(0.5, 0.6, p.y).min(0.0) + (p.y - 0.6).abs() - 0.05,
        0.01,
        0.7,
    );
}
