//! The page that panels draw on, written as SVG.
//!
//! Plotters draws the shapes, all of a page into one document; texts, pictures and groups are
//! written here between them. Plotters counts in whole units, so a pixel of ours is [`UNITS`] units
//! of the page, and the page says so in its `viewBox`.
//!
//! What should change its colour on a dark page is marked by two classes, and by the attribute
//! `color`, which a style sheet sees as `currentColor`: `stroke` or `fill` says what is coloured,
//! `paper` (as the page), `grey` (between the page and its text) or `hue` how. A text with the class
//! `rim` has a stroke like paper.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::{RGBAColor, ShapeStyle};

use crate::colour::Colour;
use crate::error::FigureError;
use crate::font;
use crate::paint::{Anchor, Dash, Fill, Marker, Place, Point, Rect, Stroke, Text};
use crate::raster;

/// Units of the page along a pixel.
const UNITS: f64 = 16.0;

type Units = (i32, i32);

/// A page in the making.
pub(crate) struct Canvas {
    items: Vec<Item>,
    /// The figure's name: for errors, and for ids that are its own in a page of several.
    figure: String,
    clips: usize,
    /// The first picture that could not be packed.
    failed: Option<FigureError>,
}

/// The parts of a page, from back to front.
enum Item {
    /// A shape, and attributes that plotters does not know.
    Shape(Shape, ShapeStyle, String),
    /// SVG as it stands.
    Markup(String),
}

enum Shape {
    Path(Vec<Units>),
    Area(Vec<Units>),
    Rect(Units, Units),
    Circle(Units, u32),
}

impl Canvas {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            items: Vec::new(),
            figure: name.into(),
            clips: 0,
            failed: None,
        }
    }

    /// The whole picture on white; `title` and `description` are for readers who do not see it.
    pub(crate) fn finish(
        self,
        (width, height): (u32, u32),
        title: &str,
        description: &str,
    ) -> Result<String, FigureError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let [w, h] = [width, height].map(|side| units(f64::from(side)));
        let (family, title, description) = (font::FAMILY, escape(title), escape(description));
        let mut page = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {w} {h}" role="img" font-family="{family}" fill="none" stroke-linejoin="round">
<title>{title}</title>
<desc>{description}</desc>
<rect class="fill paper" width="{w}" height="{h}" fill="#ffffff"/>
"##
        );
        let document = document(&self.items);
        // After the line that opens the document each shape has a line of its own.
        let mut elements = document.lines().skip(1);
        for item in self.items {
            match item {
                Item::Markup(svg) => page.push_str(&svg),
                Item::Shape(_, _, attributes) => {
                    let element = elements.next().and_then(|line| line.split_once(' '));
                    if let Some((name, others)) = element {
                        let _ = writeln!(page, "{name}{attributes} {others}");
                    }
                }
            }
        }
        page.push_str("</svg>\n");
        Ok(page)
    }

    pub(crate) fn line(&mut self, from: Place, to: Place, stroke: Stroke) {
        self.polyline(&[from, to], stroke);
    }

    pub(crate) fn polyline(&mut self, places: &[Place], stroke: Stroke) {
        if places.len() > 1 {
            self.stroke(Shape::Path(all(places)), stroke);
        }
    }

    pub(crate) fn polygon(&mut self, places: &[Place], fill: Option<Fill>, stroke: Option<Stroke>) {
        if places.len() < 2 {
            return;
        }
        if let Some(fill) = fill {
            self.fill(Shape::Area(all(places)), fill);
        }
        if let Some(stroke) = stroke {
            self.polyline(&[places, &places[..1]].concat(), stroke);
        }
    }

    pub(crate) fn rect(&mut self, rect: Rect, fill: Option<Fill>, stroke: Option<Stroke>) {
        let shape = || Shape::Rect(unit((rect.x, rect.y)), unit((rect.right(), rect.bottom())));
        if let Some(fill) = fill {
            self.fill(shape(), fill);
        }
        if let Some(stroke) = stroke {
            self.stroke(shape(), stroke);
        }
    }

    pub(crate) fn circle(&mut self, at: Place, radius: f64, fill: Fill, stroke: Stroke) {
        self.fill(Shape::Circle(unit(at), length(radius)), fill);
        self.stroke(Shape::Circle(unit(at), length(radius)), stroke);
    }

    pub(crate) fn point(&mut self, at @ (x, y): Place, point: Point) {
        let Point {
            radius: r, opacity, ..
        } = point;
        // White inside, so that a hollow point is not crossed by what lies under it; a white rim
        // keeps touching points apart.
        let (inside, rim, width) = if point.hollow {
            (Colour::WHITE, point.colour, 1.8)
        } else {
            (point.colour, Colour::WHITE, 0.8)
        };
        let fill = Fill::mark(inside, opacity);
        let rim = Stroke::new(rim, width).opacity(opacity);
        let thick = Stroke::new(point.colour, 2.4).opacity(opacity);
        match point.shape {
            Marker::Circle => self.circle(at, r, fill, rim),
            Marker::Square => {
                let square = Rect::new(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
                self.rect(square, Some(fill), Some(rim));
            }
            Marker::Triangle => {
                let foot = y + 0.8 * r;
                let corners = [(x, y - 1.2 * r), (x + 1.1 * r, foot), (x - 1.1 * r, foot)];
                self.polygon(&corners, Some(fill), Some(rim));
            }
            Marker::Diamond => {
                let s = 1.3 * r;
                let corners = [(x, y - s), (x + s, y), (x, y + s), (x - s, y)];
                self.polygon(&corners, Some(fill), Some(rim));
            }
            Marker::Cross => {
                self.line((x - r, y - r), (x + r, y + r), thick);
                self.line((x - r, y + r), (x + r, y - r), thick);
            }
            Marker::Plus => {
                self.line((x - 1.2 * r, y), (x + 1.2 * r, y), thick);
                self.line((x, y - 1.2 * r), (x, y + 1.2 * r), thick);
            }
        }
    }

    /// Text is written here and not by plotters, which places it by a unit that depends on the
    /// reader's font.
    pub(crate) fn text(&mut self, text: Text<'_>) {
        let [x, y, size] = [text.at.0, text.at.1, text.size].map(units);
        let mut svg = format!(r#"<text x="{x}" y="{y}" font-size="{size}""#);
        if text.dark_mode {
            let class = if text.rim { "rim fill" } else { "fill" };
            svg.push_str(&dark_mode(class, text.colour));
        }
        let _ = write!(svg, r#" fill="{}""#, text.colour.css());
        svg.push_str(match text.anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        });
        if text.bold {
            svg.push_str(r#" font-weight="bold""#);
        }
        if text.turn != 0.0 {
            let _ = write!(svg, r#" transform="rotate({} {x} {y})""#, short(text.turn));
        }
        if text.rim {
            svg.push_str(r##" stroke="#ffffff" stroke-width="56" style="paint-order:stroke""##);
        }
        let _ = writeln!(svg, ">{}</text>", escape(text.text));
        self.items.push(Item::Markup(svg));
    }

    /// Texts below each other: the first as `text` says, each other `pitch` pixels further down.
    pub(crate) fn lines(&mut self, lines: &[String], pitch: f64, text: Text<'_>) {
        for (row, line) in lines.iter().enumerate() {
            let at = (text.at.0, text.at.1 + pitch * row as f64);
            self.text(Text {
                text: line,
                at,
                ..text
            });
        }
    }

    /// A picture of pixels, kept sharp when it is enlarged.
    pub(crate) fn picture(
        &mut self,
        rect: Rect,
        data: &[u8],
        size: (u32, u32),
        colour: image::ExtendedColorType,
    ) {
        let place = place(rect);
        match raster::png(&self.figure, data, size, colour) {
            Ok(png) => self.items.push(Item::Markup(format!(
                r#"<image{place} preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="data:image/png;base64,{}"/>
"#,
                STANDARD.encode(png)
            ))),
            Err(error) => self.failed = self.failed.take().or(Some(error)),
        }
    }

    /// Draws with everything outside `rect` cut off.
    pub(crate) fn clipped(&mut self, rect: Rect, draw: impl FnOnce(&mut Self)) {
        self.clips += 1;
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = self.figure.chars().map(plain).collect();
        let (id, place) = (format!("clip-{name}-{}", self.clips), place(rect));
        self.items.push(Item::Markup(format!(
            "<clipPath id=\"{id}\"><rect{place}/></clipPath><g clip-path=\"url(#{id})\">\n"
        )));
        draw(self);
        self.items.push(Item::Markup("</g>\n".into()));
    }

    fn fill(&mut self, shape: Shape, fill: Fill) {
        let attributes = if fill.dark_mode {
            dark_mode("fill", fill.colour)
        } else {
            String::new()
        };
        self.shape(
            shape,
            style(fill.colour, fill.opacity, true, 0.0),
            attributes,
        );
    }

    fn stroke(&mut self, shape: Shape, stroke: Stroke) {
        let mut attributes = dashes(stroke);
        if stroke.dark_mode {
            attributes.push_str(&dark_mode("stroke", stroke.colour));
        }
        let style = style(stroke.colour, stroke.opacity, false, stroke.width);
        self.shape(shape, style, attributes);
    }

    fn shape(&mut self, shape: Shape, style: ShapeStyle, attributes: String) {
        // Plotters writes nothing for what is not seen.
        if style.color.3 != 0.0 {
            self.items.push(Item::Shape(shape, style, attributes));
        }
    }
}

/// What plotters writes for the shapes of a page.
fn document(items: &[Item]) -> String {
    let mut document = String::new();
    let mut page = SVGBackend::with_string(&mut document, (1, 1));
    for item in items {
        let Item::Shape(shape, style, _) = item else {
            continue;
        };
        // It writes into a string, which cannot fail.
        let _ = match shape {
            Shape::Path(places) => page.draw_path(places.iter().copied(), style),
            Shape::Area(corners) => page.fill_polygon(corners.iter().copied(), style),
            Shape::Rect(from, to) => page.draw_rect(*from, *to, style, style.filled),
            Shape::Circle(at, radius) => page.draw_circle(*at, *radius, style, style.filled),
        };
    }
    drop(page);
    document
}

fn style(colour: Colour, opacity: f64, filled: bool, width: f64) -> ShapeStyle {
    ShapeStyle {
        color: RGBAColor(colour.r, colour.g, colour.b, opacity),
        filled,
        stroke_width: length(width),
    }
}

/// The mark of what changes its colour on a dark page.
fn dark_mode(class: &str, colour: Colour) -> String {
    if colour == Colour::WHITE {
        return format!(r#" class="{class} paper""#);
    }
    let kind = if colour.is_grey() { "grey" } else { "hue" };
    format!(r#" class="{class} {kind}" color="{}""#, colour.css())
}

fn dashes(stroke: Stroke) -> String {
    let w = stroke.width.max(1.0);
    let dashes = match stroke.dash {
        Dash::Solid => return String::new(),
        Dash::Dashed => vec![4.0 * w, 2.5 * w],
        Dash::Dotted => vec![1.2 * w, 2.0 * w],
        Dash::DashDot => vec![4.5 * w, 2.0 * w, 1.2 * w, 2.0 * w],
    };
    let dashes: Vec<String> = dashes.into_iter().map(units).collect();
    format!(r#" stroke-dasharray="{}""#, dashes.join(" "))
}

fn place(rect: Rect) -> String {
    let [x, y, w, h] = [rect.x, rect.y, rect.w, rect.h].map(units);
    format!(r#" x="{x}" y="{y}" width="{w}" height="{h}""#)
}

fn all(places: &[Place]) -> Vec<Units> {
    places.iter().copied().map(unit).collect()
}

fn unit((x, y): Place) -> Units {
    // A cast stops at the largest number that fits: far outside of any page.
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

fn length(pixels: f64) -> u32 {
    (pixels * UNITS).round() as u32
}

/// A length in pixels, in units of the page.
fn units(pixels: f64) -> String {
    short(pixels * UNITS)
}

/// A number with two digits after the point at most: finer is not seen.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

/// Text as it may stand in XML; control characters, which XML has no place for, are dropped.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a page of one shape has between its ground and its end.
    fn drawn(draw: impl FnOnce(&mut Canvas)) -> String {
        let mut canvas = Canvas::new("f");
        draw(&mut canvas);
        let svg = canvas.finish((1, 1), "", "").unwrap();
        let body = svg.split_once("#ffffff\"/>\n").unwrap().1;
        body.trim_end_matches("</svg>\n").to_owned()
    }

    #[test]
    fn a_shape_is_one_element_in_sixteenths_of_a_pixel() {
        let stroke = Stroke::new(Colour::BLACK, 1.5);
        let line = drawn(|canvas| canvas.polyline(&[(0.5, 1.0), (2.0, 3.03)], stroke));
        assert_eq!(line.matches('<').count(), 1, "{line}");
        assert!(line.contains("points=\"8,16 32,48 \""), "{line}");
        assert!(line.contains("stroke-width=\"24\""), "{line}");
    }

    #[test]
    fn shapes_and_texts_keep_their_order_and_their_attributes() {
        let body = drawn(|canvas| {
            let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)];
            canvas.polyline(
                &corners,
                Stroke::new(Colour::series(0), 1.0).dash(Dash::Dashed),
            );
            canvas.text(Text::new("between", (0.0, 0.0)));
            let unseen = Fill::area(Colour::GREY, 0.0);
            canvas.polygon(&corners, Some(unseen), Some(Stroke::new(Colour::GREY, 1.0)));
            canvas.polygon(&corners, Some(Fill::area(Colour::GREY, 0.5)), None);
        });
        let lines: Vec<&str> = body.lines().collect();
        let starts = [
            "<polyline stroke-dasharray=\"64 40\" class=\"stroke hue\" color=\"#0072b2\" ",
            "<text ",
            "<polyline class=\"stroke grey\" color=\"#8a8a8a\" ",
            "<polygon opacity=\"0.5\" ",
        ];
        assert_eq!(lines.len(), starts.len(), "{body}");
        for (line, start) in lines.iter().zip(starts) {
            assert!(line.starts_with(start), "{line}");
        }
    }
}
