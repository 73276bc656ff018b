//! A function of two variables as a surface in space.

mod draw;

use serde::{Deserialize, Serialize};

pub(crate) use draw::draw;

use crate::colour_map::ColourMap;
use crate::error::{PanelError, expect_len, expect_range, expect_rectangle};

/// A surface z(x, y) over a grid, seen from above at an angle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Columns' places on the x axis, rising.
    #[serde(with = "crate::gap")]
    pub x: Vec<f64>,
    /// Rows' places on the y axis, rising.
    #[serde(with = "crate::gap")]
    pub y: Vec<f64>,
    /// Heights, `z[row of y][column of x]`; a cell with a corner that is not finite is left out.
    #[serde(with = "crate::gap")]
    pub z: Vec<Vec<f64>>,
    /// What the axes x, y, z measure.
    pub labels: [String; 3],
    /// From heights to colours.
    pub map: ColourMap,
    /// Range of the z axis and of the colours; from the data where absent.
    pub z_range: Option<(f64, f64)>,
    /// Turn around the z axis, in degrees.
    pub yaw: f64,
    /// Height of the eye above the floor, in degrees: 0 is from the side, 90 from above.
    pub pitch: f64,
}

impl Surface {
    /// The surface of `f` over `x` times `y`.
    pub fn of(
        title: impl Into<String>,
        x: impl Into<Vec<f64>>,
        y: impl Into<Vec<f64>>,
        f: impl Fn(f64, f64) -> f64,
    ) -> Self {
        let (x, y) = (x.into(), y.into());
        let z = y
            .iter()
            .map(|&y| x.iter().map(|&x| f(x, y)).collect())
            .collect();
        Self {
            title: title.into(),
            x,
            y,
            z,
            labels: ["x", "y", "z"].map(Into::into),
            map: ColourMap::Viridis,
            z_range: None,
            yaw: 35.0,
            pitch: 28.0,
        }
    }

    /// Names the three axes.
    #[must_use]
    pub fn labels(
        mut self,
        x: impl Into<String>,
        y: impl Into<String>,
        z: impl Into<String>,
    ) -> Self {
        self.labels = [x.into(), y.into(), z.into()];
        self
    }

    /// Chooses the colours.
    #[must_use]
    pub fn map(mut self, map: ColourMap) -> Self {
        self.map = map;
        self
    }

    /// Fixes the range of heights, so that panels can be compared.
    #[must_use]
    pub fn z_range(mut self, low: f64, high: f64) -> Self {
        self.z_range = Some((low, high));
        self
    }

    /// Moves the eye: degrees around the z axis and above the floor.
    #[must_use]
    pub fn view(mut self, yaw: f64, pitch: f64) -> Self {
        (self.yaw, self.pitch) = (yaw, pitch);
        self
    }

    pub(crate) fn check(&self) -> Result<(), PanelError> {
        if self.x.is_empty() || self.y.is_empty() {
            return Err(PanelError::Empty {
                what: "the surface's grid".into(),
            });
        }
        expect_len("rows of the surface", self.z.len(), self.y.len())?;
        expect_rectangle("the surface", &self.z)?;
        expect_len("columns of the surface", self.z[0].len(), self.x.len())?;
        expect_range("z axis", self.z_range, false)
    }
}
