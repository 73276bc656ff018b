//! Mountains over a lake.

use super::super::noise::cloud;
use super::super::paint::{at, mix, step};
use super::{Pixel, Style};

/// Where the lake begins.
const SHORE: f64 = 0.3;

/// Paints one pixel of it.
pub fn paint(pixel: &mut Pixel, style: &Style) {
    let (x, y) = (pixel.p.x, pixel.p.y);
    if y < SHORE {
        mountains(pixel, style);
        return;
    }
    let ripples = cloud(style.pattern, at(x * 4.0, y * 60.0), 2);
    pixel.p = at(x + 0.015 * ripples, 2.0 * SHORE - y);
    mountains(pixel, style);
    pixel.grey = mix(0.75 * pixel.grey, 0.25, step(SHORE, 1.1, y)) + 0.04 * ripples;
}

fn mountains(pixel: &mut Pixel, style: &Style) {
    let p = pixel.p;
    let clouds = 0.14 * cloud(style.pattern ^ 1, at(p.x * 1.1, p.y * 3.0), 4);
    pixel.grey = (style.light + 0.2 * p.y + clouds).min(1.0);
    for range in 0..4_u32 {
        let depth = f64::from(range);
        let seed = style.pattern ^ (10 + u64::from(range));
        let high = mix(0.75, 0.15, depth / 3.0);
        let ridge = SHORE - high * (0.65 + 0.45 * cloud(seed, at(p.x * 1.6 + 3.0 * depth, 0.5), 5));
        let slopes = cloud(seed ^ 7, at(p.x * 6.0 + 3.0 * p.y, p.y * 4.0), 4);
        let haze = mix(0.62, style.dark, depth / 3.0);
        let snow =
            0.35 * step(0.12, -0.1, p.y - ridge - 0.1 - 0.05 * slopes) * step(2.0, 0.5, depth);
        pixel.fill(ridge - p.y, (haze + 0.12 * slopes + snow).clamp(0.02, 1.0));
    }
}
