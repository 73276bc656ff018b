//! Houses and towers: flat walls, rows of dark windows, roofs.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::Drawing;
use super::noise::Noise;
use super::paint::{Paint, hex, one_of};
use super::sky::Sky;

/// A house front between two places.
#[derive(Debug, Clone, Copy)]
pub struct House {
    /// From left to right.
    pub left: f64,
    /// See `left`.
    pub right: f64,
    /// Where the wall begins; the roof is above.
    pub top: f64,
    roof: f64,
    wall: Paint,
    tiles: Paint,
    /// Windows a unit of length, across and down.
    windows: (f64, f64),
}

impl House {
    /// A house with this front.
    pub fn new(random: &mut ChaCha12Rng, left: f64, right: f64, top: f64) -> Self {
        let walls = [
            hex(0xA85A46),
            hex(0xE2D6BC),
            hex(0xD8D8D4),
            hex(0xC9A26A),
            hex(0x9C968E),
            hex(0xB8C4CC),
        ];
        let tiles = [hex(0x8E3E2C), hex(0x4A4648), hex(0x6E5040)];
        Self {
            left,
            right,
            top,
            roof: random.random_range(0.02..0.1),
            wall: one_of(random, &walls),
            tiles: one_of(random, &tiles),
            windows: (
                random.random_range(8.0..16.0),
                random.random_range(7.0..12.0),
            ),
        }
    }

    /// Its colour at a place above y = `ground`, if it covers it.
    pub fn at(&self, x: f64, y: f64, ground: f64, noise: Noise) -> Option<Paint> {
        if x < self.left || x > self.right || y > ground || y < self.top - self.roof {
            return None;
        }
        let grain = noise.at(150.0 * x, 150.0 * y) - 0.5;
        if y < self.top {
            return Some(self.tiles.lighter(0.10 * grain));
        }
        let across = (self.windows.0 * (x - self.left)).fract();
        let down = (self.windows.1 * (y - self.top)).fract();
        let window = (0.3..0.7).contains(&across) && (0.25..0.75).contains(&down);
        let glass = hex(0x2A323C).lighter(0.15 * noise.at(60.0 * x, 60.0 * y));
        Some(if window {
            glass
        } else {
            self.wall.lighter(0.04 * grain)
        })
    }
}

/// A row of houses along a pavement.
pub fn inside_city(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let sky = Sky::new(random, noise);
    let ground = random.random_range(0.75..0.95);
    let houses = row(random, 3, 0.05..0.4);
    let pavement = hex(0x8E8A86).lighter(random.random_range(-0.1..0.1));
    Box::new(move |x, y| {
        let house = houses
            .iter()
            .find_map(|house| house.at(x, y, ground, noise));
        house.unwrap_or_else(|| {
            if y > ground {
                pavement.lighter(0.08 * (noise.at(70.0 * x, 90.0 * y) - 0.5))
            } else {
                sky.at(x, y, ground)
            }
        })
    })
}

/// Houses from the left border to the right one.
pub fn row(random: &mut ChaCha12Rng, count: usize, tops: std::ops::Range<f64>) -> Vec<House> {
    let place = |index: usize| index as f64 / count as f64;
    let house = |index| {
        let top = random.random_range(tops.clone());
        House::new(random, place(index), place(index + 1), top)
    };
    (0..count).map(house).collect()
}

/// Towers of glass or stone before the sky.
pub fn tall_building(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let sky = Sky::new(random, noise);
    let stone = [
        hex(0x8C9098),
        hex(0xB4A694),
        hex(0x5E748E),
        hex(0xC6C4C0),
        hex(0x7A5C4E),
    ];
    let towers: Vec<(f64, f64, f64, Paint)> = (0..random.random_range(2..5))
        .map(|_| {
            let left = random.random_range(-0.1..0.8);
            let right = left + random.random_range(0.15..0.4);
            (
                left,
                right,
                random.random_range(0.05..0.6),
                one_of(random, &stone),
            )
        })
        .collect();
    Box::new(move |x, y| {
        let covers = |(left, right, top, _): &&(f64, f64, f64, Paint)| {
            (*left..*right).contains(&x) && y > *top
        };
        let Some((left, right, _, wall)) = towers.iter().rfind(covers) else {
            return sky.at(x, y, 1.0);
        };
        let across = (16.0 * (x - left) / (right - left).max(0.2) * 0.5).fract();
        let down = (22.0 * y).fract();
        let window = across > 0.35 && down > 0.4;
        let shade = if x < (left + right) / 2.0 { 1.0 } else { 0.8 };
        let glass = wall.shaded(0.45).mix(hex(0x3A5474), 0.4);
        let wall = wall.lighter(0.03 * (noise.at(90.0 * x, 90.0 * y) - 0.5));
        if window { glass } else { wall.shaded(shade) }
    })
}
