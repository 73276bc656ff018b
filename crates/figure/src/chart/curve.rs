//! Curves and points.

use serde::{Deserialize, Serialize};

use super::Drawable;
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::error::{PanelError, expect_len};
use crate::frame::Frame;
use crate::legend::Sample;
use crate::number::short;
use crate::paint::{Dash, Marker, Place, Point, Stroke};
use crate::panel::{Row, places, spread};

/// A curve through points; a number that is not finite interrupts it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Places on the x axis.
    #[serde(with = "crate::non_finite")]
    pub x: Vec<f64>,
    /// Places on the y axis, as many.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Sets the colour.
        colour: Colour,
        /// Breaks the line up.
        dash: Dash,
        /// Sets the width in pixels.
        width: f64,
        /// Draws stairs.
        stepped,
        /// Marks each point.
        marker: Marker,
    }
}

impl Drawable for Line {
    fn label(&self) -> &str {
        &self.label
    }

    fn check(&self) -> Result<(), PanelError> {
        let what = format!("y of line {:?}", self.label);
        expect_len(&what, self.y.len(), self.x.len())
    }

    fn extent(&self) -> [Vec<f64>; 2] {
        [self.x.clone(), self.y.clone()]
    }

    fn samples(&self) -> Vec<Sample> {
        let line = Sample::Line(self.colour, self.width, self.dash);
        let marker = self.marker.map(|m| Sample::Point(self.colour, m, false));
        [line].into_iter().chain(marker).collect()
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) {
        let stroke = Stroke::new(self.colour, self.width).dash(self.dash);
        let radius = if self.marker.is_some() {
            4.0
        } else {
            self.width + 0.8
        };
        let point = Point::new(self.marker.unwrap_or_default(), radius, self.colour);
        for run in runs(self.places(frame)) {
            if self.stepped {
                let stairs = run
                    .windows(2)
                    .flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]);
                let stairs: Vec<Place> = stairs.chain(run.last().copied()).collect();
                canvas.polyline(&stairs, stroke);
            } else {
                canvas.polyline(&run, stroke);
            }
            // A single place between two gaps would be invisible as a line.
            if self.marker.is_some() || run.len() == 1 {
                run.iter().for_each(|&at| canvas.point(at, point));
            }
        }
    }

    fn covered(&self, frame: &Frame) -> Vec<Place> {
        let places: Vec<Option<Place>> = self.places(frame).collect();
        let between = |pair: &[Option<Place>]| Some(along(pair[0]?, pair[1]?));
        places.windows(2).filter_map(between).flatten().collect()
    }

    fn numbers(&self) -> Vec<Row> {
        places("line", &self.label, &self.x, &self.y)
    }

    fn words(&self) -> String {
        format!("{} {}", self.label, ends(&self.y))
    }
}

impl Line {
    fn places(&self, frame: &Frame) -> impl Iterator<Item = Option<Place>> {
        let numbers = self.x.iter().zip(&self.y);
        numbers.map(|(&x, &y)| frame.place(x, y))
    }
}

/// Places between two of a curve, close enough that no text fits between two.
fn along(a: Place, b: Place) -> impl Iterator<Item = Place> {
    let count = ((b.0 - a.0).hypot(b.1 - a.1) / 6.0).clamp(1.0, 300.0) as usize;
    (0..=count).map(move |k| {
        let share = k as f64 / count as f64;
        (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
    })
}

/// Runs of places without a gap.
pub(super) fn runs<T>(places: impl IntoIterator<Item = Option<T>>) -> Vec<Vec<T>> {
    let mut runs = vec![Vec::new()];
    for place in places {
        match (place, runs.last_mut()) {
            (Some(place), Some(run)) => run.push(place),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// `falls from 2.3 to 0.1`: how a curve begins and ends.
fn ends(values: &[f64]) -> String {
    let finite = || values.iter().copied().filter(|v| v.is_finite());
    let (Some(first), Some(last)) = (finite().next(), finite().next_back()) else {
        return "has no finite values".into();
    };
    let (from, to) = (short(first, 3), short(last, 3));
    let way = match last.total_cmp(&first) {
        _ if from == to => format!("starts and ends at {from}"),
        std::cmp::Ordering::Less => format!("falls from {from} to {to}"),
        _ => format!("rises from {from} to {to}"),
    };
    if finite().count() < values.len() {
        format!("{way}, with gaps")
    } else {
        way
    }
}

/// Single points, not joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Text in the legend; none where empty.
    pub label: String,
    /// Places on the x axis.
    #[serde(with = "crate::non_finite")]
    pub x: Vec<f64>,
    /// Places on the y axis, as many.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Sets the colour.
        colour: Colour,
        /// Sets the shape.
        marker: Marker,
        /// Sets the radius in pixels.
        radius: f64,
        /// Draws outlines only.
        hollow,
        /// Sets the opacity, 0-1.
        opacity: f64,
    }
}

impl Drawable for Points {
    fn label(&self) -> &str {
        &self.label
    }

    fn check(&self) -> Result<(), PanelError> {
        let what = format!("y of points {:?}", self.label);
        expect_len(&what, self.y.len(), self.x.len())
    }

    fn extent(&self) -> [Vec<f64>; 2] {
        [self.x.clone(), self.y.clone()]
    }

    fn samples(&self) -> Vec<Sample> {
        vec![Sample::Point(self.colour, self.marker, self.hollow)]
    }

    /// Points are not cut at the border: half an outlier is hard to see.
    fn draw_in_front(&self, canvas: &mut Canvas, frame: &Frame) {
        let point = Point::new(self.marker, self.radius, self.colour);
        let point = point.hollow(self.hollow).opacity(self.opacity);
        for (&x, &y) in self.x.iter().zip(&self.y) {
            if let (Some(x), Some(y)) = (frame.x.visible(x), frame.y.visible(y)) {
                canvas.point((x, y), point);
            }
        }
    }

    fn covered(&self, frame: &Frame) -> Vec<Place> {
        let numbers = self.x.iter().zip(&self.y);
        numbers.filter_map(|(&x, &y)| frame.place(x, y)).collect()
    }

    fn numbers(&self) -> Vec<Row> {
        places("point", &self.label, &self.x, &self.y)
    }

    fn words(&self) -> String {
        let (count, heights) = (self.y.len(), spread(&self.y));
        format!("{}: {count} points, {heights}", self.label)
    }
}
