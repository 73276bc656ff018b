//! Eight degrees of freedom: how many directions of h the pairs leave open.

use retrace_figure::{Axis, Chart, Colour, Figure, Line, Marker, Span};

use super::All;
use crate::work::Work;

/// Smaller singular values are drawn here: all of them are zero up to rounding.
const FLOOR: f64 = 1e-17;
/// Above this, a singular value of coordinates of size 1 is none of rounding.
const ZERO: f64 = 1e-14;

/// Singular values of A for one to eight exact pairs.
pub fn singular_values(outcomes: &All) -> Option<Figure> {
    let cell = outcomes.get(Work::Rectify.name(), 0)?;
    let equations = &cell.outcome.rectified()?.equations;
    let shown = [3, 4, 5, 8];
    let chart = Chart::new(
        "",
        Axis::new("singular value, counted from the largest").range(0.7, 9.3),
        Axis::new("singular value of A")
            .log()
            .range(FLOOR / 3.0, 30.0),
    )
    .with(Span::y("zero, up to rounding", FLOOR / 3.0, ZERO))
    .with_all(shown.into_iter().enumerate().filter_map(|(series, pairs)| {
        let of_pairs = equations
            .iter()
            .find(|equations| equations.pairs == pairs)?;
        let values = of_pairs
            .singular_values
            .iter()
            .map(|value| value.max(FLOOR));
        let places = (1..=of_pairs.singular_values.len()).map(|place| place as f64);
        let open = of_pairs.null_space;
        let plural = if open == 1 { "" } else { "s" };
        let label = format!("{pairs} pairs: {open} direction{plural} of h open");
        let line = Line::new(
            label,
            places.collect::<Vec<_>>(),
            values.collect::<Vec<_>>(),
        );
        Some(line.colour(Colour::series(series)).marker(MARKERS[series]))
    }));
    Some(
        Figure::new(
            "degrees-of-freedom",
            "Four exact pairs leave one direction of h, three leave three",
        )
        .caption(
            "Singular values of A for exact pairs on the label, moved to the origin and scaled to \
             size 1. Each pair gives two equations; nine numbers less eight equations leave H and \
             its scale. More exact pairs leave it too. A singular value of 0 stands at 1e-17.",
        )
        .panel(chart),
    )
}

const MARKERS: [Marker; 4] = [
    Marker::Triangle,
    Marker::Circle,
    Marker::Square,
    Marker::Diamond,
];
