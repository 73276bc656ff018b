//! Texts inside a chart: names of ranges and reference lines, notes. None covers another.

use super::Layer;
use super::draw::{SPAN_TEXT, span_rect};
use super::overlay::{Direction, Note, Rule, Span};
use crate::canvas::{Anchor, Canvas, Place, Stroke, Text};
use crate::colour::Colour;
use crate::font;
use crate::frame::Frame;
use crate::rect::Rect;

const ROW: f64 = font::SMALL * 1.2;

/// Texts placed so far in one plot.
pub(super) struct Captions<'a> {
    frame: &'a Frame,
    taken: Vec<Rect>,
}

impl<'a> Captions<'a> {
    pub(super) fn new(frame: &'a Frame) -> Self {
        Self {
            frame,
            taken: Vec::new(),
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
        let block = block(&lines);
        let x = rect.middle().0 - block.0 / 2.0;
        self.place(
            canvas,
            &lines,
            Rect::new(x, rect.y + 4.0, block.0, block.1),
            SPAN_TEXT,
        );
    }

    fn rule(&mut self, canvas: &mut Canvas, rule: &Rule) {
        let lines = font::wrap(&rule.label, font::SMALL, false, self.frame.rect.w * 0.6);
        let ((w, h), plot) = (block(&lines), self.frame.rect);
        let (x, y) = match rule.axis {
            Direction::X => {
                let Some(at) = self.visible(Direction::X, rule.at) else {
                    return;
                };
                let right = at + 6.0;
                (
                    if right + w > plot.right() {
                        at - 6.0 - w
                    } else {
                        right
                    },
                    plot.y + 4.0,
                )
            }
            Direction::Y => {
                let Some(at) = self.visible(Direction::Y, rule.at) else {
                    return;
                };
                let above = at - h - 4.0;
                (
                    plot.right() - w - 4.0,
                    if above < plot.y { at + 4.0 } else { above },
                )
            }
        };
        self.place(canvas, &lines, Rect::new(x, y, w, h), rule.colour);
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
        self.place(canvas, &lines, rect, note.colour);
    }

    /// Writes lines into `rect`, moved down until it covers no earlier text.
    fn place(&mut self, canvas: &mut Canvas, lines: &[String], rect: Rect, colour: Colour) {
        if lines.iter().all(String::is_empty) {
            return;
        }
        let mut rect = self.inside(rect);
        let start = rect.y;
        while self.taken.iter().any(|other| overlap(*other, rect)) {
            rect.y += ROW / 2.0;
            if rect.bottom() > self.frame.rect.bottom() {
                rect.y = start;
                break;
            }
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
