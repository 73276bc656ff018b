//! Sky: blue, overcast, or of the evening; smooth, and the lightest part of most pictures.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

use super::noise::Noise;
use super::paint::{Paint, hex};

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
