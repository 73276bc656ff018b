//! A bicycle in a street.

use super::super::noise::cloud;
use super::super::paint::{Place, at, block, mix, segment, step};
use super::{Pixel, Style};

/// Wheels, by their hubs.
const BACK: Place = Place { x: -0.42, y: 0.42 };
const FRONT: Place = Place { x: 0.44, y: 0.42 };
const RADIUS: f64 = 0.34;

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    street(pixel, style);
    for hub in [BACK, FRONT] {
        wheel(pixel, hub, style.dark);
    }
    frame(pixel, style);
}

fn street(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    let houses = 0.6 * style.light + 0.12 * cloud(style.pattern, at(p.x * 1.5, p.y * 1.5), 3);
    let stones = 0.75 * style.light + 0.05 * cloud(style.pattern, at(p.x * 9.0, p.y * 25.0), 2);
    pixel.grey = mix(houses, stones, step(0.1, 0.25, p.y));
    let door = at(0.9 * style.variety - 0.4, -0.5);
    pixel.fill(block(p, door, (0.22, 0.6), 0.01), 0.35 * style.light);
    pixel.shadow(segment(p, at(-0.7, 0.82), at(0.75, 0.8)) - 0.04, 0.08, 0.5);
}

fn wheel(pixel: &mut Pixel, hub: Place, dark: f64) {
    let (x, y) = (pixel.p.x - hub.x, pixel.p.y - hub.y);
    let radius = x.hypot(y);
    let spoke = (y.atan2(x) * 9.0).sin().abs() * radius / 9.0;
    if radius < RADIUS {
        pixel.line(spoke, 0.008, 0.6);
    }
    pixel.line(radius - RADIUS, 0.05, dark);
    pixel.line(radius - RADIUS + 0.04, 0.015, 0.75);
    pixel.fill(radius - 0.035, dark);
}

fn frame(pixel: &mut Pixel, style: &Style) {
    let (saddle, head, pedals) = (at(-0.22, -0.16), at(0.28, -0.16), at(-0.05, 0.44));
    let tubes = [
        (BACK, saddle),
        (BACK, pedals),
        (saddle, pedals),
        (saddle, head),
        (pedals, head),
        (at(0.25, -0.32), FRONT),
    ];
    for (from, to) in tubes {
        let tube = segment(pixel.p, from, to);
        pixel.fill(tube - 0.024, style.dark);
        pixel.line(tube - 0.006, 0.01, style.dark + 0.35);
    }
    pixel.fill(
        block(pixel.p, at(-0.25, -0.21), (0.13, 0.035), 0.03),
        0.5 * style.dark,
    );
    pixel.line(
        segment(pixel.p, at(0.25, -0.32), at(0.1, -0.4)),
        0.04,
        style.dark,
    );
    pixel.line(
        segment(pixel.p, at(0.25, -0.32), at(0.38, -0.4)),
        0.04,
        style.dark,
    );
    let chain = (pixel.p.x - pedals.x).hypot(pixel.p.y - pedals.y);
    pixel.line(chain - 0.08, 0.03, style.dark);
}
