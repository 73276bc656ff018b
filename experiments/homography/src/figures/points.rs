//! The author's longer list of points, which no homography can hit.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure, Line, Marker, Points};

use super::All;
use crate::author::EIGHT;
use crate::point::Point;
use crate::work::Work;

/// Eight targets, and where the sources really go.
pub fn eight_points(outcomes: &All) -> Option<Figure> {
    let cell = outcomes.get(Work::Rectify.name(), 0)?;
    let rectified = cell.outcome.rectified()?;
    let targets = EIGHT.map(|pair| pair.to);
    let chart = Chart::new("", columns(), rows())
        .with(outline(&targets))
        .with(
            dots("target", &targets)
                .marker(Marker::Square)
                .colour(Colour::series(2))
                .radius(6.0),
        )
        .with(
            dots(
                "by the H of the corners",
                &present(&rectified.eight_by_corners),
            )
            .colour(Colour::series(0)),
        )
        .with(
            dots("by the H of all eight", &present(&rectified.eight_by_all))
                .marker(Marker::Diamond)
                .colour(Colour::series(1)),
        )
        .equal_aspect();
    let title = "The author's eight points: middles in the picture are no middles on the label";
    Some(
        Figure::new("eight-points", title)
            .caption(
                "Where the sources of the author's longer list go. Four of them lie in the middle \
                 between two corners of the picture, and are sent to the middle of the target's \
                 sides; perspective sends them elsewhere. Least squares over all eight misses \
                 every one of them.",
            )
            .panel_sized(chart, 560, 620),
    )
}

fn columns() -> Axis {
    Axis::new("column (pixels)").range(330.0, 560.0)
}

/// Rows count downwards: their negatives are drawn.
fn rows() -> Axis {
    let ticks = (1..=4).map(|hundreds| {
        let row = f64::from(100 * hundreds);
        (-row, format!("{row}"))
    });
    Axis::new("row (pixels)").range(-440.0, -70.0).ticks(ticks)
}

fn dots(label: &str, points: &[Point]) -> Points {
    let x: Vec<f64> = points.iter().map(|point| point.x).collect();
    let y: Vec<f64> = points.iter().map(|point| -point.y).collect();
    Points::new(label, x, y)
}

fn outline(points: &[Point]) -> Line {
    let closed = points.iter().chain(points.first());
    let (x, y): (Vec<f64>, Vec<f64>) = closed.map(|point| (point.x, -point.y)).unzip();
    Line::new("", x, y)
        .colour(Colour::GREY)
        .dash(Dash::Dotted)
        .width(1.5)
}

fn present(points: &[Option<Point>]) -> Vec<Point> {
    points.iter().flatten().copied().collect()
}
