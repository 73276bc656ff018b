//! Open country and mountains: hills behind each other, fields, snow.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::Drawing;
use super::forest::Leaves;
use super::noise::Noise;
use super::paint::{Paint, hex, one_of};
use super::sky::Sky;

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
