//! Draws a surface in a box, its cells from back to front.

use super::Surface;
use crate::axis::Axis;
use crate::canvas::{Anchor, Canvas, Place, Stroke, Text};
use crate::colour::Colour;
use crate::font;
use crate::rect::Rect;
use crate::scale::{Scale, range_of, ticks};

/// Half of the box's height; its floor is 2 by 2.
const HALF: f64 = 0.62;
/// Cells a side up to which the mesh is drawn.
const MESH: usize = 64;

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

/// Draws box, axes and surface into `rect`; the title has been taken off.
pub(crate) fn draw(canvas: &mut Canvas, rect: Rect, surface: &Surface) {
    let view = View::new(rect, surface);
    view.draw_box(canvas);
    view.draw_cells(canvas);
    view.draw_axes(canvas);
}

impl<'a> View<'a> {
    fn new(rect: Rect, surface: &'a Surface) -> Self {
        let axis = Axis::new("");
        let tight = |values: &[f64]| {
            let ends = (
                values.iter().copied().fold(f64::INFINITY, f64::min),
                values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            );
            if ends.0 < ends.1 && ends.0.is_finite() && ends.1.is_finite() {
                ends
            } else {
                range_of(&axis, values.iter().copied())
            }
        };
        let heights: Vec<f64> = surface
            .z
            .iter()
            .flatten()
            .copied()
            .filter(|z| z.is_finite())
            .collect();
        let z = surface.z_range.unwrap_or_else(|| tight(&heights));
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
        self.scales[axis]
            .contains(value)
            .then(|| self.scales[axis].pixel(value))
            .flatten()
    }

    fn draw_box(&self, canvas: &mut Canvas) {
        let (fx, fy) = self.front();
        let (grid, edge) = (
            Stroke::new(Colour::LIGHT_GREY, 1.0),
            Stroke::new(Colour::GREY, 1.0),
        );
        let mut path = |corners: &[[f64; 3]], stroke| {
            canvas.polyline(
                &corners.iter().map(|c| self.project(*c)).collect::<Vec<_>>(),
                stroke,
            );
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
                let Some(corners) = places
                    .map(|(r, c)| corner(r, c))
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                else {
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
            canvas.polygon(&corners, Some((colour, 1.0)), Some(Stroke::new(rim, 0.6)));
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
        let text = Text::new(label, middle)
            .size(font::LABEL)
            .anchor(Anchor::Middle);
        if axis == 2 {
            canvas.text(
                Text {
                    at: (middle.0 - 46.0, middle.1),
                    ..text
                }
                .turn(-90.0),
            );
        } else {
            let side = if middle.0 < self.middle.0 {
                -34.0
            } else {
                34.0
            };
            canvas.text(Text {
                at: (middle.0 + side, middle.1 + 36.0),
                ..text
            });
        }
    }
}
