//! What explains the data: shaded ranges, reference lines, notes with a pointer.

use serde::{Deserialize, Serialize};

use super::layer::Dash;
use crate::colour::Colour;

/// Which axis a range or reference line belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// A place on the x axis: the line stands upright.
    X,
    /// A place on the y axis: the line lies flat.
    Y,
}

/// A shaded range of one axis, its label written inside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Text inside the range; none where empty.
    pub label: String,
    /// The axis whose range is shaded.
    pub axis: Direction,
    /// One end; infinite means to the edge.
    #[serde(with = "crate::gap")]
    pub from: f64,
    /// The other end; infinite means to the edge.
    #[serde(with = "crate::gap")]
    pub to: f64,
    /// Colour of the shade.
    pub colour: Colour,
}

impl Span {
    /// Shades a range of x.
    pub fn x(label: impl Into<String>, from: f64, to: f64) -> Self {
        Self {
            label: label.into(),
            axis: Direction::X,
            from,
            to,
            colour: Colour::GREY,
        }
    }

    /// Shades a range of y.
    pub fn y(label: impl Into<String>, from: f64, to: f64) -> Self {
        Self {
            axis: Direction::Y,
            ..Self::x(label, from, to)
        }
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }
}

/// A reference line across the whole plot, its label beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Text beside the line; none where empty.
    pub label: String,
    /// The axis on which the place is measured.
    pub axis: Direction,
    /// The place.
    #[serde(with = "crate::gap")]
    pub at: f64,
    /// Its colour.
    pub colour: Colour,
    /// How it is broken up.
    pub dash: Dash,
}

impl Rule {
    /// An upright dashed line at `x`.
    pub fn at_x(label: impl Into<String>, x: f64) -> Self {
        Self {
            label: label.into(),
            axis: Direction::X,
            at: x,
            colour: Colour::DARK_GREY,
            dash: Dash::Dashed,
        }
    }

    /// A flat dashed line at `y`.
    pub fn at_y(label: impl Into<String>, y: f64) -> Self {
        Self {
            axis: Direction::Y,
            ..Self::at_x(label, y)
        }
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// Breaks the line up in another way.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }
}

/// A text with a pointer to a place in the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Place on the x axis that it points to.
    #[serde(with = "crate::gap")]
    pub x: f64,
    /// Place on the y axis that it points to.
    #[serde(with = "crate::gap")]
    pub y: f64,
    /// How far the text stands from the place, in pixels: right and up are positive.
    pub offset: (f64, f64),
    /// Colour of text and pointer.
    pub colour: Colour,
}

impl Note {
    /// A text 40 pixels to the right of and above the place that it points to.
    pub fn new(text: impl Into<String>, x: f64, y: f64) -> Self {
        Self {
            text: text.into(),
            x,
            y,
            offset: (40.0, 40.0),
            colour: Colour::DARK_GREY,
        }
    }

    /// Moves the text: pixels to the right and up; (0, 0) puts it there without a pointer.
    #[must_use]
    pub fn offset(mut self, right: f64, up: f64) -> Self {
        self.offset = (right, up);
        self
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }
}
