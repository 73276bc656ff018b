//! The lines that the networks found.

use retrace_figure::{Axis, Chart, Colour, Figure, Line as Curve, Marker, Points};

use super::{All, about_points, lines_of};
use crate::arm::{Method, Work};
use crate::line::Line;
use crate::outcome::Lines;
use crate::training::Training;

/// The author showed so many runs of each method.
const RUNS: u64 = 5;

/// Five runs of each method over the points.
pub fn fits(outcomes: &All) -> Figure {
    let mut figure = Figure::new("fits", "Five seeds of each method: points and fitted lines")
        .caption(format!(
            "Each line is the network of one seed, from its own initial weights. Outliers are the \
             diamonds, hollow marks are the test points, whose |errors| add up to the total error. \
             The title of each panel has the total errors of the five seeds.{}",
            about_points(outcomes)
        ))
        .columns(2)
        .shared_legend();
    for method in Method::ALL {
        figure = figure.panel(panel(
            outcomes,
            method.name(),
            method.label(),
            method.colour(),
        ));
    }
    figure.panel(panel(
        outcomes,
        Work::PRUNED,
        "L1, pruned",
        Work::PRUNED_COLOUR,
    ))
}

fn panel(outcomes: &All, arm: &str, label: &str, colour: Colour) -> Chart {
    let runs: Vec<&Training> = (0..RUNS)
        .filter_map(|seed| outcomes.get(arm, seed)?.outcome.training())
        .collect();
    let totals: Vec<String> = runs
        .iter()
        .map(|run| {
            run.total_error
                .map_or("diverged".to_owned(), |e| format!("{e:.1}"))
        })
        .collect();
    let title = format!("{label}: {}", totals.join(", "));
    let mut chart = Chart::new(title, Axis::new("x"), Axis::new("y"));
    let Some(lines) = lines_of(outcomes, 0) else {
        return chart;
    };
    chart = with_points(chart, lines);
    let (low, high) = lines.samples.points.range();
    for line in runs.iter().filter_map(|run| run.line) {
        chart = chart.with(drawn("", line, (low, high)).colour(colour).width(1.6));
    }
    chart
}

/// A line as a curve over `range`.
pub fn drawn(label: &str, line: Line, (low, high): (f64, f64)) -> Curve {
    Curve::new(label, [low, high], [line.at(low), line.at(high)])
}

/// Adds all points: outliers are diamonds, held-back points are hollow.
pub fn with_points(chart: Chart, lines: &Lines) -> Chart {
    let samples = &lines.samples;
    let kinds = [
        ("training point", false, false),
        ("test point", true, false),
        ("outlier, training point", false, true),
        ("outlier, test point", true, true),
    ];
    kinds
        .into_iter()
        .fold(chart, |chart, (label, held, outlier)| {
            let chosen = samples.points.filtered(|place| {
                samples.test.contains(&place) == held && samples.is_outlier(place) == outlier
            });
            if chosen.is_empty() {
                return chart;
            }
            let (marker, colour) = if outlier {
                (Marker::Diamond, Colour::BLACK)
            } else {
                (Marker::Circle, Colour::GREY)
            };
            let points = Points::new(label, chosen.x, chosen.y)
                .marker(marker)
                .colour(colour)
                .radius(3.5);
            chart.with(if held { points.hollow() } else { points })
        })
}
