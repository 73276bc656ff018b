//! The two penalties over two weights, and where they let a loss come to rest.

use std::f64::consts::TAU;

use retrace_core::regularization::{L2Convention, Penalty};
use retrace_figure::{
    Axis, Chart, Colour, Contours, Dash, Figure, Note, Points, Polygon, Rule, Surface,
};

use crate::arm::Method;

/// The example's loss (w1 - 0.5)^2 / 2 + (w2 - 2)^2: least at these weights.
const LEAST: (f64, f64) = (0.5, 2.0);
/// Its weights on the two squares.
const CURVATURE: (f64, f64) = (0.5, 1.0);
/// What the penalty may be at most: sum |w| <= 1 or sum w^2 <= 1.
const BUDGET: f64 = 1.0;

/// The pyramid of L1 and the bowl of L2.
pub fn surfaces() -> Figure {
    let lambda = 1.0;
    let convention = L2Convention::Whole;
    let surface = |title: &str, penalty: Penalty| {
        let axis = grid(-1.0, 1.0, 41);
        let height = |w1, w2| penalty.value(&[w1, w2]);
        Surface::of(title, axis.clone(), axis, height)
            .labels("w1", "w2", "penalty")
            .z_range(0.0, 2.0)
    };
    Figure::new(
        "penalties",
        "The two penalties over two weights, lambda = 1",
    )
    .caption(
        "L1 is a pyramid: its sides are equally steep everywhere and meet in sharp edges where \
             a weight is zero. L2 is a bowl: flat around zero, so that small weights are hardly \
             pulled at all. (Drawn without the half of the post's L2, so that both are 1 at one \
             weight of 1.)",
    )
    .columns(2)
    .panel(surface("L1: |w1| + |w2|", Penalty::L1 { lambda }))
    .panel(surface(
        "L2: w1\u{b2} + w2\u{b2}",
        Penalty::L2 { lambda, convention },
    ))
}

/// Contours of a quadratic loss that touch the diamond and the circle.
pub fn geometry() -> Figure {
    let quarter = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
    let diamond = outline("|w1| + |w2| \u{2264} 1", &quarter, Method::L1.colour());
    let round: Vec<(f64, f64)> = grid(0.0, TAU, 121)
        .into_iter()
        .map(|angle| (angle.cos(), angle.sin()))
        .collect();
    let circle = outline(
        "w1\u{b2} + w2\u{b2} \u{2264} 1",
        &round,
        Method::L2.colour(),
    );
    let l1 = least_on(|angle| {
        let (cos, sin) = (angle.cos(), angle.sin());
        let scale = BUDGET / (cos.abs() + sin.abs());
        (scale * cos, scale * sin)
    });
    let l2 = least_on(|angle| (angle.cos(), angle.sin()));
    Figure::new(
        "geometry",
        "Where the loss first touches the diamond of L1 and the circle of L2",
    )
    .caption(
        "The same quadratic loss (grey contours, least at the cross) under the same budget. \
             Its contours meet the diamond at a corner, on an axis: w1 is exactly zero. They meet \
             the circle beside the axis: both weights stay, one of them small.",
    )
    .columns(2)
    .panel(touching(
        "L1: the solution is on the axis",
        diamond,
        l1,
        Method::L1,
    ))
    .panel(touching(
        "L2: the solution is beside it",
        circle,
        l2,
        Method::L2,
    ))
}

fn touching(title: &str, region: Polygon, solution: (f64, f64), method: Method) -> Chart {
    let axis = grid(-1.4, 2.8, 141);
    let touched = loss(solution.0, solution.1);
    let levels = [0.05, 0.3, touched, 2.2, 4.0];
    let (w1, w2) = solution;
    let text = format!("w1 = {:.2}\nw2 = {:.2}", w1.abs(), w2);
    Chart::new(
        title,
        Axis::new("w1").range(-1.4, 2.0),
        Axis::new("w2").range(-1.3, 2.7),
    )
    .with(Contours::of("loss", axis.clone(), axis, levels, loss))
    .with(
        Rule::at_x("", 0.0)
            .dash(Dash::Solid)
            .colour(Colour::LIGHT_GREY),
    )
    .with(
        Rule::at_y("", 0.0)
            .dash(Dash::Solid)
            .colour(Colour::LIGHT_GREY),
    )
    .with(region)
    .with(
        Points::new("least loss", [LEAST.0], [LEAST.1])
            .marker(retrace_figure::Marker::Cross)
            .colour(Colour::DARK_GREY),
    )
    .with(
        Points::new("solution", [w1], [w2])
            .colour(method.colour())
            .radius(6.0),
    )
    .with(Note::new(text, w1, w2).offset(-70.0, 30.0))
    .equal_aspect()
}

fn loss(w1: f64, w2: f64) -> f64 {
    CURVATURE.0 * (w1 - LEAST.0).powi(2) + CURVATURE.1 * (w2 - LEAST.1).powi(2)
}

/// The place on a closed outline, given by angle, where the loss is least.
fn least_on(outline: impl Fn(f64) -> (f64, f64)) -> (f64, f64) {
    let at = |angle: &f64| {
        let (w1, w2) = outline(*angle);
        loss(w1, w2)
    };
    let angles = grid(0.0, TAU, 36_001);
    let best = angles.into_iter().min_by(|a, b| at(a).total_cmp(&at(b)));
    outline(best.unwrap_or(0.0))
}

fn outline(label: &str, corners: &[(f64, f64)], colour: Colour) -> Polygon {
    let (x, y): (Vec<f64>, Vec<f64>) = corners.iter().copied().unzip();
    Polygon::new(label, x, y).colour(colour)
}

/// `count` numbers from `low` to `high`, ends included.
fn grid(low: f64, high: f64, count: u32) -> Vec<f64> {
    let step = (high - low) / f64::from(count - 1);
    (0..count).map(|k| low + step * f64::from(k)).collect()
}
