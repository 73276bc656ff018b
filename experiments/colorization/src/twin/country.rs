//! Land without people: sky, the coast, forests, open country, mountains.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::{Drawing, Noise, Paint, hex, one_of};

/// A sky above a horizon.
#[derive(Debug, Clone, Copy)]
pub struct Sky {
    above: Paint,
    horizon: Paint,
    /// Share of it that clouds cover, and their colour.
    clouds: f64,
    cloud: Paint,
    noise: Noise,
}

impl Sky {
    /// One of the weather: six of ten are blue, three overcast, one is of the evening.
    pub fn new(random: &mut ChaCha12Rng, noise: Noise) -> Self {
        let (above, horizon, clouds, cloud) = match random.random_range(0..10) {
            0 => (0x5B6F9A, 0xF2A96B, 0.25, 0xD98C86),
            1..=3 => (0xB4BCC4, 0xD8DCDF, 0.5, 0xE4E6E8),
            _ => (0x4C84C8, 0xB7D3EA, 0.3, 0xF6F8FA),
        };
        Self {
            above: hex(above).lighter(random.random_range(-0.06..0.06)),
            horizon: hex(horizon),
            clouds: clouds * random.random_range(0.2..1.6),
            cloud: hex(cloud),
            noise: noise.other(1),
        }
    }

    /// Its colour at a place, with the horizon at this y.
    pub fn at(&self, x: f64, y: f64, horizon: f64) -> Paint {
        let clear = self.above.mix(self.horizon, y / horizon.max(0.05));
        let cover = self.noise.rough(3.0 * x, 7.0 * y, 4);
        clear.mix(self.cloud, 4.0 * (cover - 1.0 + self.clouds))
    }
}

/// Sky, sea and beach.
pub fn coast(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let sky = Sky::new(random, noise);
    let horizon = random.random_range(0.3..0.55);
    let sea = one_of(random, &[hex(0x2C5F8A), hex(0x2F7A86), hex(0x3A5A72)]);
    let sand = one_of(random, &[hex(0xD9C395), hex(0xC4A97C)]);
    let shore = random.random_range(0.7..1.2);
    let slope = random.random_range(-0.3..0.3);
    let waves = noise.other(2);
    Box::new(move |x, y| {
        if y < horizon {
            return sky.at(x, y, horizon);
        }
        let edge = shore + slope * (x - 0.5) + 0.04 * waves.at(9.0 * x, 0.0);
        if y > edge {
            let grain = waves.other(1).at(90.0 * x, 90.0 * y) - 0.5;
            return sand.lighter(0.10 * grain);
        }
        // Waves lie flat, and come nearer towards the bottom.
        let near = (y - horizon) / (1.0 - horizon);
        let wave = waves.rough(8.0 * x / (0.2 + near), 60.0 * y / (0.3 + near), 3);
        let foam = (18.0 * (y - edge + 0.05)).clamp(0.0, 0.8) * waves.at(30.0 * x, 50.0 * y);
        let water = sea
            .lighter(0.30 * (wave - 0.5))
            .mix(sky.at(x, 0.0, 1.0), 0.25 * (1.0 - near));
        water.mix(hex(0xF2F5F5), foam)
    })
}

/// Leaves of a colour: dark and light in small spots.
#[derive(Debug, Clone, Copy)]
pub struct Leaves {
    dark: Paint,
    light: Paint,
    noise: Noise,
}

impl Leaves {
    /// Green ones, or one time in eight those of autumn.
    pub fn new(random: &mut ChaCha12Rng, noise: Noise) -> Self {
        let (dark, light) = if random.random_range(0..8) == 0 {
            (hex(0x4A2C12), hex(0xD08A35))
        } else {
            let light = one_of(random, &[hex(0x7FA84A), hex(0x5E8E3E), hex(0x8A9A4C)]);
            (hex(0x152410), light)
        };
        Self { dark, light, noise }
    }

    /// Their colour; `near` makes the spots larger.
    pub fn at(&self, x: f64, y: f64, near: f64) -> Paint {
        let spots = self.noise.rough(28.0 * x / near, 28.0 * y / near, 4);
        self.dark.mix(self.light, 1.9 * spots - 0.45)
    }
}

/// Trunks before leaves, and the floor.
pub fn forest(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let leaves = Leaves::new(random, noise.other(3));
    let bark = one_of(random, &[hex(0x5A4836), hex(0x6E6458), hex(0x3C3026)]);
    let floor = one_of(random, &[hex(0x5E4E2E), hex(0x4E5C2A), hex(0x6A5034)]);
    let ground = random.random_range(0.6..0.9);
    let trees = random.random_range(3.0..9.0);
    let trunks = noise.other(4);
    Box::new(move |x, y| {
        let bend = 0.02 * trunks.at(3.0 * y, x);
        let tree = (trees * (x + bend)).floor();
        let middle = 0.2 + 0.6 * trunks.value(tree as i64, 0);
        let width = 0.05 + 0.14 * trunks.value(tree as i64, 1);
        let off = ((trees * (x + bend)).fract() - middle).abs();
        if off < width && y < ground + 0.08 && y > 0.25 * trunks.value(tree as i64, 2) {
            let grain = trunks.at(120.0 * x, 20.0 * y) - 0.5;
            return bark.shaded(1.2 - off / width * 0.7).lighter(0.12 * grain);
        }
        if y > ground {
            let grain = trunks.rough(30.0 * x, 60.0 * y, 3);
            return floor.shaded(0.5 + grain);
        }
        leaves.at(x, y, 1.0)
    })
}

/// Peaks of rock, with snow above a line, and a wood or a meadow below.
pub fn mountain(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let sky = Sky::new(random, noise);
    let rock = one_of(random, &[hex(0x6E665E), hex(0x7A7066), hex(0x595C66)]);
    let snow_line = random.random_range(0.2..0.75);
    let peak = random.random_range(0.1..0.3);
    let foot = random.random_range(0.65..0.9);
    let leaves = Leaves::new(random, noise.other(5));
    let ridge = noise.other(6);
    Box::new(move |x, y| {
        let top = peak + 0.35 * ridge.rough(2.5 * x, 0.0, 5);
        if y < top {
            return sky.at(x, y, 0.6);
        }
        if y > foot + 0.08 * ridge.at(4.0 * x, 9.0) {
            return leaves.at(x, y, 0.6);
        }
        // Light falls from one side: slopes are as light as they are steep.
        let face = |x: f64| ridge.rough(7.0 * x + 2.0 * y, 9.0 * y, 4);
        let light = 0.75 + 4.0 * (face(x) - face(x + 0.015));
        let snow = (12.0 * (snow_line - y + 0.25 * (face(x) - 0.5))).clamp(0.0, 1.0);
        let white = hex(0xEEF2F8).shaded(0.65 + 0.35 * light.clamp(0.0, 1.0));
        rock.shaded(light.clamp(0.35, 1.3)).mix(white, snow)
    })
}

/// Hills, fields in strips, single trees and sometimes flowers.
pub fn open_country(random: &mut ChaCha12Rng, noise: Noise) -> Drawing {
    let sky = Sky::new(random, noise);
    let horizon = random.random_range(0.3..0.55);
    let hills = one_of(random, &[hex(0x546E5E), hex(0x6A7E8C), hex(0x5E7846)]);
    let strips: Vec<Paint> = (0..6).map(|_| field(random)).collect();
    let flowers = (random.random_range(0..5) == 0).then(|| {
        let colours = [hex(0xC82E3C), hex(0xD85CA0), hex(0xF0D030)];
        one_of(random, &colours)
    });
    let leaves = Leaves::new(random, noise.other(7));
    let ground = noise.other(8);
    Box::new(move |x, y| {
        let top = horizon - 0.12 * ground.rough(3.0 * x, 0.0, 3);
        if y < top {
            return sky.at(x, y, horizon);
        }
        if y < horizon {
            return hills.lighter(0.08 * (ground.at(40.0 * x, 40.0 * y) - 0.5));
        }
        let near = (y - horizon) / (1.0 - horizon);
        let tree = ground.value((12.0 * x) as i64, 5);
        if tree > 0.7 && near < 0.25 * (tree - 0.4) && ground.at(25.0 * x, 25.0 * y) > 0.35 {
            return leaves.at(x, y, 0.4);
        }
        let strip = (near.sqrt() * 5.0 + 0.6 * ground.at(2.0 * x, near)) as usize;
        let grass = ground.rough(30.0 * x / (0.2 + near), 60.0 * y / (0.2 + near), 3);
        let field = strips[strip.min(5)].shaded(0.7 + 0.6 * grass);
        match flowers {
            Some(colour) if ground.at(80.0 * x, 80.0 * y) > 0.8 && strip > 2 => colour,
            _ => field,
        }
    })
}

fn field(random: &mut ChaCha12Rng) -> Paint {
    let colours = [
        hex(0x6E963C),
        hex(0x86A04A),
        hex(0xC8B05A),
        hex(0x8A6E44),
        hex(0x588036),
    ];
    one_of(random, &colours)
}
