//! Texts inside a chart: names of ranges and reference lines, notes. None covers another.

use super::Layer;
use super::draw::{self, SPAN_TEXT, span_rect};
use super::overlay::{Direction, Note, Rule, Span};
use crate::canvas::{Anchor, Canvas, Place, Stroke, Text};
use crate::colour::Colour;
use crate::font;
use crate::frame::Frame;
use crate::rect::Rect;

const ROW: f64 = font::SMALL * 1.2;

/// Texts placed so far in one plot, and the data that they should not cover.
pub(super) struct Captions<'a> {
    frame: &'a Frame,
    taken: Vec<Rect>,
    data: Vec<Place>,
}

impl<'a> Captions<'a> {
    pub(super) fn new(frame: &'a Frame, layers: &[Layer]) -> Self {
        let data = layers.iter().flat_map(|layer| match layer {
            Layer::Line(line) => dense(frame, &line.x, &line.y),
            Layer::Points(points) => points
                .x
                .iter()
                .zip(&points.y)
                .filter_map(|(&x, &y)| draw::place(frame, x, y))
                .collect(),
            _ => Vec::new(),
        });
        Self {
            frame,
            taken: Vec::new(),
            data: data.collect(),
        }
    }

    /// Draws the texts of all layers.
    pub(super) fn draw(mut self, canvas: &mut Canvas, layers: &[Layer]) {
        for layer in layers {
            match layer {
                Layer::Span(span) => self.span(canvas, span),
                Layer::Rule(rule) => self.rule(canvas, rule),
                Layer::Note(note) => self.note(canvas, note),
                _ => {}
            }
        }
    }

    fn span(&mut self, canvas: &mut Canvas, span: &Span) {
        let Some(rect) = span_rect(self.frame, span) else {
            return;
        };
        let lines = font::wrap(&span.label, font::SMALL, false, (rect.w - 8.0).max(60.0));
        let (w, h) = block(&lines);
        let heights =
            [0.0, 1.0, 0.25, 0.5, 0.75].map(|share| rect.y + 4.0 + (rect.h - h - 8.0) * share);
        let places = heights.map(|y| Rect::new(rect.middle().0 - w / 2.0, y, w, h));
        let place = self.free(&places);
        self.write(canvas, &lines, place, SPAN_TEXT);
    }

    fn rule(&mut self, canvas: &mut Canvas, rule: &Rule) {
        let lines = font::wrap(&rule.label, font::SMALL, false, self.frame.rect.w * 0.6);
        let ((w, h), plot) = (block(&lines), self.frame.rect);
        let Some(at) = self.visible(rule.axis, rule.at) else {
            return;
        };
        let places: Vec<Rect> = match rule.axis {
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
        let place = self.free(&places);
        self.write(canvas, &lines, place, rule.colour);
    }

    /// The first place that covers neither data nor another text, or else no other text, or
    /// else the first of all.
    fn free(&self, places: &[Rect]) -> Rect {
        let inside: Vec<Rect> = places.iter().map(|place| self.inside(*place)).collect();
        let untaken = |rect: &&Rect| !self.taken.iter().any(|other| overlap(*other, **rect));
        let clear = |rect: &&Rect| {
            let holds = |&(x, y): &Place| {
                x > rect.x - 3.0
                    && x < rect.right() + 3.0
                    && y > rect.y - 2.0
                    && y < rect.bottom() + 2.0
            };
            untaken(rect) && !self.data.iter().any(holds)
        };
        let found = inside
            .iter()
            .find(clear)
            .or_else(|| inside.iter().find(untaken));
        found.or(inside.first()).copied().unwrap_or(self.frame.rect)
    }

    fn visible(&self, axis: Direction, at: f64) -> Option<f64> {
        let scale = if axis == Direction::X {
            &self.frame.x
        } else {
            &self.frame.y
        };
        scale.contains(at).then(|| scale.pixel(at)).flatten()
    }

    fn note(&mut self, canvas: &mut Canvas, note: &Note) {
        let (Some(x), Some(y)) = (
            self.visible(Direction::X, note.x),
            self.visible(Direction::Y, note.y),
        ) else {
            return;
        };
        let lines: Vec<String> = note.text.lines().map(Into::into).collect();
        let ((w, h), (right, up)) = (block(&lines), note.offset);
        let left = match right {
            r if r > 0.0 => x + r,
            r if r < 0.0 => x + r - w,
            _ => x - w / 2.0,
        };
        let rect = self.inside(Rect::new(left, y - up - h / 2.0, w, h));
        if right.hypot(up) > 8.0 {
            arrow(canvas, edge(rect, (x, y)), (x, y), note.colour);
        }
        self.write(canvas, &lines, rect, note.colour);
    }

    fn write(&mut self, canvas: &mut Canvas, lines: &[String], rect: Rect, colour: Colour) {
        if lines.iter().all(String::is_empty) {
            return;
        }
        for (row, line) in lines.iter().enumerate() {
            let at = (rect.middle().0, rect.y + ROW * (row as f64 + 0.5));
            let text = Text::new(line, at)
                .anchor(Anchor::Middle)
                .colour(colour)
                .rim();
            canvas.text(text.centred());
        }
        self.taken.push(rect);
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

/// Places along a curve, close enough that no text fits between two.
fn dense(frame: &Frame, x: &[f64], y: &[f64]) -> Vec<Place> {
    let places: Vec<Option<Place>> = x
        .iter()
        .zip(y)
        .map(|(&x, &y)| draw::place(frame, x, y))
        .collect();
    let steps = places.windows(2).flat_map(|pair| {
        let [Some(a), Some(b)] = [pair[0], pair[1]] else {
            return Vec::new();
        };
        let count = ((b.0 - a.0).hypot(b.1 - a.1) / 6.0).clamp(1.0, 300.0) as usize;
        let between = |k: usize| {
            let share = k as f64 / count as f64;
            (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
        };
        (0..=count).map(between).collect::<Vec<_>>()
    });
    steps.collect()
}

fn block(lines: &[String]) -> (f64, f64) {
    (
        font::widest(lines.iter().map(String::as_str), font::SMALL),
        lines.len() as f64 * ROW,
    )
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
    canvas.polygon(&corners, Some((colour, 1.0)), None);
}
