//! Smooth noise over the plane, from a hash of the lattice's places.

/// A noise; the same number gives the same.
#[derive(Debug, Clone, Copy)]
pub struct Noise(u64);

impl Noise {
    /// The noise with this number.
    pub fn new(number: u64) -> Self {
        Self(number)
    }

    /// Another one, which has nothing to do with this.
    pub fn other(self, number: u64) -> Self {
        Self(mixed(self.0 ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15)))
    }

    /// A smooth value, 0 to 1, that changes over distances of about 1.
    pub fn at(self, x: f64, y: f64) -> f64 {
        let smooth = |share: f64| share * share * (3.0 - 2.0 * share);
        let (right, down) = (smooth(x - x.floor()), smooth(y - y.floor()));
        let (column, row) = (x.floor() as i64, y.floor() as i64);
        let mix = |a: f64, b: f64, share: f64| a + (b - a) * share;
        let along = |row| mix(self.value(column, row), self.value(column + 1, row), right);
        mix(along(row), along(row + 1), down)
    }

    /// The same with finer and finer detail, each of the octaves half as strong; 0 to 1.
    pub fn rough(self, x: f64, y: f64, octaves: i32) -> f64 {
        let octave = |k: i32| self.at(x * 2f64.powi(k), y * 2f64.powi(k)) * 0.5f64.powi(k + 1);
        (0..octaves).map(octave).sum::<f64>() / (1.0 - 0.5f64.powi(octaves))
    }

    /// A value, 0 to 1, for a place of the lattice.
    pub fn value(self, column: i64, row: i64) -> f64 {
        let place = (column as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ (row as u64);
        mixed(self.0 ^ mixed(place)) as f64 / u64::MAX as f64
    }
}

/// The finalizer of `SplitMix64` (Steele, Lea and Flood 2014): every bit depends on all.
fn mixed(mut bits: u64) -> u64 {
    bits = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
