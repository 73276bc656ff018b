//! The colour bar beside heat maps and surfaces.

use crate::axis::Axis;
use crate::canvas::{Anchor, Canvas, Stroke, Text};
use crate::colour::Colour;
use crate::colour_map::ColourMap;
use crate::font;
use crate::rect::Rect;
use crate::scale::{Scale, ticks};

const WIDTH: f64 = 15.0;
const GAP: f64 = 16.0;
const STEPS: usize = 64;

/// Pixels that the bar needs to the right of what it explains.
pub(crate) fn width(range: (f64, f64), label: &str) -> f64 {
    let ticks = ticks(&Axis::new(""), range, 5);
    let text = font::widest(ticks.iter().map(|tick| tick.label.as_str()), font::SMALL);
    GAP + WIDTH
        + 8.0
        + text
        + if label.is_empty() {
            0.0
        } else {
            font::LABEL * 1.2 + 8.0
        }
}

/// Draws the bar from the left of `rect`, as high as it.
pub(crate) fn draw(
    canvas: &mut Canvas,
    rect: Rect,
    map: ColourMap,
    range: (f64, f64),
    label: &str,
) {
    let bar = Rect {
        x: (rect.x + GAP).round(),
        w: WIDTH,
        ..rect
    };
    let edge = |step: usize| (bar.bottom() - bar.h * step as f64 / STEPS as f64).round();
    for step in 0..STEPS {
        let (low, high) = (edge(step), edge(step + 1));
        let colour = map.at((step as f64 + 0.5) / STEPS as f64);
        canvas.rect(
            Rect {
                y: high,
                h: low - high,
                ..bar
            },
            Some((colour, 1.0)),
            None,
        );
    }
    canvas.rect(bar, None, Some(Stroke::new(Colour::DARK_GREY, 1.0)));
    let scale = Scale {
        range,
        log: false,
        pixels: (bar.bottom(), bar.y),
    };
    let most = (bar.h / 40.0).clamp(2.0, 5.0) as usize;
    for tick in ticks(&Axis::new(""), range, most)
        .iter()
        .filter(|tick| scale.contains(tick.at))
    {
        let Some(y) = scale.pixel(tick.at) else {
            continue;
        };
        canvas.line(
            (bar.right(), y),
            (bar.right() + 4.0, y),
            Stroke::new(Colour::DARK_GREY, 1.0),
        );
        canvas.text(Text::new(&tick.label, (bar.right() + 8.0, y)).centred());
    }
    let at = (rect.x + width(range, label) - 4.0, rect.middle().1);
    canvas.text(
        Text::new(label, at)
            .size(font::LABEL)
            .anchor(Anchor::Middle)
            .turn(-90.0),
    );
}
