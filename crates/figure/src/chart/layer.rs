//! Curves and points.

use serde::{Deserialize, Serialize};

use crate::colour::Colour;
use crate::error::{PanelError, expect_len};

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

/// A curve through points; a number that is not finite interrupts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Places on the x axis.
    #[serde(with = "crate::gap")]
    pub x: Vec<f64>,
    /// Places on the y axis, as many.
    #[serde(with = "crate::gap")]
    pub y: Vec<f64>,
    /// Its colour.
    pub colour: Colour,
    /// How it is broken up.
    pub dash: Dash,
    /// Width in pixels.
    pub width: f64,
    /// Drawn as stairs: y holds from its x to the next one.
    pub stepped: bool,
    /// Shape at each point, if any.
    pub marker: Option<Marker>,
}

impl Line {
    /// A solid line in the first colour.
    pub fn new(label: impl Into<String>, x: impl Into<Vec<f64>>, y: impl Into<Vec<f64>>) -> Self {
        Self {
            label: label.into(),
            x: x.into(),
            y: y.into(),
            colour: Colour::series(0),
            dash: Dash::Solid,
            width: 2.2,
            stepped: false,
            marker: None,
        }
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// Breaks the line up.
    #[must_use]
    pub fn dash(mut self, dash: Dash) -> Self {
        self.dash = dash;
        self
    }

    /// Sets the width in pixels.
    #[must_use]
    pub fn width(mut self, width: f64) -> Self {
        self.width = width;
        self
    }

    /// Draws stairs.
    #[must_use]
    pub fn stepped(mut self) -> Self {
        self.stepped = true;
        self
    }

    /// Marks each point.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = Some(marker);
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        expect_len(
            &format!("y of line {:?}", self.label),
            self.y.len(),
            self.x.len(),
        )
    }
}

/// Single points, not joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Places on the x axis.
    #[serde(with = "crate::gap")]
    pub x: Vec<f64>,
    /// Places on the y axis, as many.
    #[serde(with = "crate::gap")]
    pub y: Vec<f64>,
    /// Their colour.
    pub colour: Colour,
    /// Their shape.
    pub marker: Marker,
    /// Radius in pixels.
    pub radius: f64,
    /// Outline only.
    pub hollow: bool,
    /// 0 (invisible) to 1; below 1 where many points overlap.
    pub opacity: f64,
}

impl Points {
    /// Discs in the first colour.
    pub fn new(label: impl Into<String>, x: impl Into<Vec<f64>>, y: impl Into<Vec<f64>>) -> Self {
        Self {
            label: label.into(),
            x: x.into(),
            y: y.into(),
            colour: Colour::series(0),
            marker: Marker::Circle,
            radius: 4.5,
            hollow: false,
            opacity: 1.0,
        }
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// Sets the shape.
    #[must_use]
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = marker;
        self
    }

    /// Sets the radius in pixels.
    #[must_use]
    pub fn radius(mut self, radius: f64) -> Self {
        self.radius = radius;
        self
    }

    /// Draws outlines only.
    #[must_use]
    pub fn hollow(mut self) -> Self {
        self.hollow = true;
        self
    }

    /// Sets the opacity, 0-1.
    #[must_use]
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        expect_len(
            &format!("y of points {:?}", self.label),
            self.y.len(),
            self.x.len(),
        )
    }
}
