//! **What is the difference between the two penalties?** The ways to train, each with its penalty in
//! the cost, and the pictures of L1 and L2 over two weights. Nothing here is measured.

use std::f64::consts::TAU;

use retrace_core::regularization::{L2Convention, Penalty};
use retrace_figure::{
    Axis, Chart, Colour, Contours, Dash, Figure, Layer, Marker, Note, Points, Polygon, Rule,
    Surface,
};
use retrace_lab::{Drawing, Result, Results, seeds, statistics};

use crate::Regularization;
use crate::config::Config;

/// A way to train: the penalty in the cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// |error| alone.
    None,
    /// |error| + lambda sum |w|.
    L1,
    /// |error| + lambda sum w^2 / 2.
    L2,
    /// |error| + lambda (share sum |w| + (1 - share) sum w^2 / 2).
    ElasticNet,
}

impl Method {
    /// All of them, in the order of figures.
    pub const ALL: [Self; 4] = [Self::None, Self::L1, Self::L2, Self::ElasticNet];
    /// Those without a mixture, which are compared in the longer studies.
    pub const SINGLE: [Self; 3] = [Self::None, Self::L1, Self::L2];
    /// The two penalties that the post compares.
    pub const L1_AND_L2: [Self; 2] = [Self::L1, Self::L2];

    /// Name in arms and claims.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::L1 => "l1",
            Self::L2 => "l2",
            Self::ElasticNet => "elastic-net",
        }
    }

    /// Name in figures.
    pub fn label(self) -> &'static str {
        match self {
            Self::None => "no penalty",
            Self::L1 => "L1",
            Self::L2 => "L2",
            Self::ElasticNet => "elastic net",
        }
    }

    /// Its colour in every figure.
    pub fn colour(self) -> Colour {
        match self {
            Self::None => Colour::series(4),
            Self::L1 => Colour::series(0),
            Self::L2 => Colour::series(1),
            Self::ElasticNet => Colour::series(2),
        }
    }

    /// Its penalty at the config's lambda.
    pub fn penalty(self, config: &Config) -> Penalty {
        let lambda = config.lambda;
        // The author's convention: TensorFlow halves the squares.
        let convention = L2Convention::Halved;
        match self {
            Self::None => Penalty::None,
            Self::L1 => Penalty::L1 { lambda },
            Self::L2 => Penalty::L2 { lambda, convention },
            Self::ElasticNet => Penalty::ElasticNet {
                lambda,
                l1_share: config.l1_share,
                convention,
            },
        }
    }

    /// The curve over `x` and its band.
    pub fn layers(self, x: &[f64], curve: &seeds::Curve) -> [Layer; 2] {
        let (label, colour) = (self.label(), self.colour());
        [
            curve.band(label, x).colour(colour).into(),
            curve.line(label, x).colour(colour).into(),
        ]
    }
}

/// The mean over seeds at so many places and the band that holds the middle 80 % of them, from a row
/// per seed.
pub(crate) fn mean_and_band(rows: impl Iterator<Item = Vec<f64>>, places: usize) -> seeds::Curve {
    let places = seeds::by_place(&rows.collect::<Vec<_>>(), places);
    seeds::Curve::new(&places, statistics::mean, seeds::MIDDLE_80)
}

/// The penalties over two weights, and where they let a loss come to rest.
pub(crate) fn figures(_: &Results<Regularization>) -> Result<Vec<Drawing>> {
    Ok(vec![surfaces().into(), geometry().into()])
}

/// The pyramid of L1 and the bowl of L2.
fn surfaces() -> Figure {
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

/// The example's loss (w1 - 0.5)^2 / 2 + (w2 - 2)^2: least at these weights.
const LEAST: (f64, f64) = (0.5, 2.0);
/// Its weights on the two squares.
const CURVATURE: (f64, f64) = (0.5, 1.0);
/// What the penalty may be at most: sum |w| <= 1 or sum w^2 <= 1.
const BUDGET: f64 = 1.0;

/// Contours of a quadratic loss that touch the diamond and the circle.
fn geometry() -> Figure {
    let on_circle = |angle: f64| (angle.cos(), angle.sin());
    let on_diamond = |angle: f64| {
        let (cos, sin) = on_circle(angle);
        let scale = BUDGET / (cos.abs() + sin.abs());
        (scale * cos, scale * sin)
    };
    let corners = [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)];
    let diamond = outline("|w1| + |w2| \u{2264} 1", corners, Method::L1);
    let round = grid(0.0, TAU, 121).into_iter().map(on_circle);
    let circle = outline("w1\u{b2} + w2\u{b2} \u{2264} 1", round, Method::L2);
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
        least_on(on_diamond),
        Method::L1,
    ))
    .panel(touching(
        "L2: the solution is beside it",
        circle,
        least_on(on_circle),
        Method::L2,
    ))
}

fn touching(title: &str, region: Polygon, (w1, w2): (f64, f64), method: Method) -> Chart {
    let axis = grid(-1.4, 2.8, 141);
    let levels = [0.05, 0.3, loss(w1, w2), 2.2, 4.0];
    let text = format!("w1 = {:.2}\nw2 = {:.2}", w1.abs(), w2);
    let least = Points::new("least loss", [LEAST.0], [LEAST.1]).marker(Marker::Cross);
    let solution = Points::new("solution", [w1], [w2]).colour(method.colour());
    let axes = [Rule::at_x("", 0.0), Rule::at_y("", 0.0)];
    Chart::new(
        title,
        Axis::new("w1").range(-1.4, 2.0),
        Axis::new("w2").range(-1.3, 2.7),
    )
    .with(Contours::of("loss", axis.clone(), axis, levels, loss))
    .with_all(axes.map(|rule| rule.dash(Dash::Solid).colour(Colour::LIGHT_GREY)))
    .with(region)
    .with(least.colour(Colour::DARK_GREY))
    .with(solution.radius(6.0))
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

fn outline(label: &str, corners: impl IntoIterator<Item = (f64, f64)>, method: Method) -> Polygon {
    let (x, y): (Vec<f64>, Vec<f64>) = corners.into_iter().unzip();
    Polygon::new(label, x, y).colour(method.colour())
}

/// `count` numbers from `low` to `high`, ends included.
fn grid(low: f64, high: f64, count: u32) -> Vec<f64> {
    let step = (high - low) / f64::from(count - 1);
    (0..count).map(|k| low + step * f64::from(k)).collect()
}
