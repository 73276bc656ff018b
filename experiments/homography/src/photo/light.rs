//! Amounts of light: colours that may be added and averaged, as the bytes of a picture may not.

use std::sync::LazyLock;

/// The light of each byte; a table, since every ray asks for several.
static OF_BYTES: LazyLock<[f64; 256]> = LazyLock::new(|| {
    std::array::from_fn(|byte| {
        let value = byte as f64 / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    })
});

/// Red, green and blue, linear; 1 is white paper in full light.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Light(pub [f64; 3]);

impl Light {
    /// The light of a colour in bytes (sRGB, IEC 61966-2-1).
    pub fn srgb(bytes: [u8; 3]) -> Self {
        Self(bytes.map(|byte| OF_BYTES[usize::from(byte)]))
    }

    /// The colour of this light, each channel 0 to 255 and not rounded yet.
    pub fn to_srgb(self) -> [f64; 3] {
        self.0.map(|light| {
            let value = if light <= 0.003_130_8 {
                12.92 * light
            } else {
                1.055 * light.powf(1.0 / 2.4) - 0.055
            };
            255.0 * value
        })
    }

    /// `share` of the way from this light to `other`.
    pub fn mix(self, other: Self, share: f64) -> Self {
        Self([0, 1, 2].map(|c| self.0[c] + (other.0[c] - self.0[c]) * share))
    }

    /// This light, `strength` times as strong.
    pub fn times(self, strength: f64) -> Self {
        Self(self.0.map(|part| part * strength))
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self([0, 1, 2].map(|c| self.0[c] + other.0[c]))
    }
}
