//! A function of two variables as a surface in space.

use serde::{Deserialize, Serialize};

use crate::axis::{Axis, Scale, range_of, ticks};
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::colour_map::ColourMap;
use crate::error::{PanelError, empty, expect_len, expect_range, expect_rectangle};
use crate::font;
use crate::number::ends;
use crate::paint::{Anchor, Fill, Place, Rect, Stroke, Text};
use crate::panel::{Panel, Row, grid, numbers, sampled, size_beside, spread};

/// Half of the box's height; its floor is 2 by 2.
const HALF: f64 = 0.62;
/// Cells along a side up to which the mesh is drawn.
const MESH: usize = 64;

/// A surface z(x, y) over a grid, seen from above at an angle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Surface {
    /// What this panel shows; may be empty in a figure of one panel.
    pub title: String,
    /// Columns' places on the x axis, rising.
    #[serde(with = "crate::non_finite")]
    pub x: Vec<f64>,
    /// Rows' places on the y axis, rising.
    #[serde(with = "crate::non_finite")]
    pub y: Vec<f64>,
    /// Heights, `z[row of y][column of x]`; a cell with a corner that is not finite is left out.
    #[serde(with = "crate::non_finite")]
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
        Self {
            z: sampled(&x, &y, f),
            title: title.into(),
            x,
            y,
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

    setters! {
        /// Chooses the colours.
        map: ColourMap,
        /// Fixes the range of heights, so that panels can be compared.
        z_range(low, high),
    }
}

impl Panel for Surface {
    fn title(&self) -> &str {
        &self.title
    }

    fn check(&self) -> Result<(), PanelError> {
        if self.x.is_empty() || self.y.is_empty() {
            return Err(empty("the surface's grid"));
        }
        expect_len("rows of the surface", self.z.len(), self.y.len())?;
        expect_rectangle("the surface", &self.z)?;
        expect_len("columns of the surface", self.z[0].len(), self.x.len())?;
        expect_range("z axis", self.z_range, false)
    }

    fn size(&self, columns: usize) -> (f64, f64) {
        size_beside(columns, [(560.0, 460.0), (420.0, 345.0), (340.0, 290.0)])
    }

    fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let view = View::new(rect, self);
        view.draw_box(canvas);
        view.draw_cells(canvas);
        view.draw_axes(canvas);
    }

    fn numbers(&self) -> Vec<Row> {
        let (x, y) = (numbers(&self.x), numbers(&self.y));
        grid("surface", &self.labels[2], [&x, &y], &self.z)
    }

    fn words(&self) -> String {
        let ([x, y, z], heights) = (&self.labels, spread(&self.z.concat()));
        format!("Surface of {z} over {x} and {y}, heights {heights}.")
    }
}

/// The box and the eye.
struct View<'a> {
    surface: &'a Surface,
    scales: [Scale; 3],
    /// Sine and cosine of yaw and pitch.
    yaw: (f64, f64),
    pitch: (f64, f64),
    middle: Place,
    unit: f64,
}

impl<'a> View<'a> {
    fn new(rect: Rect, surface: &'a Surface) -> Self {
        let axis = Axis::new("");
        let tight = |values: &[f64]| {
            let ends = ends(values.iter().copied()).filter(|(low, high)| low < high);
            ends.unwrap_or_else(|| range_of(&axis, values.iter().copied()))
        };
        let z = surface.z_range;
        let z = z.unwrap_or_else(|| tight(&surface.z.concat()));
        let scale = |range, half: f64| Scale {
            range,
            log: false,
            pixels: (-half, half),
        };
        let mut view = Self {
            surface,
            scales: [
                scale(tight(&surface.x), 1.0),
                scale(tight(&surface.y), 1.0),
                scale(z, HALF),
            ],
            yaw: surface.yaw.to_radians().sin_cos(),
            pitch: surface.pitch.clamp(0.0, 90.0).to_radians().sin_cos(),
            middle: (0.0, 0.0),
            unit: 1.0,
        };
        view.fit(rect.inside(64.0, 8.0, 24.0, 44.0));
        view
    }

    /// Chooses scale and middle such that the box fills `rect`.
    fn fit(&mut self, rect: Rect) {
        let side = |bit: usize, of: usize| if of & bit == 0 { -1.0 } else { 1.0 };
        let corners = (0..8).map(|of| [side(1, of), side(2, of), side(4, of) * HALF]);
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for corner in corners {
            let (x, y) = self.project(corner);
            (low, high) = ((low.0.min(x), low.1.min(y)), (high.0.max(x), high.1.max(y)));
        }
        self.unit = (rect.w / (high.0 - low.0)).min(rect.h / (high.1 - low.1));
        let (x, y) = rect.middle();
        self.middle = (
            x - self.unit * (low.0 + high.0) / 2.0,
            y - self.unit * (low.1 + high.1) / 2.0,
        );
    }

    /// Distance from the eye, up to a constant: larger is further away.
    fn depth(&self, x: f64, y: f64) -> f64 {
        x * self.yaw.0 + y * self.yaw.1
    }

    fn project(&self, [x, y, z]: [f64; 3]) -> Place {
        let right = x * self.yaw.1 - y * self.yaw.0;
        let up = z * self.pitch.1 + self.depth(x, y) * self.pitch.0;
        (
            self.middle.0 + self.unit * right,
            self.middle.1 - self.unit * up,
        )
    }

    /// The side of the box that is nearer to the eye, along x and along y.
    fn front(&self) -> (f64, f64) {
        let side = |v: f64| if v > 0.0 { -1.0 } else { 1.0 };
        (side(self.yaw.0), side(self.yaw.1))
    }

    fn along(&self, axis: usize, value: f64) -> Option<f64> {
        self.scales[axis].visible(value)
    }

    fn draw_box(&self, canvas: &mut Canvas) {
        let (fx, fy) = self.front();
        let [grid, edge] = [Colour::LIGHT_GREY, Colour::GREY].map(|c| Stroke::new(c, 1.0));
        let mut path = |corners: &[[f64; 3]], stroke| {
            let places: Vec<Place> = corners.iter().map(|c| self.project(*c)).collect();
            canvas.polyline(&places, stroke);
        };
        for (axis, range) in self.scales.iter().map(|scale| scale.range).enumerate() {
            for tick in ticks(&Axis::new(""), range, 5) {
                let Some(t) = self.along(axis, tick.at) else {
                    continue;
                };
                match axis {
                    0 => path(&[[t, fy, -HALF], [t, -fy, -HALF], [t, -fy, HALF]], grid),
                    1 => path(&[[fx, t, -HALF], [-fx, t, -HALF], [-fx, t, HALF]], grid),
                    _ => path(&[[fx, -fy, t], [-fx, -fy, t], [-fx, fy, t]], grid),
                }
            }
        }
        for z in [-HALF, HALF] {
            path(&[[fx, -fy, z], [-fx, -fy, z], [-fx, fy, z]], edge);
        }
        path(&[[-fx, -fy, -HALF], [-fx, -fy, HALF]], edge);
    }

    fn draw_cells(&self, canvas: &mut Canvas) {
        let s = self.surface;
        let corner = |row: usize, column: usize| {
            let (x, y) = (self.along(0, s.x[column])?, self.along(1, s.y[row])?);
            let z = s.z[row][column].clamp(self.scales[2].range.0, self.scales[2].range.1);
            Some([x, y, self.scales[2].pixel(z)?])
        };
        let mut cells = Vec::new();
        for row in 1..s.y.len() {
            for column in 1..s.x.len() {
                let places = [
                    (row - 1, column - 1),
                    (row - 1, column),
                    (row, column),
                    (row, column - 1),
                ];
                let corners = places.into_iter().map(|(row, column)| corner(row, column));
                let Some(corners) = corners.collect::<Option<Vec<_>>>() else {
                    continue;
                };
                let [x, y, z] =
                    [0, 1, 2].map(|axis| corners.iter().map(|c| c[axis]).sum::<f64>() / 4.0);
                cells.push((self.depth(x, y), z, corners));
            }
        }
        cells.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mesh = s.x.len().max(s.y.len()) <= MESH;
        for (_, z, corners) in cells {
            let colour = s.map.at((z + HALF) / (2.0 * HALF));
            let corners: Vec<Place> = corners.into_iter().map(|c| self.project(c)).collect();
            // The outline in nearly the same colour closes the seams between neighbours.
            let rim = if mesh {
                colour.mix(Colour::BLACK, 0.22)
            } else {
                colour
            };
            let rim = Stroke::new(rim, 0.6).of_area();
            canvas.polygon(&corners, Some(Fill::area(colour, 1.0)), Some(rim));
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (fx, fy) = self.front();
        let edge = Stroke::new(Colour::DARK_GREY, 1.2);
        // Of the two upright edges at the sides, the left one has the room for numbers.
        let sides = [(fx, -fy), (-fx, fy)];
        let at = |(x, y): (f64, f64)| self.project([x, y, 0.0]).0;
        let left = if at(sides[0]) <= at(sides[1]) {
            sides[0]
        } else {
            sides[1]
        };
        let lines: [[[f64; 3]; 2]; 3] = [
            [[-1.0, fy, -HALF], [1.0, fy, -HALF]],
            [[fx, -1.0, -HALF], [fx, 1.0, -HALF]],
            [[left.0, left.1, -HALF], [left.0, left.1, HALF]],
        ];
        for (axis, line) in lines.into_iter().enumerate() {
            let [from, to] = line.map(|end| self.project(end));
            canvas.line(from, to, edge);
            self.axis_texts(canvas, axis, line);
        }
    }

    /// Numbers and name of one axis, which runs along an edge of the box.
    fn axis_texts(&self, canvas: &mut Canvas, axis: usize, line: [[f64; 3]; 2]) {
        let label = &self.surface.labels[axis];
        let [from, to] = line.map(|end| self.project(end));
        let middle = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
        for tick in ticks(&Axis::new(""), self.scales[axis].range, 4) {
            let Some(t) = self.along(axis, tick.at) else {
                continue;
            };
            let mut place = line[0];
            place[axis] = t;
            let (x, y) = self.project(place);
            let (at, anchor) = match axis {
                2 => ((x - 7.0, y), Anchor::End),
                // To the outer side of the edge: left of the nearest corner, or right of it.
                _ if middle.0 < self.middle.0 => ((x - 4.0, y + 14.0), Anchor::End),
                _ => ((x + 4.0, y + 14.0), Anchor::Start),
            };
            canvas.text(Text::new(&tick.label, at).anchor(anchor).centred());
        }
        let (at, turn) = match axis {
            2 => ((middle.0 - 46.0, middle.1), -90.0),
            _ if middle.0 < self.middle.0 => ((middle.0 - 34.0, middle.1 + 36.0), 0.0),
            _ => ((middle.0 + 34.0, middle.1 + 36.0), 0.0),
        };
        let text = Text::new(label, at).size(font::LABEL);
        canvas.text(text.anchor(Anchor::Middle).turn(turn));
    }
}
