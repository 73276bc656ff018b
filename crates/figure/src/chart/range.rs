//! What numbers a chart's axes must show.

use super::{Chart, Direction, Layer};

/// All places on the x axis that layers ask for.
pub(super) fn xs(chart: &Chart) -> impl Iterator<Item = f64> + '_ {
    chart.layers.iter().flat_map(|layer| match layer {
        Layer::Line(line) => line.x.clone(),
        Layer::Band(band) => band.x.clone(),
        Layer::Points(points) => points.x.clone(),
        Layer::Contours(contours) => contours.x.clone(),
        Layer::Polygon(polygon) => polygon.x.clone(),
        Layer::Note(note) => vec![note.x],
        Layer::Rule(rule) if rule.axis == Direction::X => vec![rule.at],
        Layer::Rule(_) | Layer::Span(_) => Vec::new(),
    })
}

/// All places on the y axis that layers ask for.
pub(super) fn ys(chart: &Chart) -> impl Iterator<Item = f64> + '_ {
    chart.layers.iter().flat_map(|layer| match layer {
        Layer::Line(line) => line.y.clone(),
        Layer::Band(band) => [band.low.as_slice(), &band.high].concat(),
        Layer::Points(points) => points.y.clone(),
        Layer::Contours(contours) => contours.y.clone(),
        Layer::Polygon(polygon) => polygon.y.clone(),
        Layer::Note(note) => vec![note.y],
        Layer::Rule(rule) if rule.axis == Direction::Y => vec![rule.at],
        Layer::Rule(_) | Layer::Span(_) => Vec::new(),
    })
}
