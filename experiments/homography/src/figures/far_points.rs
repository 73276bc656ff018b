//! Exact points far from the origin.

use retrace_figure::{Axis, Chart, Figure, Line, Marker, Rule};

use super::{All, colour, dash, gaps};
use crate::dlt::Method;
use crate::work::{Work, method_label};

/// An error of exactly zero is drawn here.
const FLOOR: f64 = 1e-14;

/// The largest error at the author's corners against how far they were moved.
pub fn errors(outcomes: &All) -> Option<Figure> {
    let cell = outcomes.get(Work::MoveAway.name(), 0)?;
    let far = cell.outcome.far_points()?;
    let rectified = outcomes.get(Work::Rectify.name(), 0)?.outcome.rectified()?;
    let condition = rectified.condition;
    let distances = &outcomes.config().distances;
    let places: Vec<f64> = (0..distances.len()).map(|place| place as f64).collect();
    let ticks = places.iter().zip(distances);
    let x = Axis::new("moved right and down by (pixels)")
        .ticks(ticks.map(|(place, distance)| (*place, distance_label(*distance))));
    let lines = far.largest_errors.iter().map(|errors| {
        let values = gaps(&errors.errors)
            .into_iter()
            .map(|error| error.max(FLOOR));
        // `max` would turn a gap into the floor.
        let values = values
            .zip(&errors.errors)
            .map(|(value, error)| error.map_or(f64::NAN, |_| value));
        Line::new(
            method_label(errors.method),
            places.clone(),
            values.collect::<Vec<_>>(),
        )
        .colour(colour(errors.method))
        .dash(dash(errors.method))
        .marker(marker(errors.method))
    });
    let y = Axis::new("largest error at the corners (pixels)").log();
    let chart = Chart::new("", x, y)
        .with(Rule::at_y("half a pixel", 0.5))
        .with_all(lines);
    Some(
        Figure::new(
            "far-points",
            "Exact points far from the origin: the eigenvector loses its digits first",
        )
        .caption(format!(
            "The author's four corners and their targets, both moved by the same whole number \
                 of pixels, so that an exact homography exists. A line that ends: no homography \
                 was found there. Unmoved, A has a condition number of {condition:.1e}; AᵀA has \
                 its square, and a double has sixteen digits."
        ))
        .panel(chart),
    )
}

fn distance_label(distance: f64) -> String {
    if distance >= 1e4 {
        format!("{distance:.0e}")
    } else {
        format!("{distance}")
    }
}

fn marker(method: Method) -> Marker {
    match method {
        Method::Plain => Marker::Circle,
        Method::Normalized => Marker::Square,
        Method::Eigenvector => Marker::Diamond,
    }
}
