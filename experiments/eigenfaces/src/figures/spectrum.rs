//! The eigenvalues, and the post's two heuristics.

use retrace_figure::{
    Axis, BarSeries, Bars, Chart, Colour, Dash, Figure, Line, Marker, Points, Rule,
};

use super::{All, origin};
use crate::data::POST_SET;
use crate::outcome::PostSet;

/// Eigenvalues against the rule "above 1", and the rule of the share.
pub fn spectrum(outcomes: &All, post: &PostSet) -> Figure {
    Figure::new(
        "spectrum",
        "Eigenvalues of the 16 pictures, and the post's two heuristics",
    )
    .caption(format!(
        "Left: eigenvalues of AAᵀ / (n - 1). The last one is 0 but for rounding (hollow: its \
         size). Right: their cumulative sum; {} eigenfaces reach {} % of the variance.{}",
        post.for_share,
        100.0 * outcomes.config().share,
        origin(outcomes, &[POST_SET])
    ))
    .columns(2)
    .panel_sized(eigenvalues(post), 400, 330)
    .panel_sized(cumulative(post, outcomes.config().share), 400, 330)
}

/// What becomes of the heuristic "eigenvalues above 1" when pixels and eigenvalues are scaled.
pub fn above_one(outcomes: &All, post: &PostSet) -> Figure {
    Figure::new(
        "above-one",
        "Eigenfaces that the heuristic \"eigenvalues above 1\" keeps",
    )
    .caption(format!(
        "How many of the {} eigenfaces along which the pictures vary have an eigenvalue above 1, \
         by what the eigenvalues are divided by and by the scale of the pixels: all or none, \
         whatever the pictures show.{}",
        post.eigenvalues.len() - 1,
        origin(outcomes, &[POST_SET])
    ))
    .panel_sized(kept(post), 760, 340)
}

fn ranks(post: &PostSet) -> Vec<f64> {
    (1..=post.eigenvalues.len())
        .map(|rank| rank as f64)
        .collect()
}

fn eigenvalues(post: &PostSet) -> Chart {
    let axis = Axis::new("eigenvalue (squared grey levels)").log();
    let rule = Rule::at_y("1", 1.0)
        .dash(Dash::Dashed)
        .colour(Colour::DARK_GREY);
    let chart = Chart::new("Eigenvalues", "eigenface", axis).with(rule);
    let ranks = ranks(post);
    let last = ranks.len() - 1;
    let scales = [("white = 255", 1.0, 0), ("white = 1", 255.0 * 255.0, 1)];
    scales
        .into_iter()
        .fold(chart, |chart, (label, divisor, series)| {
            let colour = Colour::series(series);
            let divisor = divisor * last as f64;
            let sizes: Vec<f64> = post.eigenvalues.iter().map(|v| v.abs() / divisor).collect();
            let line = Line::new(label, &ranks[..last], &sizes[..last]);
            let null = Points::new("", [ranks[last]], [sizes[last]]);
            chart
                .with(line.colour(colour).marker(Marker::Circle))
                .with(null.colour(colour).hollow())
        })
}

fn cumulative(post: &PostSet, share: f64) -> Chart {
    let total: f64 = post.eigenvalues.iter().sum();
    let mut sum = 0.0;
    let shares: Vec<f64> = post
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
            Rule::at_x(format!("{}", post.for_share), post.for_share as f64)
                .dash(Dash::Dotted)
                .colour(grey),
        )
        .with(
            Line::new("", ranks(post), shares)
                .colour(Colour::series(2))
                .marker(Marker::Circle),
        )
}

fn kept(post: &PostSet) -> Bars {
    let names = post
        .above_one
        .iter()
        .map(|above| match above.divisor.as_str() {
            "1" => "AAᵀ itself (the post)".to_owned(),
            "p" => "divided by p (pixels)".to_owned(),
            divisor => format!("divided by {divisor}"),
        });
    let of = |count: fn(&crate::AboveOne) -> usize| -> Vec<f64> {
        post.above_one
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
