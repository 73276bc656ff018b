//! Draws units in columns and weights as lines between them.

use super::Network;
use crate::canvas::{Anchor, Canvas, Place, Stroke, Text};
use crate::chart::Dash;
use crate::colour::Colour;
use crate::font;
use crate::legend::{self, Entry, Sample};
use crate::rect::Rect;

/// The strong ends of the diverging colour map: what is negative is blue, what is positive red.
const NEGATIVE: Colour = Colour::hex(0x21_66_AC);
const POSITIVE: Colour = Colour::hex(0xB2_18_2B);
/// Width in pixels of the largest weight's line.
const WIDEST: f64 = 5.0;

/// What the legend explains.
pub(crate) fn entries(network: &Network) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut line = |label: &str, colour, width, dash| {
        legend::add(&mut entries, label, Sample::Line(colour, width, dash));
    };
    let weights = || network.weights.iter().flatten().flatten();
    if weights().any(|w| *w > 0.0) {
        line("positive weight", POSITIVE, 4.0, Dash::Solid);
    }
    if weights().any(|w| *w < 0.0) {
        line("negative weight", NEGATIVE, 4.0, Dash::Solid);
    }
    if weights().any(|w| !w.is_finite()) {
        line("not a number", Colour::BLACK, 1.5, Dash::Dotted);
    }
    if network.removed.iter().flatten().any(|removed| *removed) {
        line("removed", Colour::GREY, 1.2, Dash::Dashed);
    }
    entries
}

/// Draws the network into `rect`; title and legend have been taken off.
pub(crate) fn draw(canvas: &mut Canvas, rect: Rect, network: &Network) {
    let sizes = network.sizes();
    let labels = if network.layer_labels.is_empty() {
        0.0
    } else {
        font::SMALL * 2.4 + 10.0
    };
    let area = rect.inside(40.0, 6.0, 40.0, labels + 4.0);
    let most = sizes.iter().copied().max().unwrap_or(1).max(1);
    let radius = (area.h / most as f64 * 0.36).clamp(2.0, 13.0);
    let at = |layer: usize, unit: usize| -> Place {
        let x = area.w * layer as f64 / (sizes.len() - 1).max(1) as f64;
        let gap = (area.h / most as f64).min(46.0);
        let y = gap * (unit as f64 - (sizes[layer] as f64 - 1.0) / 2.0);
        (area.x + x, area.middle().1 + y)
    };
    draw_edges(canvas, network, &at);
    for (layer, &size) in sizes.iter().enumerate() {
        for unit in 0..size {
            draw_unit(
                canvas,
                at(layer, unit),
                radius,
                network.is_removed(layer, unit),
            );
        }
    }
    let room = area.w / (sizes.len() - 1).max(1) as f64 - 8.0;
    for (layer, label) in network.layer_labels.iter().enumerate() {
        for (row, line) in font::wrap(label, font::SMALL, false, room)
            .iter()
            .enumerate()
        {
            let y = area.bottom() + 10.0 + font::SMALL * (0.8 + 1.2 * row as f64);
            canvas.text(Text::new(line, (at(layer, 0).0, y)).anchor(Anchor::Middle));
        }
    }
}

fn draw_edges(canvas: &mut Canvas, network: &Network, at: &dyn Fn(usize, usize) -> Place) {
    let reach = network.largest();
    let mut edges = Vec::new();
    for (layer, matrix) in network.weights.iter().enumerate() {
        for (from, row) in matrix.iter().enumerate() {
            for (to, &weight) in row.iter().enumerate() {
                let gone = network.is_removed(layer, from) || network.is_removed(layer + 1, to);
                edges.push((
                    edge(weight / reach, gone),
                    at(layer, from),
                    at(layer + 1, to),
                ));
            }
        }
    }
    // Strong weights in front of weak ones.
    edges.sort_by(|a, b| a.0.width.total_cmp(&b.0.width));
    for (stroke, from, to) in edges {
        canvas.line(from, to, stroke);
    }
}

/// The line of a weight, given as a share of the strongest.
fn edge(share: f64, gone: bool) -> Stroke {
    if gone {
        return Stroke::new(Colour::LIGHT_GREY, 0.8).dash(Dash::Dashed);
    }
    if !share.is_finite() {
        return Stroke::new(Colour::BLACK, 1.5).dash(Dash::Dotted);
    }
    let size = share.abs().min(1.0);
    let colour = if share < 0.0 { NEGATIVE } else { POSITIVE };
    // Weights near zero fade to grey, so that what is there stands out.
    let colour = Colour::hex(0xC8_C8_C8).mix(colour, (size * 2.5).min(1.0));
    Stroke::new(colour, 0.6 + (WIDEST - 0.6) * size)
}

fn draw_unit(canvas: &mut Canvas, at: Place, radius: f64, removed: bool) {
    let (fill, stroke) = if removed {
        (
            Colour::WHITE,
            Stroke::new(Colour::GREY, 1.2).dash(Dash::Dashed),
        )
    } else {
        (Colour::hex(0xF3_F3_F3), Stroke::new(Colour::DARK_GREY, 1.6))
    };
    canvas.circle(at, radius, Some((fill, 1.0)), Some(stroke));
}
