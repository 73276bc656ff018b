//! Colours, and random choices of them.

use rand::RngExt;
use rand_chacha::ChaCha12Rng;

/// An sRGB colour, 0 to 1 a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint(pub [f64; 3]);

/// A colour from `0xRRGGBB`.
pub fn hex(rgb: u32) -> Paint {
    let channel = |shift: u32| f64::from((rgb >> shift) & 0xFF) / 255.0;
    Paint([channel(16), channel(8), channel(0)])
}

impl Paint {
    /// The colour `share` of the way (0-1) to `other`.
    pub fn mix(self, other: Self, share: f64) -> Self {
        let share = share.clamp(0.0, 1.0);
        let pairs = [0, 1, 2].map(|i| (self.0[i], other.0[i]));
        Self(pairs.map(|(from, to)| from + (to - from) * share))
    }

    /// With this added to each channel.
    pub fn lighter(self, by: f64) -> Self {
        Self(self.0.map(|channel| channel + by))
    }

    /// With each channel times this: what a shadow does.
    pub fn shaded(self, by: f64) -> Self {
        Self(self.0.map(|channel| channel * by))
    }

    /// Eight bits a channel.
    pub fn bytes(self) -> [u8; 3] {
        self.0
            .map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8)
    }
}

/// One of the colours, a little lighter or darker.
pub fn one_of(random: &mut ChaCha12Rng, colours: &[Paint]) -> Paint {
    let chosen = colours[random.random_range(0..colours.len())];
    chosen.lighter(random.random_range(-0.05..0.05))
}
