//! Colour maps: from a number between 0 and 1 to a colour, and the bar that explains one.

use serde::{Deserialize, Serialize};

use crate::axis::{Axis, Scale, ticks};
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::font;
use crate::number::ends;
use crate::paint::{Anchor, Fill, Rect, Stroke, Text};

/// How a heat map or surface turns numbers into colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColourMap {
    /// Perceptually uniform, dark blue to yellow (van der Walt and Smith, matplotlib, CC0).
    #[default]
    Viridis,
    /// White to dark blue (Brewer's 9-class Blues, Apache-2.0): shares and counts.
    Blues,
    /// Blue, white, red (Brewer's 11-class `RdBu`, Apache-2.0), its range symmetric around 0:
    /// signed numbers.
    Diverging,
    /// Black to white: values of pixels.
    Grey,
}

const VIRIDIS: [u32; 10] = [
    0x44_01_54, 0x48_28_78, 0x3E_49_89, 0x31_68_8E, 0x26_82_8E, 0x1F_9E_89, 0x35_B7_79, 0x6E_CE_58,
    0xB5_DE_2B, 0xFD_E7_25,
];
const BLUES: [u32; 9] = [
    0xF7_FB_FF, 0xDE_EB_F7, 0xC6_DB_EF, 0x9E_CA_E1, 0x6B_AE_D6, 0x42_92_C6, 0x21_71_B5, 0x08_51_9C,
    0x08_30_6B,
];
const DIVERGING: [u32; 11] = [
    0x05_30_61, 0x21_66_AC, 0x43_93_C3, 0x92_C5_DE, 0xD1_E5_F0, 0xF7_F7_F7, 0xFD_DB_C7, 0xF4_A5_82,
    0xD6_60_4D, 0xB2_18_2B, 0x67_00_1F,
];
const GREY: [u32; 2] = [0x00_00_00, 0xFF_FF_FF];

impl ColourMap {
    /// The colour at `share` of the range, 0-1; what lies outside takes the nearest end.
    #[must_use]
    pub fn at(self, share: f64) -> Colour {
        let anchors: &[u32] = match self {
            Self::Viridis => &VIRIDIS,
            Self::Blues => &BLUES,
            Self::Diverging => &DIVERGING,
            Self::Grey => &GREY,
        };
        let place = share.clamp(0.0, 1.0) * (anchors.len() - 1) as f64;
        let below = (place.floor() as usize).min(anchors.len() - 2);
        let [from, to] = [anchors[below], anchors[below + 1]].map(Colour::hex);
        from.mix(to, place - below as f64)
    }

    /// The colour of `value` in `range`; `None` for a number that is not finite.
    #[must_use]
    pub fn colour(self, value: f64, (low, high): (f64, f64)) -> Option<Colour> {
        value
            .is_finite()
            .then(|| self.at((value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)))
    }

    /// The range that shows all finite `values`: symmetric around 0 for [`Self::Diverging`],
    /// widened where all values are equal.
    #[must_use]
    pub fn range_of(self, values: impl IntoIterator<Item = f64>) -> (f64, f64) {
        let ends = ends(values);
        if self == Self::Diverging {
            let reach = ends.map_or(0.0, |(low, high)| low.abs().max(high.abs()));
            let reach = if reach > 0.0 { reach } else { 1.0 };
            return (-reach, reach);
        }
        let (low, high) = ends.unwrap_or((0.0, 1.0));
        if low < high {
            return (low, high);
        }
        let half = if low == 0.0 { 0.5 } else { low.abs() * 0.1 };
        ((low - half).max(f64::MIN), (low + half).min(f64::MAX))
    }
}

/// The colour bar beside a heat map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColourBar<'a> {
    pub(crate) map: ColourMap,
    pub(crate) range: (f64, f64),
    /// What the colours measure; may be empty.
    pub(crate) label: &'a str,
}

impl ColourBar<'_> {
    const WIDTH: f64 = 15.0;
    const GAP: f64 = 16.0;
    const STEPS: usize = 64;

    /// Pixels that the bar needs to the right of what it explains.
    pub(crate) fn width(&self) -> f64 {
        let ticks = ticks(&Axis::new(""), self.range, 5);
        let text = font::widest(ticks.iter().map(|tick| &tick.label), font::SMALL);
        Self::GAP + Self::WIDTH + 8.0 + text + font::label_height(self.label)
    }

    /// Draws the bar from the left of `rect`, as high as it.
    pub(crate) fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let bar = Rect {
            x: (rect.x + Self::GAP).round(),
            w: Self::WIDTH,
            ..rect
        };
        let edge = |step: usize| (bar.bottom() - bar.h * step as f64 / Self::STEPS as f64).round();
        for step in 0..Self::STEPS {
            let (y, h) = (edge(step + 1), edge(step) - edge(step + 1));
            let colour = self.map.at((step as f64 + 0.5) / Self::STEPS as f64);
            canvas.rect(Rect { y, h, ..bar }, Some(Fill::area(colour, 1.0)), None);
        }
        let edge = Stroke::new(Colour::DARK_GREY, 1.0);
        canvas.rect(bar, None, Some(edge));
        let scale = Scale {
            range: self.range,
            log: false,
            pixels: (bar.bottom(), bar.y),
        };
        let most = (bar.h / 40.0).clamp(2.0, 5.0) as usize;
        for tick in ticks(&Axis::new(""), self.range, most) {
            if let Some(y) = scale.visible(tick.at) {
                canvas.line((bar.right(), y), (bar.right() + 4.0, y), edge);
                canvas.text(Text::new(&tick.label, (bar.right() + 8.0, y)).centred());
            }
        }
        let at = (rect.x + self.width() - 4.0, rect.middle().1);
        let label = Text::new(self.label, at).size(font::LABEL);
        canvas.text(label.anchor(Anchor::Middle).turn(-90.0));
    }
}
