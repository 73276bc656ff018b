//! What explains the data: shaded ranges, reference lines, notes with a pointer, and where their
//! texts stand. None covers another.

use serde::{Deserialize, Serialize};

use super::Drawable;
use crate::axis::Scale;
use crate::canvas::Canvas;
use crate::colour::Colour;
use crate::font;
use crate::frame::Frame;
use crate::number::short;
use crate::paint::{Anchor, Dash, Fill, Place, Rect, Stroke, Text};
use crate::panel::{Row, number};

const ROW: f64 = font::SMALL * 1.2;

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
    #[serde(with = "crate::non_finite")]
    pub from: f64,
    /// The other end; infinite means to the edge.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Sets the colour.
        colour: Colour,
    }
}

impl Direction {
    fn scale(self, frame: &Frame) -> &Scale {
        match self {
            Self::X => &frame.x,
            Self::Y => &frame.y,
        }
    }
}

impl Span {
    /// The part of the plot that the range covers; none if it has no extent there.
    fn rect(&self, frame: &Frame) -> Option<Rect> {
        let scale = self.axis.scale(frame);
        // Infinite ends reach to the edge; what is no number has no pixel.
        let end = |value: f64| scale.pixel(value.clamp(scale.range.0, scale.range.1));
        let (a, b) = (end(self.from)?, end(self.to)?);
        let (start, length) = (a.min(b), (a - b).abs());
        let all = frame.rect;
        let rect = match self.axis {
            Direction::X => Rect {
                x: start,
                w: length,
                ..all
            },
            Direction::Y => Rect {
                y: start,
                h: length,
                ..all
            },
        };
        (length > 0.0).then_some(rect)
    }
}

impl Drawable for Span {
    fn label(&self) -> &str {
        &self.label
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) {
        if let Some(rect) = self.rect(frame) {
            canvas.rect(rect, Some(Fill::area(self.colour, 0.16)), None);
        }
    }

    fn caption(&self, captions: &mut Captions<'_>, canvas: &mut Canvas) {
        let Some(rect) = self.rect(captions.frame) else {
            return;
        };
        let lines = font::wrap(&self.label, font::SMALL, false, (rect.w - 8.0).max(60.0));
        let (w, h) = block(&lines);
        let heights =
            [0.0, 1.0, 0.25, 0.5, 0.75].map(|share| rect.y + 4.0 + (rect.h - h - 8.0) * share);
        let places = heights.map(|y| Rect::new(rect.middle().0 - w / 2.0, y, w, h));
        let place = captions.free(&places);
        captions.write(canvas, &lines, place, Colour::DARK_GREY);
    }

    fn numbers(&self) -> Vec<Row> {
        vec![Row {
            kind: "span",
            series: self.label.clone(),
            low: number(self.from),
            high: number(self.to),
            ..Row::default()
        }]
    }

    fn words(&self) -> String {
        let (from, to) = (short(self.from, 3), short(self.to, 3));
        format!("{} from {from} to {to}", self.label)
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
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Sets the colour.
        colour: Colour,
        /// Breaks the line up in another way.
        dash: Dash,
    }
}

impl Drawable for Rule {
    fn label(&self) -> &str {
        &self.label
    }

    fn extent(&self) -> [Vec<f64>; 2] {
        match self.axis {
            Direction::X => [vec![self.at], Vec::new()],
            Direction::Y => [Vec::new(), vec![self.at]],
        }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) {
        let (rect, stroke) = (frame.rect, Stroke::new(self.colour, 1.6).dash(self.dash));
        let Some(at) = self.axis.scale(frame).pixel(self.at) else {
            return;
        };
        match self.axis {
            Direction::X => canvas.line((at, rect.y), (at, rect.bottom()), stroke),
            Direction::Y => canvas.line((rect.x, at), (rect.right(), at), stroke),
        }
    }

    fn caption(&self, captions: &mut Captions<'_>, canvas: &mut Canvas) {
        let plot = captions.frame.rect;
        let lines = font::wrap(&self.label, font::SMALL, false, plot.w * 0.6);
        let (w, h) = block(&lines);
        let Some(at) = self.axis.scale(captions.frame).visible(self.at) else {
            return;
        };
        let places: Vec<Rect> = match self.axis {
            Direction::X => (0..8)
                .map(|k| plot.y + 4.0 + (plot.h - h - 8.0) * f64::from(k) / 7.0)
                .flat_map(|y| [at + 6.0, at - 6.0 - w].map(|x| Rect::new(x, y, w, h)))
                .filter(|place| place.x >= plot.x && place.right() <= plot.right())
                .collect(),
            Direction::Y => [
                plot.right() - w - 4.0,
                plot.x + 4.0,
                plot.middle().0 - w / 2.0,
            ]
            .into_iter()
            .flat_map(|x| [at - h - 4.0, at + 4.0].map(|y| Rect::new(x, y, w, h)))
            .filter(|place| place.y >= plot.y && place.bottom() <= plot.bottom())
            .collect(),
        };
        let place = captions.free(&places);
        captions.write(canvas, &lines, place, self.colour);
    }

    fn numbers(&self) -> Vec<Row> {
        vec![Row {
            kind: "rule",
            series: self.label.clone(),
            value: number(self.at),
            ..Row::default()
        }]
    }

    fn words(&self) -> String {
        match self.at.is_finite() {
            true => format!("{} at {}", self.label, short(self.at, 3)),
            false => String::new(),
        }
    }
}

/// A text with a pointer to a place in the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The text.
    pub text: String,
    /// Place on the x axis that it points to.
    #[serde(with = "crate::non_finite")]
    pub x: f64,
    /// Place on the y axis that it points to.
    #[serde(with = "crate::non_finite")]
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

    setters! {
        /// Moves the text: pixels to the right and up; (0, 0) puts it there without a pointer.
        offset(right, up),
        /// Sets the colour.
        colour: Colour,
    }
}

impl Drawable for Note {
    fn label(&self) -> &str {
        &self.text
    }

    fn extent(&self) -> [Vec<f64>; 2] {
        [vec![self.x], vec![self.y]]
    }

    fn caption(&self, captions: &mut Captions<'_>, canvas: &mut Canvas) {
        let frame = captions.frame;
        let (Some(x), Some(y)) = (frame.x.visible(self.x), frame.y.visible(self.y)) else {
            return;
        };
        let lines: Vec<String> = self.text.lines().map(Into::into).collect();
        let ((w, h), (right, up)) = (block(&lines), self.offset);
        let left = match right {
            r if r > 0.0 => x + r,
            r if r < 0.0 => x + r - w,
            _ => x - w / 2.0,
        };
        let rect = captions.inside(Rect::new(left, y - up - h / 2.0, w, h));
        if right.hypot(up) > 8.0 {
            arrow(canvas, edge(rect, (x, y)), (x, y), self.colour);
        }
        captions.write(canvas, &lines, rect, self.colour);
    }

    fn numbers(&self) -> Vec<Row> {
        Vec::new()
    }

    fn words(&self) -> String {
        self.text.replace('\n', " ")
    }
}

/// Texts placed so far in one plot, and the data that they should not cover.
pub(crate) struct Captions<'a> {
    frame: &'a Frame,
    texts: Vec<Rect>,
    data: Vec<Place>,
}

impl<'a> Captions<'a> {
    /// No texts yet; `data` are places of what is drawn.
    pub(super) const fn new(frame: &'a Frame, data: Vec<Place>) -> Self {
        Self {
            frame,
            texts: Vec::new(),
            data,
        }
    }

    /// The first place that covers neither data nor another text, or else no other text, or
    /// else the first of all.
    fn free(&self, places: &[Rect]) -> Rect {
        let inside: Vec<Rect> = places.iter().map(|place| self.inside(*place)).collect();
        let apart = |rect: &&Rect| !self.texts.iter().any(|other| overlap(*other, **rect));
        let clear = |rect: &&Rect| {
            let holds = |&(x, y): &Place| {
                x > rect.x - 3.0
                    && x < rect.right() + 3.0
                    && y > rect.y - 2.0
                    && y < rect.bottom() + 2.0
            };
            apart(rect) && !self.data.iter().any(holds)
        };
        let found = inside
            .iter()
            .find(clear)
            .or_else(|| inside.iter().find(apart));
        found.or(inside.first()).copied().unwrap_or(self.frame.rect)
    }

    fn write(&mut self, canvas: &mut Canvas, lines: &[String], rect: Rect, colour: Colour) {
        if lines.iter().all(String::is_empty) {
            return;
        }
        let first = Text::new("", (rect.middle().0, rect.y + ROW / 2.0)).anchor(Anchor::Middle);
        canvas.lines(lines, ROW, first.colour(colour).rim().centred());
        self.texts.push(rect);
    }

    fn inside(&self, rect: Rect) -> Rect {
        let plot = self.frame.rect;
        Rect {
            x: rect.x.min(plot.right() - rect.w - 2.0).max(plot.x + 2.0),
            y: rect.y.min(plot.bottom() - rect.h - 2.0).max(plot.y + 2.0),
            ..rect
        }
    }
}

fn block(lines: &[String]) -> (f64, f64) {
    (font::widest(lines, font::SMALL), lines.len() as f64 * ROW)
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

/// Where a pointer to `target` leaves the text in `rect`.
fn edge(rect: Rect, target: Place) -> Place {
    let near = |at: f64, low: f64, high: f64| at.max(low.min(high)).min(high.max(low));
    (
        near(target.0, rect.x - 3.0, rect.right() + 3.0),
        near(target.1, rect.y, rect.bottom()),
    )
}

fn arrow(canvas: &mut Canvas, from: Place, to: Place, colour: Colour) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    if length < 10.0 {
        return;
    }
    let (ux, uy) = (dx / length, dy / length);
    // The tip stops short of the place, so that a point there stays visible.
    let tip = (to.0 - 5.0 * ux, to.1 - 5.0 * uy);
    let foot = (tip.0 - 8.0 * ux, tip.1 - 8.0 * uy);
    canvas.line(from, foot, Stroke::new(colour, 1.4));
    let corners = [
        tip,
        (foot.0 - 3.5 * uy, foot.1 + 3.5 * ux),
        (foot.0 + 3.5 * uy, foot.1 - 3.5 * ux),
    ];
    canvas.polygon(&corners, Some(Fill::mark(colour, 1.0)), None);
}
