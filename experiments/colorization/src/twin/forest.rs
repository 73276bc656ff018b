//! Forests: leaves, trunks and a dark floor, rough everywhere.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::Drawing;
use super::noise::Noise;
use super::paint::{Paint, hex, one_of};

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
