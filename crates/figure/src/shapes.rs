//! Lines and areas, drawn by plotters' SVG back end.
//!
//! Plotters counts in whole units. On a page of pixels that would set every point of a curve to
//! the nearest pixel, so a pixel of ours is [`UNITS`] units of the page, and the page says so
//! in its `viewBox`.

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::{RGBAColor, ShapeStyle};

use crate::canvas::Place;
use crate::chart::Dash;
use crate::paint::{Fill, Stroke, short};
use crate::rect::Rect;

/// Units of the page along a pixel.
pub(crate) const UNITS: f64 = 16.0;

type Units = (i32, i32);

/// A line through `places`.
pub(crate) fn polyline(places: &[Place], stroke: Stroke) -> String {
    let path = shape(|page| page.draw_path(places.iter().copied().map(units), &outlined(stroke)));
    dashed(path, stroke)
}

/// An area with corners at `places`.
pub(crate) fn polygon(places: &[Place], fill: Option<Fill>, stroke: Option<Stroke>) -> String {
    let area = fill.map(|fill| {
        shape(|page| page.fill_polygon(places.iter().copied().map(units), &filled(fill)))
    });
    let closed = || places.iter().chain(places.first()).copied().map(units);
    let outline = stroke.map(|stroke| {
        dashed(
            shape(|page| page.draw_path(closed(), &outlined(stroke))),
            stroke,
        )
    });
    area.into_iter().chain(outline).collect()
}

/// A rectangle with sides along the page's.
pub(crate) fn rectangle(rect: Rect, fill: Option<Fill>, stroke: Option<Stroke>) -> String {
    let from = units((rect.x, rect.y));
    let to = units((rect.x + rect.w, rect.y + rect.h));
    let area = fill.map(|fill| shape(|page| page.draw_rect(from, to, &filled(fill), true)));
    let outline = stroke.map(|stroke| {
        dashed(
            shape(|page| page.draw_rect(from, to, &outlined(stroke), false)),
            stroke,
        )
    });
    area.into_iter().chain(outline).collect()
}

/// A circle around `at`.
pub(crate) fn circle(at: Place, radius: f64, fill: Option<Fill>, stroke: Option<Stroke>) -> String {
    let radius = length(radius);
    let area =
        fill.map(|fill| shape(|page| page.draw_circle(units(at), radius, &filled(fill), true)));
    let outline = stroke.map(|stroke| {
        let ring = shape(|page| page.draw_circle(units(at), radius, &outlined(stroke), false));
        dashed(ring, stroke)
    });
    area.into_iter().chain(outline).collect()
}

/// What plotters writes for one shape, without the document around it.
fn shape<E>(draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), E>) -> String {
    let mut document = String::new();
    let mut page = SVGBackend::with_string(&mut document, (1, 1));
    // It writes into a string, which cannot fail.
    let _ = draw(&mut page);
    drop(page);
    let inside = document.find(">\n").map_or(0, |end| end + 2)..;
    document[inside]
        .trim_end()
        .trim_end_matches("</svg>")
        .to_owned()
}

/// Plotters' SVG has no dashes; it takes them from the group around it.
fn dashed(shape: String, stroke: Stroke) -> String {
    let w = stroke.width.max(1.0);
    let dashes = match stroke.dash {
        Dash::Solid => return shape,
        Dash::Dashed => vec![4.0 * w, 2.5 * w],
        Dash::Dotted => vec![1.2 * w, 2.0 * w],
        Dash::DashDot => vec![4.5 * w, 2.0 * w, 1.2 * w, 2.0 * w],
    };
    let dashes: Vec<String> = dashes.into_iter().map(|dash| short(dash * UNITS)).collect();
    format!(
        "<g stroke-dasharray=\"{}\">\n{shape}</g>\n",
        dashes.join(" ")
    )
}

fn filled((colour, opacity): Fill) -> ShapeStyle {
    ShapeStyle {
        color: RGBAColor(colour.r, colour.g, colour.b, opacity),
        filled: true,
        stroke_width: 0,
    }
}

fn outlined(stroke: Stroke) -> ShapeStyle {
    ShapeStyle {
        color: RGBAColor(
            stroke.colour.r,
            stroke.colour.g,
            stroke.colour.b,
            stroke.opacity,
        ),
        filled: false,
        stroke_width: length(stroke.width),
    }
}

fn units((x, y): Place) -> Units {
    // A cast stops at the largest number that fits: far outside of any page.
    ((x * UNITS).round() as i32, (y * UNITS).round() as i32)
}

fn length(pixels: f64) -> u32 {
    (pixels * UNITS).round() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colour::Colour;

    #[test]
    fn a_shape_is_one_element_in_sixteenths_of_a_pixel() {
        let line = polyline(&[(0.5, 1.0), (2.0, 3.03)], Stroke::new(Colour::BLACK, 1.5));
        assert_eq!(line.matches('<').count(), 1, "{line}");
        assert!(line.contains("points=\"8,16 32,48 \""), "{line}");
        assert!(line.contains("stroke-width=\"24\""), "{line}");
    }

    #[test]
    fn an_area_with_an_outline_is_two_elements() {
        let stroke = Stroke::new(Colour::BLACK, 1.0).dash(Dash::Dashed);
        let area = polygon(
            &[(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)],
            Some((Colour::GREY, 0.5)),
            Some(stroke),
        );
        assert!(area.contains("<polygon opacity=\"0.5\""), "{area}");
        assert!(
            area.contains("<g stroke-dasharray=\"64 40\">\n<polyline"),
            "{area}"
        );
        assert!(area.trim_end().ends_with("</g>"), "{area}");
    }
}
