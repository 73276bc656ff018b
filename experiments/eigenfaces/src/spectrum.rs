//! **How many eigenfaces matter?** The eigenvalues of the post's 16 pictures, and its two heuristics:
//! those above 1, and those that reach a share of the variance.

use retrace_figure::{
    Axis, BarSeries, Bars, Chart, Colour, Dash, Figure, Line, Marker, Points, Rule,
};
use retrace_lab::{Claim, Drawing, Result};
use serde::{Deserialize, Serialize};

use crate::data::POST_SET;
use crate::decomposition::{Decomposed, Decomposition};
use crate::pca::{Divisor, Pca};
use crate::{All, OURS, POST, origin};

/// How many eigenfaces the rule "eigenvalue above 1" keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AboveOne {
    /// What the eigenvalues of A A^T are divided by: `1`, `n`, `n - 1`, `p`.
    pub divisor: String,
    /// With white at 255.
    pub of_255: usize,
    /// With white at 1.
    pub of_1: usize,
}

/// A grey level in units of white, squared: what eigenvalues are divided by when white is 1.
pub const WHITE_SQUARED: f64 = 255.0 * 255.0;

/// Why "eigenvalues above 1" is no rule.
pub const SQUARED_UNITS: &str = "Eigenvalues are squared grey levels: dividing the pixels by 255 divides \
                           each by 65,025, while the bound of 1 stays.";

/// How many eigenvalues are above 1, by what they are divided.
pub fn above_one(pca: &Pca) -> Vec<AboveOne> {
    let of = |name: &str, divisor: f64| AboveOne {
        divisor: name.to_owned(),
        of_255: pca.components_above(divisor, Divisor::None),
        of_1: pca.components_above(divisor * WHITE_SQUARED, Divisor::None),
    };
    let n = pca.pictures();
    vec![
        of("1", 1.0),
        of("n", Divisor::Pictures.number(n)),
        of("n - 1", Divisor::PicturesMinusOne.number(n)),
        of("p", pca.pixels() as f64),
    ]
}

/// The eigenvalues against both heuristics, and what the first one keeps.
pub fn figures(results: &All) -> Result<Vec<Drawing>> {
    let Some(cell) = results.of::<Decomposition>().first() else {
        return Ok(Vec::new());
    };
    let figures = [
        spectrum(results, &cell.outcome),
        above_one_figure(results, &cell.outcome),
    ];
    Ok(figures.map(Drawing::from).to_vec())
}

/// How many eigenfaces the post takes for important, and whether a heuristic depends on units.
pub fn claims(results: &All) -> Vec<Claim> {
    let Some(cell) = results.of::<Decomposition>().first() else {
        return Vec::new();
    };
    let decomposed = &cell.outcome;
    let above_one = decomposed.above_one.iter();
    let moved = above_one.map(|above| above.of_255.abs_diff(above.of_1) as f64);
    vec![
        Claim::says(
            "all-sixteen-are-important",
            POST,
            "In so small a training set all 16 eigenfaces represent important features.",
        )
        .measured_by("eigenfaces along which the pictures do not vary", "")
        .largest_is_at_most(
            0.0,
            decomposed.without_variance() as f64,
            decomposed.eigenvalues.len(),
        )
        .shown_in("spectrum")
        .if_contradicted(
            "Pictures minus their mean add up to nothing, so n of them vary in n - 1 directions at \
             most: the last eigenvalue is 0, and its eigenface is rounding noise of length 1.",
        ),
        Claim::says(
            "above-one-ignores-the-scale",
            OURS,
            "The heuristic \"eigenvalues above 1\" keeps as many eigenfaces when white is 1 as when \
             it is 255.",
        )
        .measured_by("largest difference between the two numbers, over four divisors", "")
        .largest_is_at_most(0.0, moved.fold(0.0, f64::max), decomposed.above_one.len())
        .shown_in("above-one")
        .if_contradicted(SQUARED_UNITS),
    ]
}

fn spectrum(results: &All, decomposed: &Decomposed) -> Figure {
    Figure::new(
        "spectrum",
        "Eigenvalues of the 16 pictures, and the post's two heuristics",
    )
    .caption(format!(
        "Left: eigenvalues of AAᵀ / (n - 1). The last one is 0 but for rounding (hollow: its \
         size). Right: their cumulative sum; {} eigenfaces reach {} % of the variance.{}",
        decomposed.for_share,
        100.0 * results.config().share,
        origin(results, &[POST_SET])
    ))
    .columns(2)
    .panel_sized(eigenvalues(decomposed), 400, 330)
    .panel_sized(cumulative(decomposed, results.config().share), 400, 330)
}

/// What becomes of the first heuristic when pixels and eigenvalues are scaled.
fn above_one_figure(results: &All, decomposed: &Decomposed) -> Figure {
    Figure::new(
        "above-one",
        "Eigenfaces that the heuristic \"eigenvalues above 1\" keeps",
    )
    .caption(format!(
        "How many of the {} eigenfaces along which the pictures vary have an eigenvalue above 1, \
         by what the eigenvalues are divided by and by the scale of the pixels: all or none, \
         whatever the pictures show.{}",
        decomposed.eigenvalues.len() - 1,
        origin(results, &[POST_SET])
    ))
    .panel_sized(counts(decomposed), 760, 340)
}

fn ranks(decomposed: &Decomposed) -> Vec<f64> {
    (1..=decomposed.eigenvalues.len())
        .map(|rank| rank as f64)
        .collect()
}

fn eigenvalues(decomposed: &Decomposed) -> Chart {
    let axis = Axis::new("eigenvalue (squared grey levels)").log();
    let rule = Rule::at_y("1", 1.0)
        .dash(Dash::Dashed)
        .colour(Colour::DARK_GREY);
    let chart = Chart::new("Eigenvalues", "eigenface", axis).with(rule);
    let ranks = ranks(decomposed);
    let last = ranks.len() - 1;
    let scales = [("white = 255", 1.0, 0), ("white = 1", WHITE_SQUARED, 1)];
    scales
        .into_iter()
        .fold(chart, |chart, (label, divisor, series)| {
            let colour = Colour::series(series);
            let divisor = divisor * last as f64;
            let sizes: Vec<f64> = decomposed
                .eigenvalues
                .iter()
                .map(|v| v.abs() / divisor)
                .collect();
            let line = Line::new(label, &ranks[..last], &sizes[..last]);
            let null = Points::new("", [ranks[last]], [sizes[last]]);
            chart
                .with(line.colour(colour).marker(Marker::Circle))
                .with(null.colour(colour).hollow())
        })
}

fn cumulative(decomposed: &Decomposed, share: f64) -> Chart {
    let total: f64 = decomposed.eigenvalues.iter().sum();
    let mut sum = 0.0;
    let shares: Vec<f64> = decomposed
        .eigenvalues
        .iter()
        .map(|value| {
            sum += value / total;
            sum
        })
        .collect();
    let grey = Colour::DARK_GREY;
    let axis = Axis::new("share of the variance (0-1)").range(0.0, 1.05);
    Chart::new("Cumulative share", "number of eigenfaces", axis)
        .with(
            Rule::at_y(format!("{share}"), share)
                .dash(Dash::Dashed)
                .colour(grey),
        )
        .with(
            Rule::at_x(
                format!("{}", decomposed.for_share),
                decomposed.for_share as f64,
            )
            .dash(Dash::Dotted)
            .colour(grey),
        )
        .with(
            Line::new("", ranks(decomposed), shares)
                .colour(Colour::series(2))
                .marker(Marker::Circle),
        )
}

fn counts(decomposed: &Decomposed) -> Bars {
    let names = decomposed
        .above_one
        .iter()
        .map(|above| match above.divisor.as_str() {
            "1" => "AAᵀ itself (the post)".to_owned(),
            "p" => "divided by p (pixels)".to_owned(),
            divisor => format!("divided by {divisor}"),
        });
    let of = |count: fn(&AboveOne) -> usize| -> Vec<f64> {
        decomposed
            .above_one
            .iter()
            .map(|above| count(above) as f64)
            .collect()
    };
    let axis = Axis::new("eigenvalues above 1").range(0.0, 17.5);
    Bars::new("", names.collect::<Vec<_>>(), axis)
        .series(BarSeries::new("white = 255", of(|a| a.of_255)))
        .series(BarSeries::new("white = 1", of(|a| a.of_1)).colour(Colour::series(1)))
        .digits(0)
        .horizontal()
}
