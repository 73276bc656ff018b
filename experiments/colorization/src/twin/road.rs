//! Roads: asphalt with marks, cars in bright colours, grass or houses beside it.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::Drawing;
use super::buildings::row;
use super::forest::Leaves;
use super::noise::Noise;
use super::paint::{Paint, hex, one_of};
use super::sky::Sky;

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
