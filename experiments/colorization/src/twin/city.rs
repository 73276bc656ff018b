//! What people build: houses and towers, roads with cars.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::country::{Leaves, Sky};
use super::{Drawing, Noise, Paint, hex, one_of};

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

/// A road to the horizon, with what drives on it.
#[derive(Debug, Clone)]
struct Road {
    horizon: f64,
    vanishing: f64,
    asphalt: Paint,
    mark: Paint,
    cars: Vec<(f64, f64, f64, Paint)>,
}

impl Road {
    fn new(random: &mut ChaCha12Rng, horizon: f64) -> Self {
        let paints = [
            hex(0xC01E22),
            hex(0x1E46A8),
            hex(0xE8E8E8),
            hex(0x222226),
            hex(0xE8B818),
            hex(0x8A8E94),
        ];
        let cars = (0..random.random_range(0..4)).map(|_| {
            let y = random.random_range(horizon + 0.08..0.9);
            (
                random.random_range(0.2..0.8),
                y,
                0.25 * (y - horizon),
                one_of(random, &paints),
            )
        });
        let cars: Vec<_> = cars.collect();
        Self {
            horizon,
            vanishing: random.random_range(0.35..0.65),
            asphalt: hex(0x626264).lighter(random.random_range(-0.08..0.12)),
            mark: one_of(random, &[hex(0xECECEA), hex(0xE4C048)]),
            cars,
        }
    }

    /// Its colour at a place, if it covers it.
    fn at(&self, x: f64, y: f64, noise: Noise) -> Option<Paint> {
        let near = (y - self.horizon) / (1.0 - self.horizon);
        if near < 0.0 {
            return None;
        }
        for (middle, bottom, size, paint) in &self.cars {
            let (right, up) = ((x - middle) / size, (bottom - y) / size);
            if right.abs() < 1.0 && (0.0..1.1).contains(&up) {
                return Some(match up {
                    up if up < 0.2 => hex(0x18181A),
                    up if up > 0.65 && right.abs() < 0.7 => hex(0x303A44),
                    up => paint.shaded(0.8 + 0.3 * up),
                });
            }
        }
        let across = (x - self.vanishing - (0.5 - self.vanishing) * near) / (0.06 + 0.55 * near);
        if across.abs() > 1.0 {
            return None;
        }
        let dashed = (6.0 / (0.15 + near)).fract() < 0.5;
        if (across.abs() < 0.025 && dashed) || (across.abs() - 0.93).abs() < 0.02 {
            return Some(self.mark);
        }
        let grain = noise.rough(60.0 * x, 120.0 * y, 2) - 0.5;
        Some(self.asphalt.lighter(0.08 * grain))
    }
}

/// A road through green land.
pub fn highway(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let sky = Sky::new(random, noise);
    let horizon = random.random_range(0.35..0.6);
    let road = Road::new(random, horizon);
    let leaves = Leaves::new(random, noise.other(9));
    let grass = one_of(random, &[hex(0x748E48), hex(0x9A9A5C), hex(0x5E8240)]);
    Box::new(move |x, y| {
        if let Some(paint) = road.at(x, y, noise) {
            return paint;
        }
        let trees = horizon - 0.02 - 0.1 * noise.rough(5.0 * x, 3.0, 3);
        if y < trees {
            return sky.at(x, y, horizon);
        }
        if y < horizon {
            return leaves.at(x, y, 0.5);
        }
        let grain = noise.rough(40.0 * x, 70.0 * y, 3);
        grass.shaded(0.7 + 0.6 * grain)
    })
}

/// A street between houses.
pub fn street(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let sky = Sky::new(random, noise);
    let horizon = random.random_range(0.5..0.65);
    let road = Road::new(random, horizon);
    let houses = row(random, 5, 0.05..0.45);
    let gap = random.random_range(0..5);
    let pavement = hex(0x9A9690);
    let leaves = Leaves::new(random, noise.other(10));
    Box::new(move |x, y| {
        if let Some(paint) = road.at(x, y, noise) {
            return paint;
        }
        // Fronts grow towards the sides of the picture.
        let ground = horizon + 0.3 * (x - 0.5).abs();
        let mut fronts = houses.iter().enumerate().filter(|(index, _)| *index != gap);
        let house = fronts.find_map(|(_, house)| house.at(x, y, ground, noise));
        let tree = noise.value((10.0 * x) as i64, 3) > 0.8 && y > 0.4 && y < ground;
        match house {
            _ if tree && noise.at(20.0 * x, 20.0 * y) > 0.4 => leaves.at(x, y, 0.5),
            Some(paint) => paint,
            None if y > ground => pavement.lighter(0.1 * (noise.at(70.0 * x, 70.0 * y) - 0.5)),
            None => sky.at(x, y, horizon),
        }
    })
}
