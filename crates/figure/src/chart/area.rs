//! Areas and outlines: bands, contour lines, closed polygons.

use serde::{Deserialize, Serialize};

use super::layer::Dash;
use crate::colour::Colour;
use crate::error::{PanelError, expect_len, expect_rectangle};

/// The area between two curves, such as the spread over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Text in the legend; none where empty. With the text of a line it joins that entry.
    pub label: String,
    /// Places on the x axis.
    #[serde(with = "crate::gap")]
    pub x: Vec<f64>,
    /// Low edge, as many.
    #[serde(with = "crate::gap")]
    pub low: Vec<f64>,
    /// High edge, as many; where it is below the low edge there is a gap.
    #[serde(with = "crate::gap")]
    pub high: Vec<f64>,
    /// Its colour.
    pub colour: Colour,
    /// 0 (invisible) to 1.
    pub opacity: f64,
}

impl Band {
    /// A faint band in the first colour.
    pub fn new(
        label: impl Into<String>,
        x: impl Into<Vec<f64>>,
        low: impl Into<Vec<f64>>,
        high: impl Into<Vec<f64>>,
    ) -> Self {
        Self {
            label: label.into(),
            x: x.into(),
            low: low.into(),
            high: high.into(),
            colour: Colour::series(0),
            opacity: 0.2,
        }
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
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
            &format!("low edge of band {:?}", self.label),
            self.low.len(),
            self.x.len(),
        )?;
        expect_len(
            &format!("high edge of band {:?}", self.label),
            self.high.len(),
            self.x.len(),
        )
    }
}

/// Contour lines of a function known on a grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contours {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Columns' places on the x axis, rising.
    #[serde(with = "crate::gap")]
    pub x: Vec<f64>,
    /// Rows' places on the y axis, rising.
    #[serde(with = "crate::gap")]
    pub y: Vec<f64>,
    /// The function, `z[row of y][column of x]`.
    #[serde(with = "crate::gap")]
    pub z: Vec<Vec<f64>>,
    /// Heights at which a line is drawn.
    #[serde(with = "crate::gap")]
    pub levels: Vec<f64>,
    /// Colour of the lines.
    pub colour: Colour,
    /// Width in pixels.
    pub width: f64,
}

impl Contours {
    /// Thin grey contour lines of a function sampled at `x` times `y`.
    pub fn of(
        label: impl Into<String>,
        x: impl Into<Vec<f64>>,
        y: impl Into<Vec<f64>>,
        levels: impl Into<Vec<f64>>,
        f: impl Fn(f64, f64) -> f64,
    ) -> Self {
        let (x, y) = (x.into(), y.into());
        let z = y
            .iter()
            .map(|&y| x.iter().map(|&x| f(x, y)).collect())
            .collect();
        Self {
            label: label.into(),
            x,
            y,
            z,
            levels: levels.into(),
            colour: Colour::GREY,
            width: 1.4,
        }
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        expect_len("rows of the contours' grid", self.z.len(), self.y.len())?;
        expect_rectangle("the contours' grid", &self.z)?;
        expect_len(
            "columns of the contours' grid",
            self.z.first().map_or(self.x.len(), Vec::len),
            self.x.len(),
        )
    }
}

/// A closed outline, filled faintly: the diamond of L1, the circle of L2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Polygon {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Corners on the x axis.
    #[serde(with = "crate::gap")]
    pub x: Vec<f64>,
    /// Corners on the y axis, as many.
    #[serde(with = "crate::gap")]
    pub y: Vec<f64>,
    /// Colour of outline and filling.
    pub colour: Colour,
    /// How the outline is broken up.
    pub dash: Dash,
    /// Opacity of the filling: 0 (none) to 1.
    pub opacity: f64,
}

impl Polygon {
    /// An outline through the corners, filled faintly in the first colour.
    pub fn new(label: impl Into<String>, x: impl Into<Vec<f64>>, y: impl Into<Vec<f64>>) -> Self {
        Self {
            label: label.into(),
            x: x.into(),
            y: y.into(),
            colour: Colour::series(0),
            dash: Dash::Solid,
            opacity: 0.15,
        }
    }

    /// Sets the colour.
    #[must_use]
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// Sets the opacity of the filling, 0-1.
    #[must_use]
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        expect_len(
            &format!("y of polygon {:?}", self.label),
            self.y.len(),
            self.x.len(),
        )
    }
}
