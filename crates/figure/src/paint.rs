//! Places on the page, and how lines, areas, points and texts look there. Lengths are in pixels.

use serde::{Deserialize, Serialize};

use crate::colour::Colour;
use crate::font;

/// A place on the page, from the top left.
pub(crate) type Place = (f64, f64);

/// A rectangle with sides along the page's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) w: f64,
    pub(crate) h: f64,
}

impl Rect {
    pub(crate) const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    pub(crate) fn right(self) -> f64 {
        self.x + self.w
    }

    pub(crate) fn bottom(self) -> f64 {
        self.y + self.h
    }

    pub(crate) fn middle(self) -> Place {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    /// What is left when so much is taken off each side; never less than one pixel.
    pub(crate) fn inside(self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Self {
            x: self.x + left,
            y: self.y + top,
            w: (self.w - left - right).max(1.0),
            h: (self.h - top - bottom).max(1.0),
        }
    }

    /// The largest part of width:height = `aspect`, in the middle.
    pub(crate) fn with_aspect(self, aspect: f64) -> Self {
        let w = self.w.min(self.h * aspect);
        let h = w / aspect;
        Self {
            x: self.x + (self.w - w) / 2.0,
            y: self.y + (self.h - h) / 2.0,
            w,
            h,
        }
    }
}

/// How a line is broken up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dash {
    /// Unbroken.
    #[default]
    Solid,
    /// Long dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// A dash, a dot, a dash.
    DashDot,
}

/// How an outline is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stroke {
    pub(crate) colour: Colour,
    pub(crate) width: f64,
    pub(crate) dash: Dash,
    pub(crate) opacity: f64,
    /// Whether a dark page may give it another colour, so that it is seen.
    pub(crate) dark_mode: bool,
}

impl Stroke {
    pub(crate) const fn new(colour: Colour, width: f64) -> Self {
        Self {
            colour,
            width,
            dash: Dash::Solid,
            opacity: 1.0,
            dark_mode: true,
        }
    }

    setters! {
        dash: Dash,
        opacity: f64,
    }

    /// The outline belongs to an area that keeps its colour in the dark, and so does the outline.
    pub(crate) const fn of_area(self) -> Self {
        Self {
            dark_mode: false,
            ..self
        }
    }
}

/// How an area is filled.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fill {
    pub(crate) colour: Colour,
    pub(crate) opacity: f64,
    /// Whether a dark page may give it another colour, so that it is seen.
    pub(crate) dark_mode: bool,
}

impl Fill {
    /// Bars, bands, cells: they are seen on any page, and what stands on them was chosen for them.
    pub(crate) const fn area(colour: Colour, opacity: f64) -> Self {
        Self {
            colour,
            opacity,
            dark_mode: false,
        }
    }

    /// Points and arrows, which a dark page shows in a lighter colour.
    pub(crate) const fn mark(colour: Colour, opacity: f64) -> Self {
        Self {
            dark_mode: true,
            ..Self::area(colour, opacity)
        }
    }
}

/// The shape of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Marker {
    /// A disc.
    #[default]
    Circle,
    /// A square.
    Square,
    /// A triangle, point up.
    Triangle,
    /// A square on its corner.
    Diamond,
    /// An x.
    Cross,
    /// An upright cross.
    Plus,
}

/// A point to be drawn: by default a disc, filled and opaque.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) shape: Marker,
    pub(crate) radius: f64,
    pub(crate) colour: Colour,
    pub(crate) hollow: bool,
    pub(crate) opacity: f64,
}

impl Point {
    pub(crate) const fn new(shape: Marker, radius: f64, colour: Colour) -> Self {
        Self {
            shape,
            radius,
            colour,
            hollow: false,
            opacity: 1.0,
        }
    }

    setters! {
        hollow: bool,
        opacity: f64,
    }
}

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
    /// Whether a dark page may give it another colour; not where it stands on an area.
    pub(crate) dark_mode: bool,
    /// Degrees, clockwise, around its place.
    pub(crate) turn: f64,
    /// A rim in the colour of the page, for texts that stand on lines.
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
            dark_mode: true,
            turn: 0.0,
            rim: false,
        }
    }

    setters! {
        size: f64,
        bold,
        anchor: Anchor,
        colour: Colour,
        turn: f64,
        rim,
    }

    /// Black or white, whichever reads better on an area of the colour `ground`.
    pub(crate) fn on(self, ground: Colour) -> Self {
        Self {
            colour: ground.text_on(),
            dark_mode: false,
            ..self
        }
    }

    /// Moves the text down so that its place is the middle of its capitals, not their foot.
    pub(crate) fn centred(self) -> Self {
        Self {
            at: (self.at.0, self.at.1 + 0.36 * self.size),
            ..self
        }
    }
}
