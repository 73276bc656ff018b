//! The lines that should have been found.

use retrace_figure::{Axis, Chart, Colour, Dash, Figure};

use super::fits::{drawn, with_points};
use super::{All, lines_of};
use crate::arm::Method;
use crate::line::{Line, Points};
use crate::outcome::Lines;
use crate::points::{SLOPE, true_line};

/// A line with its name, colour and dashes.
type Named = (&'static str, Option<Line>, Colour, Dash);

/// The networks' settled lines beside what can be computed without training (seed 0).
pub fn lines(outcomes: &All) -> Option<Figure> {
    let lines = lines_of(outcomes, 0)?;
    let recipe = outcomes.config().points.is_none();
    let recipe = recipe.then(|| true_line(outcomes.config()));
    let view = View::of(lines, recipe.is_some());
    let figure = Figure::new(
        "oracles",
        "The line that the network is, and the lines it should be",
    )
    .caption(format!(
        "Hollow marks: test points. So that lines can be told apart, {} is taken off y. Networks: \
         the settled lines of seed 0. Linear models at the same lambda, with squared errors, \
         follow the outliers. The network's own cost, |error| plus the least penalty of its layers \
         with that slope, does not. {}",
        view.taken_off(),
        told(lines)
    ))
    .columns(3)
    .shared_legend()
    .panel(view.panel("Networks, after training", &networks(outcomes)))
    .panel(view.panel("Linear models, squared error", &squared(lines)))
    .panel(view.panel("The network's cost, minimised", &own(lines, recipe)));
    Some(figure)
}

fn networks(outcomes: &All) -> Vec<Named> {
    let settled = |method: Method| {
        let cell = outcomes.get(method.name(), 0)?;
        cell.outcome.training()?.settled
    };
    let named = |m: Method| (m.label(), settled(m), m.colour(), Dash::Solid);
    Method::ALL.map(named).to_vec()
}

fn squared(lines: &Lines) -> Vec<Named> {
    let (l1, l2) = (Method::L1.colour(), Method::L2.colour());
    vec![
        (
            "least squares",
            lines.least_squares,
            Colour::DARK_GREY,
            Dash::Dashed,
        ),
        ("ridge", lines.ridge, l2, Dash::Dashed),
        ("lasso", Some(lines.lasso), l1, Dash::Dashed),
    ]
}

fn own(lines: &Lines, recipe: Option<Line>) -> Vec<Named> {
    let (l1, l2) = (Method::L1.colour(), Method::L2.colour());
    let deviations = Some(lines.least_deviations);
    vec![
        ("recipe", recipe, Colour::BLACK, Dash::Dotted),
        (
            "least absolute deviations",
            deviations,
            Colour::GREY,
            Dash::Solid,
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
            Dash::Dotted,
        ),
    ]
}

/// The points and lines with a slope taken off.
struct View {
    lines: Lines,
    slope: f64,
}

impl View {
    fn of(lines: &Lines, recipe: bool) -> Self {
        let fitted = lines.least_squares.map_or(0.0, |line| line.slope);
        let slope = if recipe { SLOPE } else { fitted };
        let mut lines = lines.clone();
        let Points { x, y } = &mut lines.samples.points;
        for (y, x) in y.iter_mut().zip(x) {
            *y -= slope * *x;
        }
        Self { lines, slope }
    }

    fn taken_off(&self) -> String {
        format!("{:.3} x", self.slope)
    }

    fn panel(&self, title: &str, shown: &[Named]) -> Chart {
        let axis = Axis::new(format!("y - {}", self.taken_off()));
        let chart = with_points(Chart::new(title, Axis::new("x"), axis), &self.lines);
        let range = self.lines.samples.points.range();
        shown
            .iter()
            .fold(chart, |chart, (label, line, colour, dash)| {
                let flat = line.map(|line| Line {
                    slope: line.slope - self.slope,
                    ..line
                });
                match flat {
                    Some(line) => chart.with(drawn(label, line, range).colour(*colour).dash(*dash)),
                    None => chart,
                }
            })
    }
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
