//! How lines, areas and texts look on the page.

use crate::canvas::Place;
use crate::chart::Dash;
use crate::colour::Colour;
use crate::font;

/// How an outline is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke {
    pub(crate) colour: Colour,
    pub(crate) width: f64,
    pub(crate) dash: Dash,
    pub(crate) opacity: f64,
}

impl Stroke {
    pub(crate) const fn new(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: Dash::Solid,
            opacity: 1.0,
        }
    }

    pub(crate) const fn dash(self, dash: Dash) -> Self {
        Self { dash, ..self }
    }

    pub(crate) const fn opacity(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// How a shape is filled: colour and opacity.
pub(crate) type Fill = (Colour, f64);

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A text to be drawn: by default small, dark, starting at its place, which is on the baseline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: Place,
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) anchor: Anchor,
    pub(crate) colour: Colour,
    /// Degrees, clockwise, around its place.
    pub(crate) turn: f64,
    /// A white rim, for texts that stand on lines.
    pub(crate) rim: bool,
}

impl<'a> Text<'a> {
    pub(crate) const fn new(text: &'a str, at: Place) -> Self {
        Self {
            text,
            at,
            size: font::SMALL,
            bold: false,
            anchor: Anchor::Start,
            colour: Colour::hex(0x22_22_22),
            turn: 0.0,
            rim: false,
        }
    }

    pub(crate) const fn size(self, size: f64) -> Self {
        Self { size, ..self }
    }

    pub(crate) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(crate) const fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(crate) const fn colour(self, colour: Colour) -> Self {
        Self { colour, ..self }
    }

    pub(crate) const fn turn(self, turn: f64) -> Self {
        Self { turn, ..self }
    }

    pub(crate) const fn rim(self) -> Self {
        Self { rim: true, ..self }
    }

    /// Moves the text down so that its place is the middle of its capitals, not their foot.
    pub(crate) fn centred(self) -> Self {
        Self {
            at: (self.at.0, self.at.1 + 0.36 * self.size),
            ..self
        }
    }
}

/// A length with a hundredth of a pixel at most: finer is not seen.
pub(crate) fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}
