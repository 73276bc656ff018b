//! The author's longer list of points, which no homography can hit.

use retrace_figure::{Axis, BarSeries, Bars, Chart, Colour, Dash, Figure, Line, Marker, Points};

use super::All;
use crate::author::EIGHT;
use crate::outcome::Rectified;
use crate::point::Point;
use crate::work::Work;

const BY_CORNERS: &str = "by the H of the corners";
const BY_ALL: &str = "by the H of all eight";

/// Eight targets, and where the sources really go.
pub fn eight_points(outcomes: &All) -> Option<Figure> {
    let cell = outcomes.get(Work::Rectify.name(), 0)?;
    let rectified = cell.outcome.rectified()?;
    let targets = EIGHT.map(|pair| pair.to);
    let chart = Chart::new("On the target", columns(), rows())
        .with(outline(&targets))
        .with(
            dots("target", &targets)
                .marker(Marker::Square)
                .colour(Colour::series(2))
                .radius(6.0),
        )
        .with(dots(BY_CORNERS, &present(&rectified.eight_by_corners)).colour(Colour::series(0)))
        .with(
            dots(BY_ALL, &present(&rectified.eight_by_all))
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
            .columns(2)
            .shared_legend()
            .panel_sized(chart, 360, 560)
            .panel_sized(misses(rectified), 460, 560),
    )
}

/// Names of the eight points, in their order.
const NAMES: [&str; 8] = [
    "corner, top left",
    "top",
    "corner, top right",
    "right",
    "corner, bottom right",
    "bottom",
    "corner, bottom left",
    "left",
];

/// By how much each point misses its target.
fn misses(rectified: &Rectified) -> Bars {
    let distances = |mapped: &[Option<Point>]| -> Vec<f64> {
        let both = mapped.iter().zip(EIGHT);
        both.map(|(at, pair)| at.map_or(f64::NAN, |at| at.distance(pair.to)))
            .collect()
    };
    let [corners, all] = [&rectified.eight_by_corners, &rectified.eight_by_all];
    Bars::new("Distance to the target", NAMES, "distance (pixels)")
        .series(BarSeries::new(BY_CORNERS, distances(corners)).colour(Colour::series(0)))
        .series(BarSeries::new(BY_ALL, distances(all)).colour(Colour::series(1)))
        .horizontal()
        .digits(1)
}

fn columns() -> Axis {
    let ticks = [350, 400, 450, 500, 550].map(|column| (f64::from(column), column.to_string()));
    Axis::new("column (pixels)")
        .range(335.0, 555.0)
        .ticks(ticks)
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
