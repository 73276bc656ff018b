//! Draws a chart's layers into its frame.

use super::area::{Band, Contours, Polygon};
use super::caption::Captions;
use super::layer::{Line, Points};
use super::overlay::{Direction, Span};
use super::{Chart, Layer, Rule, isoline, range};
use crate::canvas::{Canvas, Place, Stroke};
use crate::colour::Colour;
use crate::frame::{self, Frame};
use crate::legend::{self, Entry, Sample};
use crate::marker::{self, Look};
use crate::rect::Rect;
use crate::scale::range_of;

/// What the legend explains.
pub(crate) fn entries(chart: &Chart) -> Vec<Entry> {
    let mut entries = Vec::new();
    for layer in &chart.layers {
        match layer {
            Layer::Line(l) => {
                legend::add(
                    &mut entries,
                    &l.label,
                    Sample::Line(l.colour, l.width, l.dash),
                );
                if let Some(marker) = l.marker {
                    legend::add(
                        &mut entries,
                        &l.label,
                        Sample::Point(l.colour, marker, false),
                    );
                }
            }
            Layer::Band(b) => {
                legend::add(&mut entries, &b.label, Sample::Patch(b.colour, b.opacity));
            }
            Layer::Points(p) => {
                legend::add(
                    &mut entries,
                    &p.label,
                    Sample::Point(p.colour, p.marker, p.hollow),
                );
            }
            Layer::Contours(c) => {
                let line = Sample::Line(c.colour, c.width, super::Dash::Solid);
                legend::add(&mut entries, &c.label, line);
            }
            Layer::Polygon(p) => {
                legend::add(&mut entries, &p.label, Sample::Patch(p.colour, p.opacity));
                legend::add(&mut entries, &p.label, Sample::Line(p.colour, 2.0, p.dash));
            }
            Layer::Span(_) | Layer::Rule(_) | Layer::Note(_) => {}
        }
    }
    entries
}

/// Draws axes and layers into `rect`; title and legend have been taken off.
pub(crate) fn draw(canvas: &mut Canvas, rect: Rect, chart: &Chart) {
    let x_range = range_of(&chart.x, range::xs(chart));
    let y_range = range_of(&chart.y, range::ys(chart));
    let span = |(low, high): (f64, f64), log| {
        if log {
            (high / low).log10()
        } else {
            high - low
        }
    };
    let aspect = span(x_range, chart.x.log) / span(y_range, chart.y.log);
    let frame = Frame::lay_out(
        rect,
        |length| frame::flat(&chart.x, x_range, length),
        frame::upright(&chart.y, y_range, rect.h - 60.0),
        (chart.equal_aspect && aspect.is_finite()).then(|| aspect.clamp(0.1, 10.0)),
    );
    frame.draw(canvas);
    canvas.clipped(frame.rect, |canvas| {
        for layer in &chart.layers {
            draw_layer(canvas, &frame, layer);
        }
    });
    frame.draw_border(canvas);
    // Points are not cut at the border: half an outlier is hard to see.
    for layer in &chart.layers {
        if let Layer::Points(points) = layer {
            draw_points(canvas, &frame, points);
        }
    }
    Captions::new(&frame, &chart.layers).draw(canvas, &chart.layers);
}

fn draw_layer(canvas: &mut Canvas, frame: &Frame, layer: &Layer) {
    match layer {
        Layer::Line(line) => draw_line(canvas, frame, line),
        Layer::Band(band) => draw_band(canvas, frame, band),
        Layer::Span(span) => draw_span(canvas, frame, span),
        Layer::Rule(rule) => draw_rule(canvas, frame, rule),
        Layer::Contours(contours) => draw_contours(canvas, frame, contours),
        Layer::Polygon(polygon) => draw_polygon(canvas, frame, polygon),
        Layer::Points(_) | Layer::Note(_) => {}
    }
}

pub(super) fn place(frame: &Frame, x: f64, y: f64) -> Option<Place> {
    Some((frame.x.pixel(x)?, frame.y.pixel(y)?))
}

/// Runs of places without a gap.
fn runs<T>(places: impl IntoIterator<Item = Option<T>>) -> Vec<Vec<T>> {
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

fn draw_line(canvas: &mut Canvas, frame: &Frame, line: &Line) {
    let stroke = Stroke::new(line.colour, line.width).dash(line.dash);
    let shape = line.marker.unwrap_or_default();
    let radius = if line.marker.is_some() {
        4.0
    } else {
        line.width + 0.8
    };
    let look = Look {
        shape,
        radius,
        colour: line.colour,
        hollow: false,
        opacity: 1.0,
    };
    for run in runs(
        line.x
            .iter()
            .zip(&line.y)
            .map(|(&x, &y)| place(frame, x, y)),
    ) {
        if line.stepped {
            let stairs = run
                .windows(2)
                .flat_map(|pair| [pair[0], (pair[1].0, pair[0].1)]);
            canvas.polyline(
                &stairs.chain(run.last().copied()).collect::<Vec<_>>(),
                stroke,
            );
        } else {
            canvas.polyline(&run, stroke);
        }
        // A single place between two gaps would be invisible as a line.
        if line.marker.is_some() || run.len() == 1 {
            run.iter().for_each(|&at| marker::draw(canvas, at, look));
        }
    }
}

fn draw_band(canvas: &mut Canvas, frame: &Frame, band: &Band) {
    let edges = band
        .x
        .iter()
        .zip(band.low.iter().zip(&band.high))
        .map(|(&x, (&low, &high))| {
            let (low, high) = (place(frame, x, low)?, place(frame, x, high)?);
            // Pixels grow downwards: the low edge is the larger one.
            (low.1 >= high.1).then_some((low, high))
        });
    for run in runs(edges) {
        let low = run.iter().map(|edge| edge.0);
        let high = run.iter().rev().map(|edge| edge.1);
        let fill = Some((band.colour, band.opacity));
        canvas.polygon(&low.chain(high).collect::<Vec<_>>(), fill, None);
    }
}

fn draw_points(canvas: &mut Canvas, frame: &Frame, points: &Points) {
    let look = Look {
        shape: points.marker,
        radius: points.radius,
        colour: points.colour,
        hollow: points.hollow,
        opacity: points.opacity,
    };
    for (&x, &y) in points.x.iter().zip(&points.y) {
        if frame.x.contains(x) && frame.y.contains(y) {
            place(frame, x, y)
                .into_iter()
                .for_each(|at| marker::draw(canvas, at, look));
        }
    }
}

/// The part of the plot that a range covers; none if it has no extent there.
pub(super) fn span_rect(frame: &Frame, span: &Span) -> Option<Rect> {
    let scale = if span.axis == Direction::X {
        &frame.x
    } else {
        &frame.y
    };
    let end = |value: f64| {
        if value.is_nan() {
            return None;
        }
        scale.pixel(value.clamp(scale.range.0, scale.range.1))
    };
    let (a, b) = (end(span.from)?, end(span.to)?);
    let (start, length) = (a.min(b), (a - b).abs());
    let all = frame.rect;
    (length > 0.0).then_some(match span.axis {
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
    })
}

fn draw_span(canvas: &mut Canvas, frame: &Frame, span: &Span) {
    if let Some(rect) = span_rect(frame, span) {
        canvas.rect(rect, Some((span.colour, 0.16)), None);
    }
}

fn draw_rule(canvas: &mut Canvas, frame: &Frame, rule: &Rule) {
    let (rect, stroke) = (frame.rect, Stroke::new(rule.colour, 1.6).dash(rule.dash));
    match rule.axis {
        Direction::X => frame.x.pixel(rule.at).into_iter().for_each(|x| {
            canvas.line((x, rect.y), (x, rect.bottom()), stroke);
        }),
        Direction::Y => frame.y.pixel(rule.at).into_iter().for_each(|y| {
            canvas.line((rect.x, y), (rect.right(), y), stroke);
        }),
    }
}

fn draw_contours(canvas: &mut Canvas, frame: &Frame, contours: &Contours) {
    for piece in contours
        .levels
        .iter()
        .flat_map(|&level| isoline::pieces(contours, level))
    {
        let stroke = Stroke::new(contours.colour, contours.width);
        for run in runs(piece.into_iter().map(|(x, y)| place(frame, x, y))) {
            canvas.polyline(&run, stroke);
        }
    }
}

fn draw_polygon(canvas: &mut Canvas, frame: &Frame, polygon: &Polygon) {
    let corners = polygon
        .x
        .iter()
        .zip(&polygon.y)
        .filter_map(|(&x, &y)| place(frame, x, y));
    let stroke = Stroke::new(polygon.colour, 2.0).dash(polygon.dash);
    let fill = (polygon.colour, polygon.opacity);
    canvas.polygon(&corners.collect::<Vec<_>>(), Some(fill), Some(stroke));
}

/// Grey in which captions of shaded ranges are written.
pub(super) const SPAN_TEXT: Colour = Colour::DARK_GREY;
