//! **How many pairs determine H, and is it the one that is sought?** Eight degrees of freedom, the
//! author's exact corners, and his longer list, which no homography can hit.
//!
//! Part of the cell of [`rectification`](crate::rectification); no picture is needed for it.

use retrace_figure::{
    Axis, BarSeries, Bars, Chart, Colour, Dash, Figure, Line, Marker, Points, Span,
};
use retrace_lab::random::stream;
use retrace_lab::{Claim, Drawing, Reported, Result, Results, number};
use serde::{Deserialize, Serialize};

use crate::dlt::{self, FEWEST_PAIRS, Method};
use crate::far_points::{VISIBLE, largest_error};
use crate::homography::{Homography, Point};
use crate::notebook::{EIGHT, Label, corners};
use crate::rectification::{Rectification, Rectified};
use crate::{CODE, HomographyPost, PIXELS, POST, largest, numerics};

/// One way to compute H, on the author's points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fit {
    /// The way.
    pub method: Method,
    /// Largest error at the four corners, through which a homography passes exactly.
    pub corners: Option<f64>,
    /// Largest error at the eight points.
    pub eight: Option<f64>,
}

/// A of the first `pairs` exact pairs of points, in coordinates of size 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Equations {
    /// Number of pairs.
    pub pairs: usize,
    /// Dimension of its null space: how many independent H fit the pairs.
    pub null_space: usize,
    /// Its nine singular values, largest first.
    pub singular_values: Vec<f64>,
}

/// The errors of one way at the author's points.
pub fn fit(method: dlt::Method) -> Fit {
    Fit {
        method,
        corners: largest_error(&corners(), method),
        eight: largest_error(&EIGHT, method),
    }
}

/// Where the eight points go by the H of every second one, the corners, and by that of all.
pub fn eight_points() -> Result<[Vec<Option<Point>>; 2]> {
    let corners = [0, 2, 4, 6].map(|place| EIGHT[place]);
    let both = [dlt::plain(&corners), dlt::plain(&EIGHT)];
    let [by_corners, by_all] = both.map(|homography| homography.map_err(numerics));
    let mapped = |map: Homography| EIGHT.map(|pair| map.apply(pair.from)).to_vec();
    Ok([mapped(by_corners?), mapped(by_all?)])
}

/// A of one, two, three, ... exact pairs. The points are moved to the origin and scaled first:
/// that changes no rank, and makes zero and not zero easy to tell.
pub fn equations() -> Result<Vec<Equations>> {
    let label = Label::of_author();
    let pairs = label.pairs(8, &mut stream(0, "equations", 0));
    let (_, _, near) = dlt::normalize(&pairs);
    let of = |count: usize| {
        let first = &near[..count];
        Ok(Equations {
            pairs: count,
            null_space: dlt::null_space_dimension(first).map_err(numerics)?,
            singular_values: dlt::singular_values(first).map_err(numerics)?,
        })
    };
    (1..=near.len()).map(of).collect()
}

/// How much larger the first singular value of A is than the last one that is not zero.
pub fn condition() -> Result<f64> {
    let values = dlt::singular_values(&corners()).map_err(numerics)?;
    Ok(values[0] / values[7])
}

/// Largest |entry| of H H^-1 - I; the product has h33 = 1 as both of its factors.
pub fn inverse_deviation(homography: &Homography) -> Result<f64> {
    let inverse = homography.inverse().map_err(numerics)?;
    let product = homography.after(&inverse).map_err(numerics)?;
    let identity = Homography::IDENTITY;
    let entries = product.matrix().iter().flatten();
    let deviations = entries.zip(identity.matrix().iter().flatten());
    Ok(deviations.fold(0.0, |most, (a, b)| (a - b).abs().max(most)))
}

/// The eight points and the singular values of A.
pub(crate) fn figures(results: &Results<HomographyPost>) -> Result<Vec<Drawing>> {
    let cell = results.of::<Rectification>().first();
    Ok(cell.map_or_else(Vec::new, |cell| {
        let figures = [
            eight_points_mapped(&cell.outcome),
            singular_values(&cell.outcome.equations),
        ];
        figures.map(Drawing::from).to_vec()
    }))
}

/// Claims about A, its solution, and the two ways to compute it.
pub(crate) fn claims(results: &Results<HomographyPost>) -> Vec<Claim> {
    let cell = results.of::<Rectification>().first();
    cell.map_or_else(Vec::new, |cell| {
        let mut claims = counting(&cell.outcome);
        claims.extend(exact_points(&cell.outcome));
        claims
    })
}

const BY_CORNERS: &str = "by the H of the corners";
const BY_ALL: &str = "by the H of all eight";

/// Eight targets, and where the sources really go.
fn eight_points_mapped(rectified: &Rectified) -> Figure {
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
        .panel_sized(misses(rectified), 460, 560)
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

/// Smaller singular values are drawn here: all of them are zero up to rounding.
const FLOOR: f64 = 1e-17;
/// Above this, a singular value of coordinates of size 1 is none of rounding.
const ZERO: f64 = 1e-14;

/// Singular values of A for one to eight exact pairs.
fn singular_values(equations: &[Equations]) -> Figure {
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
    Figure::new(
        "degrees-of-freedom",
        "Four exact pairs leave one direction of h, three leave three",
    )
    .caption(
        "Singular values of A for exact pairs on the label, moved to the origin and scaled to \
             size 1. Each pair gives two equations; nine numbers less eight equations leave H and \
             its scale. More exact pairs leave it too. A singular value of 0 stands at 1e-17.",
    )
    .panel(chart)
}

const MARKERS: [Marker; 4] = [
    Marker::Triangle,
    Marker::Circle,
    Marker::Square,
    Marker::Diamond,
];

/// What counts as zero where exact arithmetic gives zero, in pixels and as entries of a matrix.
const ROUNDING: f64 = 1e-6;
/// Rows and degrees of freedom.
fn counting(rectified: &Rectified) -> Vec<Claim> {
    let equations = &rectified.equations;
    let open = |pairs: usize, expected: usize| {
        let found = equations.iter().find(|equations| equations.pairs == pairs);
        largest([found.map(|found| found.null_space.abs_diff(expected) as f64)])
    };
    let few: Vec<&Equations> = equations.iter().filter(|e| e.pairs <= 4).collect();
    let missing = |e: &&Equations| Some((9 - e.null_space).abs_diff(2 * e.pairs) as f64);
    [
        Claim::says(
            "two-rows-a-pair",
            POST,
            "Each of the first four pairs adds two independent equations.",
        )
        .measured_by("largest difference of the rank of A to twice the pairs", "")
        .largest_is_at_most(0.0, largest(few.iter().map(missing)), few.len()),
        Claim::says(
            "four-pairs-suffice",
            POST,
            "H has eight degrees of freedom: four pairs determine it up to its scale.",
        )
        .measured_by("difference of the null space's dimension to 1", "")
        .largest_is_at_most(0.0, open(4, 1), 1),
        Claim::says(
            "three-pairs-do-not",
            POST,
            "Three pairs do not determine H: three of the nine directions of h stay open.",
        )
        .measured_by("difference of the null space's dimension to 3", "")
        .largest_is_at_most(0.0, open(3, 3), 1),
    ]
    .map(|claim| claim.shown_in("degrees-of-freedom"))
    .into()
}

fn exact_points(rectified: &Rectified) -> Vec<Claim> {
    let fit = |method| rectified.fits.iter().find(|fit| fit.method == method);
    let corners = |method| fit(method).and_then(|fit: &Fit| fit.corners);
    let (svd, eigenvector) = (corners(Method::Plain), corners(Method::Eigenvector));
    let ratio = svd.zip(eigenvector).map(|(svd, other)| svd / other);
    let lead = svd.zip(eigenvector).map(|(svd, other)| svd - other);
    let all_eight = fit(Method::Plain).and_then(|fit| fit.eight);
    let inverse = rectified.inverse_deviation;
    vec![
        Claim::says(
            "exact-points-are-hit",
            POST,
            "Without noise the smallest singular value is zero, and H maps the four corners to \
             their targets.",
        )
        .measured_by("largest error at the author's corners", PIXELS)
        .largest_is_at_most(ROUNDING, largest([svd]), 4)
        .shown_in("far-points"),
        Claim::says(
            "inverse-undoes-h",
            POST,
            "H has an inverse, which maps every point back.",
        )
        .measured_by("largest |entry| of H times its inverse minus I", "")
        .largest_is_at_most(ROUNDING, inverse, 9),
        Claim::says(
            "eigenvector-is-less-exact",
            CODE,
            "At the author's corners an eigenvector of AᵀA gives a worse H than the SVD of A: at \
             least ten times the error.",
        )
        .measured_by("error of the SVD over that of the eigenvector", "")
        .largest_is_at_most(0.1, largest([ratio]), 4)
        .shown_in("far-points"),
        Claim::says(
            "eigenvector-is-visibly-worse",
            CODE,
            "At the author's corners the eigenvector's H is worse by at least half a pixel, so that \
             the picture shows it.",
        )
        .measured_by("error of the SVD minus that of the eigenvector", PIXELS)
        .largest_is_at_most(-VISIBLE, largest([lead]), 4)
        .shown_in("far-points")
        .if_contradicted(
            "AᵀA squares the condition number of A, but near the origin a double has digits to \
             spare: what is left of them puts the corners within a small part of a pixel.",
        ),
        Claim::says(
            "eight-points-agree",
            CODE,
            "The author's eight points are those of one homography, up to rounding to pixels.",
        )
        .measured_by("largest error of the H of all eight at one of them", PIXELS)
        .largest_is_at_most(1.0, largest([all_eight]), 8)
        .shown_in("eight-points")
        .if_contradicted(
            "Four of the points are middles between corners of the picture and are sent to the \
             middles of the target's sides, but perspective does not keep middles.",
        ),
    ]
}

/// Entries of H.
const ENTRIES: usize = 9;

/// What the post says in numbers, or nearly, beside ours.
pub fn reported(results: &Results<HomographyPost>) -> Vec<Reported> {
    let first = results.of::<Rectification>().first();
    first.map_or_else(Vec::new, |cell| {
        let mut rows = of_equations(&cell.outcome.equations);
        rows.extend(of_holes(&cell.outcome));
        rows
    })
}

fn of_equations(equations: &[Equations]) -> Vec<Reported> {
    let four = equations.iter().find(|one| one.pairs == FEWEST_PAIRS);
    let enough = equations.iter().find(|one| one.null_space == 1);
    let most = equations.last();
    let least = most.and_then(|one| one.singular_values.last());
    let rows = [
        four.map(|one| {
            let rank = ENTRIES - one.null_space;
            let quantity = "degrees of freedom of H (ours: rank of A for four exact pairs)";
            Reported::text(quantity, POST, "8", rank.to_string())
        }),
        enough.map(|one| {
            let quantity = "pairs that determine H";
            Reported::text(quantity, POST, "at least 4", one.pairs.to_string())
        }),
        most.zip(least).map(|(one, least)| {
            let quantity = format!("least singular value of A, {} exact pairs", one.pairs);
            Reported::text(quantity, POST, "zero", number(*least))
        }),
    ];
    rows.into_iter().flatten().collect()
}

fn of_holes(rectified: &Rectified) -> [Reported; 2] {
    let frame = rectified.frame;
    let row = |step: &str, reported: &str, holes: u64| {
        let quantity = format!("empty pixels of the whole picture after {step}");
        let measured = format!("{holes} of {}", frame.covered);
        Reported::text(quantity, POST, reported, measured)
    };
    [
        row("moving each pixel", "plenty", frame.forward_holes),
        row("filling from the inverse", "not any", frame.inverse_holes),
    ]
}
