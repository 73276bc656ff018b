//! The coast: sky, a sea with waves, and sometimes a beach.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::Drawing;
use super::noise::Noise;
use super::paint::{hex, one_of};
use super::sky::Sky;

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
