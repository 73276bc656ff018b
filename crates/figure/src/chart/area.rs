//! Areas and outlines: bands, contour lines, closed polygons.

use contour::ContourBuilder;
use serde::{Deserialize, Serialize};

use super::Drawable;
use super::curve::runs;
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::error::{PanelError, expect_len, expect_rectangle};
use crate::frame::Frame;
use crate::legend::Sample;
use crate::paint::{Dash, Fill, Place, Stroke};
use crate::panel::{Row, grid, number, numbers, places, sampled};

/// The area between two curves, such as the spread over seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Text in the legend; none where empty. With the text of a line it joins that entry.
    pub label: String,
    /// Places on the x axis.
    #[serde(with = "crate::non_finite")]
    pub x: Vec<f64>,
    /// Low edge, as many.
    #[serde(with = "crate::non_finite")]
    pub low: Vec<f64>,
    /// High edge, as many; where it is below the low edge there is a gap.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Sets the colour.
        colour: Colour,
        /// Sets the opacity, 0-1.
        opacity: f64,
    }
}

impl Drawable for Band {
    fn label(&self) -> &str {
        &self.label
    }

    fn check(&self) -> Result<(), PanelError> {
        let of = |edge: &str| format!("{edge} edge of band {:?}", self.label);
        expect_len(&of("low"), self.low.len(), self.x.len())?;
        expect_len(&of("high"), self.high.len(), self.x.len())
    }

    fn extent(&self) -> [Vec<f64>; 2] {
        let edges = [self.low.as_slice(), &self.high].concat();
        [self.x.clone(), edges]
    }

    fn samples(&self) -> Vec<Sample> {
        vec![Sample::Patch(self.colour, self.opacity)]
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) {
        let edges = self.x.iter().zip(self.low.iter().zip(&self.high));
        let edges = edges.map(|(&x, (&low, &high))| {
            let (low, high) = (frame.place(x, low)?, frame.place(x, high)?);
            // Pixels grow downwards: the low edge is the larger one.
            (low.1 >= high.1).then_some((low, high))
        });
        for run in runs(edges) {
            let low = run.iter().map(|edge| edge.0);
            let high = run.iter().rev().map(|edge| edge.1);
            let corners: Vec<Place> = low.chain(high).collect();
            canvas.polygon(&corners, Some(Fill::area(self.colour, self.opacity)), None);
        }
    }

    fn numbers(&self) -> Vec<Row> {
        let bounds = self.low.iter().zip(&self.high);
        let row = |(x, (low, high)): (&f64, (&f64, &f64))| Row {
            kind: "band",
            series: self.label.clone(),
            x: number(*x),
            low: number(*low),
            high: number(*high),
            ..Row::default()
        };
        self.x.iter().zip(bounds).map(row).collect()
    }
}

/// Contour lines of a function known on a grid.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contours {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Columns' places on the x axis, rising.
    #[serde(with = "crate::non_finite")]
    pub x: Vec<f64>,
    /// Rows' places on the y axis, rising.
    #[serde(with = "crate::non_finite")]
    pub y: Vec<f64>,
    /// The function, `z[row of y][column of x]`.
    #[serde(with = "crate::non_finite")]
    pub z: Vec<Vec<f64>>,
    /// Heights at which a line is drawn.
    #[serde(with = "crate::non_finite")]
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
        Self {
            z: sampled(&x, &y, f),
            label: label.into(),
            x,
            y,
            levels: levels.into(),
            colour: Colour::GREY,
            width: 1.4,
        }
    }

    setters! {
        /// Sets the colour.
        colour: Colour,
    }
}

impl Drawable for Contours {
    fn label(&self) -> &str {
        &self.label
    }

    fn check(&self) -> Result<(), PanelError> {
        expect_len("rows of the contours' grid", self.z.len(), self.y.len())?;
        expect_rectangle("the contours' grid", &self.z)?;
        let columns = self.z.first().map_or(self.x.len(), Vec::len);
        expect_len("columns of the contours' grid", columns, self.x.len())
    }

    fn extent(&self) -> [Vec<f64>; 2] {
        [self.x.clone(), self.y.clone()]
    }

    fn samples(&self) -> Vec<Sample> {
        vec![Sample::Line(self.colour, self.width, Dash::Solid)]
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) {
        let stroke = Stroke::new(self.colour, self.width);
        for piece in self.levels.iter().flat_map(|&level| pieces(self, level)) {
            for run in runs(piece.into_iter().map(|(x, y)| frame.place(x, y))) {
                canvas.polyline(&run, stroke);
            }
        }
    }

    fn numbers(&self) -> Vec<Row> {
        let (x, y) = (numbers(&self.x), numbers(&self.y));
        grid("contour", &self.label, [&x, &y], &self.z)
    }

    fn words(&self) -> String {
        self.label.clone()
    }
}

/// Pieces of the line where the function has the height `level`, in the function's coordinates.
fn pieces(contours: &Contours, level: f64) -> Vec<Vec<(f64, f64)>> {
    let (columns, rows) = (contours.x.len(), contours.y.len());
    if columns < 2 || rows < 2 || !level.is_finite() {
        return Vec::new();
    }
    let builder = ContourBuilder::new(columns, rows, true);
    let Ok(lines) = builder.lines(&contours.z.concat(), &[level]) else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    for ring in lines.iter().flat_map(|line| line.geometry().0.iter()) {
        let places = ring.0.iter().map(|place| {
            // The sample of column 0 stands at 0.5; rings close along a border outside of that.
            Some((
                between(&contours.x, place.x - 0.5)?,
                between(&contours.y, place.y - 0.5)?,
            ))
        });
        let mut piece = Vec::new();
        for place in places {
            match place {
                Some(place) => piece.push(place),
                None => pieces.push(std::mem::take(&mut piece)),
            }
        }
        pieces.push(piece);
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// The number at a fractional index; none outside of the list.
fn between(places: &[f64], index: f64) -> Option<f64> {
    let last = places.len() - 1;
    if !index.is_finite() || index < 0.0 || index > last as f64 {
        return None;
    }
    let below = (index.floor() as usize).min(last - 1);
    let share = index - below as f64;
    Some(places[below] * (1.0 - share) + places[below + 1] * share)
}

/// A closed outline, filled faintly: the diamond of L1, the circle of L2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Polygon {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Corners on the x axis.
    #[serde(with = "crate::non_finite")]
    pub x: Vec<f64>,
    /// Corners on the y axis, as many.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Sets the colour.
        colour: Colour,
        /// Sets the opacity of the filling, 0-1.
        opacity: f64,
    }
}

impl Drawable for Polygon {
    fn label(&self) -> &str {
        &self.label
    }

    fn check(&self) -> Result<(), PanelError> {
        let what = format!("y of polygon {:?}", self.label);
        expect_len(&what, self.y.len(), self.x.len())
    }

    fn extent(&self) -> [Vec<f64>; 2] {
        [self.x.clone(), self.y.clone()]
    }

    fn samples(&self) -> Vec<Sample> {
        vec![
            Sample::Patch(self.colour, self.opacity),
            Sample::Line(self.colour, 2.0, self.dash),
        ]
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) {
        let corners = self.x.iter().zip(&self.y);
        let corners: Vec<Place> = corners.filter_map(|(&x, &y)| frame.place(x, y)).collect();
        let fill = Fill::area(self.colour, self.opacity);
        let stroke = Stroke::new(self.colour, 2.0).dash(self.dash);
        canvas.polygon(&corners, Some(fill), Some(stroke));
    }

    fn numbers(&self) -> Vec<Row> {
        places("polygon", &self.label, &self.x, &self.y)
    }

    fn words(&self) -> String {
        self.label.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_of_the_squared_radius_is_a_circle() {
        let axis: Vec<f64> = (0..=80).map(|i| -2.0 + 0.05 * f64::from(i)).collect();
        let contours = Contours::of("", axis.clone(), axis, [1.0], |x, y| x * x + y * y);
        let pieces = pieces(&contours, 1.0);
        assert_eq!(pieces.len(), 1);
        assert!(pieces[0].len() > 50);
        for (x, y) in &pieces[0] {
            assert!(
                (x.hypot(*y) - 1.0).abs() < 1e-3,
                "({x}, {y}) is off the unit circle"
            );
        }
    }

    #[test]
    fn a_line_through_the_border_is_not_closed_along_it() {
        let axis = [0.0, 1.0, 2.0, 3.0];
        let contours = Contours::of("", axis, axis, [1.5], |x, _| x);
        for (x, _) in pieces(&contours, 1.5).concat() {
            assert!((x - 1.5).abs() < 1e-9, "x = {x}");
        }
    }
}
