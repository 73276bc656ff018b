//! Colours that colour-blind readers can tell apart.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An opaque colour; `#rrggbb` in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour {
    /// Red, 0-255.
    pub r: u8,
    /// Green, 0-255.
    pub g: u8,
    /// Blue, 0-255.
    pub b: u8,
}

/// The palette of Okabe and Ito, "Color Universal Design" (2008), yellow last because it is
/// weak on white.
const SERIES: [Colour; 8] = [
    Colour::hex(0x00_72_B2),
    Colour::hex(0xD5_5E_00),
    Colour::hex(0x00_9E_73),
    Colour::hex(0xCC_79_A7),
    Colour::hex(0xE6_9F_00),
    Colour::hex(0x56_B4_E9),
    Colour::hex(0x00_00_00),
    Colour::hex(0xF0_E4_42),
];

impl Colour {
    /// Black: text and author's numbers.
    pub const BLACK: Self = Self::hex(0x00_00_00);
    /// White: the background.
    pub const WHITE: Self = Self::hex(0xFF_FF_FF);
    /// Dark grey: axes, reference lines.
    pub const DARK_GREY: Self = Self::hex(0x44_44_44);
    /// Middle grey: what is there for comparison only.
    pub const GREY: Self = Self::hex(0x8A_8A_8A);
    /// Light grey: grids and removed things.
    pub const LIGHT_GREY: Self = Self::hex(0xDD_DD_DD);

    /// A colour from `0xRRGGBB`.
    #[must_use]
    pub const fn hex(rgb: u32) -> Self {
        let [_, r, g, b] = rgb.to_be_bytes();
        Self { r, g, b }
    }

    /// The colour of series `index` (Okabe-Ito: blue, vermilion, green, purple, orange, sky
    /// blue, black, yellow); from the ninth on they repeat and want another dash or marker.
    #[must_use]
    pub const fn series(index: usize) -> Self {
        SERIES[index % SERIES.len()]
    }

    /// Relative luminance, 0 (black) to 1 (white), as WCAG 2.1 defines it.
    fn luminance(self) -> f64 {
        let linear = |v: u8| {
            let s = f64::from(v) / 255.0;
            if s <= 0.040_45 {
                s / 12.92
            } else {
                ((s + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.r) + 0.7152 * linear(self.g) + 0.0722 * linear(self.b)
    }

    /// Black or white, whichever reads better on this colour.
    pub(crate) fn text_on(self) -> Self {
        // 0.179 is where the WCAG contrast ratios against black and white are equal.
        if self.luminance() > 0.179 {
            Self::BLACK
        } else {
            Self::WHITE
        }
    }

    /// Whether it is one of the greys between black and white, or nearly so.
    pub(crate) fn is_grey(self) -> bool {
        let [r, g, b] = [self.r, self.g, self.b];
        r.max(g).max(b) - r.min(g).min(b) <= 12
    }

    /// The colour `share` of the way (0-1) from this one to `other`, channel by channel.
    #[must_use]
    pub fn mix(self, other: Self, share: f64) -> Self {
        let channel = |a: u8, b: u8| {
            (f64::from(a) + (f64::from(b) - f64::from(a)) * share.clamp(0.0, 1.0)).round() as u8
        };
        Self {
            r: channel(self.r, other.r),
            g: channel(self.g, other.g),
            b: channel(self.b, other.b),
        }
    }

    /// `#rrggbb`.
    #[must_use]
    pub fn css(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.css())
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.strip_prefix('#')
            .filter(|digits| digits.len() == 6)
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .map(Self::hex)
            .ok_or_else(|| de::Error::custom(format!("expected #rrggbb, found {text:?}")))
    }
}
