//! The shapes of points.

use crate::canvas::{Canvas, Place, Stroke};
use crate::chart::Marker;
use crate::colour::Colour;
use crate::rect::Rect;

/// How a point looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) shape: Marker,
    pub(crate) radius: f64,
    pub(crate) colour: Colour,
    pub(crate) hollow: bool,
    pub(crate) opacity: f64,
}

/// Draws one point.
pub(crate) fn draw(canvas: &mut Canvas, at: Place, look: Look) {
    let (x, y) = at;
    let r = look.radius;
    let (fill, stroke) = if look.hollow {
        // White inside, so that a hollow point is not crossed by what lies under it.
        (
            (Colour::WHITE, look.opacity),
            Stroke::new(look.colour, 1.8).opacity(look.opacity),
        )
    } else {
        // A white rim keeps touching points apart.
        (
            (look.colour, look.opacity),
            Stroke::new(Colour::WHITE, 0.8).opacity(look.opacity),
        )
    };
    let thick = Stroke::new(look.colour, 2.4).opacity(look.opacity);
    match look.shape {
        Marker::Circle => canvas.circle(at, r, Some(fill), Some(stroke)),
        Marker::Square => {
            let square = Rect::new(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
            canvas.rect(square, Some(fill), Some(stroke));
        }
        Marker::Triangle => {
            let corners = [
                (x, y - 1.2 * r),
                (x + 1.1 * r, y + 0.8 * r),
                (x - 1.1 * r, y + 0.8 * r),
            ];
            canvas.polygon(&corners, Some(fill), Some(stroke));
        }
        Marker::Diamond => {
            let s = 1.3 * r;
            let corners = [(x, y - s), (x + s, y), (x, y + s), (x - s, y)];
            canvas.polygon(&corners, Some(fill), Some(stroke));
        }
        Marker::Cross => {
            canvas.line((x - r, y - r), (x + r, y + r), thick);
            canvas.line((x - r, y + r), (x + r, y - r), thick);
        }
        Marker::Plus => {
            canvas.line((x - 1.2 * r, y), (x + 1.2 * r, y), thick);
            canvas.line((x, y - 1.2 * r), (x, y + 1.2 * r), thick);
        }
    }
}
