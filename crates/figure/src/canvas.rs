//! The page that panels draw on: a few shapes, written as SVG.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::FigureError;
use crate::font;
use crate::paint::short;
pub(crate) use crate::paint::{Anchor, Fill, Stroke, Text};
use crate::raster;
use crate::rect::Rect;
use crate::shapes::{self, UNITS};

/// A place on the page, in pixels from the top left.
pub(crate) type Place = (f64, f64);

/// A page in the making.
#[derive(Debug)]
pub(crate) struct Canvas {
    body: String,
    /// The figure's name: for errors, and for ids that are its own in a page of several.
    figure: String,
    clips: usize,
}

impl Canvas {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            body: String::new(),
            figure: name.into(),
            clips: 0,
        }
    }

    /// The whole picture on white; `title` and `description` are for readers who do not see it.
    pub(crate) fn finish(self, width: u32, height: u32, title: &str, description: &str) -> String {
        let [w, h] = [width, height].map(|side| units(f64::from(side)));
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {w} {h}" role="img" font-family="{}" fill="none" stroke-linejoin="round">
<title>{}</title>
<desc>{}</desc>
<rect width="{w}" height="{h}" fill="#ffffff"/>
{}</svg>
"##,
            font::FAMILY,
            escape(title),
            escape(description),
            self.body
        )
    }

    pub(crate) fn line(&mut self, from: Place, to: Place, stroke: Stroke) {
        self.polyline(&[from, to], stroke);
    }

    pub(crate) fn polyline(&mut self, places: &[Place], stroke: Stroke) {
        if places.len() > 1 {
            self.body.push_str(&shapes::polyline(places, stroke));
        }
    }

    pub(crate) fn polygon(&mut self, places: &[Place], fill: Option<Fill>, stroke: Option<Stroke>) {
        if places.len() > 1 {
            self.body.push_str(&shapes::polygon(places, fill, stroke));
        }
    }

    pub(crate) fn rect(&mut self, rect: Rect, fill: Option<Fill>, stroke: Option<Stroke>) {
        self.body.push_str(&shapes::rectangle(rect, fill, stroke));
    }

    pub(crate) fn circle(
        &mut self,
        at: Place,
        radius: f64,
        fill: Option<Fill>,
        stroke: Option<Stroke>,
    ) {
        self.body
            .push_str(&shapes::circle(at, radius, fill, stroke));
    }

    /// Text is written here and not by plotters, which places it by a unit that depends on the
    /// reader's font.
    pub(crate) fn text(&mut self, text: Text<'_>) {
        let (x, y) = (units(text.at.0), units(text.at.1));
        let (size, colour) = (units(text.size), text.colour.css());
        let _ = write!(
            self.body,
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}""#
        );
        self.body.push_str(match text.anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        });
        if text.bold {
            self.body.push_str(r#" font-weight="bold""#);
        }
        if text.turn != 0.0 {
            let _ = write!(
                self.body,
                r#" transform="rotate({} {x} {y})""#,
                short(text.turn)
            );
        }
        if text.rim {
            self.body
                .push_str(r##" stroke="#ffffff" stroke-width="56" style="paint-order:stroke""##);
        }
        let _ = writeln!(self.body, ">{}</text>", escape(text.text));
    }

    /// A picture of pixels, kept sharp when it is enlarged.
    pub(crate) fn picture(
        &mut self,
        rect: Rect,
        data: &[u8],
        size: (u32, u32),
        colour: image::ExtendedColorType,
    ) -> Result<(), FigureError> {
        let data = STANDARD.encode(raster::png(&self.figure, data, size, colour)?);
        let place = place(rect);
        let _ = writeln!(
            self.body,
            r#"<image{place} preserveAspectRatio="none" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="data:image/png;base64,{data}"/>"#
        );
        Ok(())
    }

    /// Draws with everything outside `rect` cut off.
    pub(crate) fn clipped(&mut self, rect: Rect, draw: impl FnOnce(&mut Self)) {
        self.clips += 1;
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = self.figure.chars().map(plain).collect();
        let id = format!("clip-{name}-{}", self.clips);
        let _ = writeln!(
            self.body,
            r#"<clipPath id="{id}"><rect{}/></clipPath><g clip-path="url(#{id})">"#,
            place(rect)
        );
        draw(self);
        self.body.push_str("</g>\n");
    }
}

fn place(rect: Rect) -> String {
    let [x, y, w, h] = [rect.x, rect.y, rect.w, rect.h].map(units);
    format!(r#" x="{x}" y="{y}" width="{w}" height="{h}""#)
}

/// A length in pixels, in units of the page.
fn units(pixels: f64) -> String {
    short(pixels * UNITS)
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
