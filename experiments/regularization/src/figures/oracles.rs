//! The lines that should have been found.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure};

use super::fits::{drawn, with_points};
use super::{All, lines_of};
use crate::arm::Method;
use crate::line::Line;
use crate::outcome::Lines;
use crate::points::true_line;

/// The networks' settled lines beside what can be computed without training (seed 0).
pub fn lines(outcomes: &All) -> Option<Figure> {
    let lines = lines_of(outcomes, 0)?;
    let settled = |method: Method| {
        let cell = outcomes.get(method.name(), 0)?;
        cell.outcome.training()?.settled
    };
    let networks = Method::ALL.map(|method| {
        (
            method.label(),
            settled(method),
            method.colour(),
            Dash::Solid,
        )
    });
    let (l1, l2) = (Method::L1.colour(), Method::L2.colour());
    let squared = [
        (
            "least squares",
            lines.least_squares,
            Colour::DARK_GREY,
            Dash::Dashed,
        ),
        ("ridge", lines.ridge, l2, Dash::Dashed),
        ("lasso", Some(lines.lasso), l1, Dash::Dashed),
    ];
    let recipe = outcomes.config().points.is_none();
    let own = [
        (
            "recipe",
            recipe.then(|| true_line(outcomes.config())),
            Colour::BLACK,
            Dash::Dotted,
        ),
        (
            "least |deviations|",
            Some(lines.least_deviations),
            Colour::DARK_GREY,
            Dash::DashDot,
        ),
        (
            "least cost with L1",
            Some(lines.collapsed_l1),
            l1,
            Dash::DashDot,
        ),
        (
            "least cost with L2",
            Some(lines.collapsed_l2),
            l2,
            Dash::DashDot,
        ),
    ];
    let figure = Figure::new(
        "oracles",
        "The line that the network is, and the lines it should be",
    )
    .caption(format!(
        "Networks: the settled lines of seed 0. Linear models at the same lambda, with squared \
             errors, are pulled up by the outliers. The network's own cost, |error| plus the least \
             penalty of four layers with that slope, pays for its slope: L1 more than L2, so its \
             line is flatter, and the free bias makes up for it. {}",
        told(lines)
    ))
    .columns(3)
    .panel(panel("Networks, after training", lines, &networks))
    .panel(panel("Linear models, squared error", lines, &squared))
    .panel(panel("The network's cost, minimised", lines, &own));
    Some(figure)
}

type Named = (&'static str, Option<Line>, Colour, Dash);

fn panel(title: &str, lines: &Lines, shown: &[Named]) -> Chart {
    let range = lines.samples.points.range();
    let chart = with_points(Chart::new(title, Axis::new("x"), Axis::new("y")), lines);
    shown
        .iter()
        .fold(chart, |chart, (label, line, colour, dash)| match line {
            Some(line) => chart.with(drawn(label, *line, range).colour(*colour).dash(*dash)),
            None => chart,
        })
}

/// Each line in numbers, with its total error.
fn told(lines: &Lines) -> String {
    let test = lines.samples.test();
    let tell = |(name, line): (&str, Option<Line>)| {
        line.map(|line| {
            format!(
                "{name}: {:.2} x + {:.2}, total error {:.1}",
                line.slope,
                line.intercept,
                line.total_error(&test)
            )
        })
    };
    let all = [
        ("Least squares", lines.least_squares),
        ("ridge", lines.ridge),
        ("lasso", Some(lines.lasso)),
        ("least absolute deviations", Some(lines.least_deviations)),
        ("least cost with L1", Some(lines.collapsed_l1)),
        ("least cost with L2", Some(lines.collapsed_l2)),
    ];
    let told: Vec<String> = all.into_iter().filter_map(tell).collect();
    format!("{}.", told.join("; "))
}
