//! Total errors over all seeds, beside the author's.

use retrace_figure::{Axis, BarSeries, Bars, Colour, Dash, Figure, Marks, Rule};
use retrace_lab::statistics::{mean, mean_interval};

use super::{All, about_points, lines_of};
use crate::arm::{Method, Work};
use crate::outcome::Outcome;
use crate::reported::{AUTHOR_L1, AUTHOR_PRUNED};
use crate::training::Training;

/// Total errors of the last step, of the settled line, and with small steps.
pub fn total_errors(outcomes: &All) -> Figure {
    let (all, small) = (arms(), small_steps());
    let last = panel(
        outcomes,
        "After the last step (the author's measure)",
        &all,
        |t| t.total_error,
    )
    .marks(Marks::new("the author's runs, other points", author(&all)));
    let settled = panel(
        outcomes,
        "Mean line of the last fifth of the steps",
        &all,
        |t| t.settled_error,
    );
    let steps = panel(outcomes, "After the last step, small steps", &small, |t| {
        t.total_error
    });
    Figure::new("total-errors", "Total error of each method over all seeds")
        .caption(format!(
            "Mean over seeds with its 95 % interval, a dot a seed. The author's ten numbers \
             (diamonds) belong to points that are lost, so only their spread compares. The dashed \
             line is the total error of the line of least absolute deviations (LAD). Below: the \
             same without the jitter of the last steps, and with steps that jitter less.{}",
            about_points(outcomes)
        ))
        .panel_sized(last, 760, 360)
        .panel_sized(settled, 760, 320)
        .panel_sized(steps, 760, 220)
}

fn author(arms: &[Named]) -> Vec<Vec<f64>> {
    let of = |arm: &str| match arm {
        "l1" => AUTHOR_L1.to_vec(),
        Work::PRUNED => AUTHOR_PRUNED.to_vec(),
        _ => Vec::new(),
    };
    arms.iter().map(|(arm, ..)| of(arm)).collect()
}

/// Name, label and colour of a bar.
type Named = (&'static str, &'static str, Colour);

/// All ways to train; the last is the pruned network trained on.
fn arms() -> Vec<Named> {
    let mut arms = Method::ALL
        .map(|m| (m.name(), m.label(), m.colour()))
        .to_vec();
    arms.push((Work::PRUNED, "L1, pruned, fresh", Work::PRUNED_COLOUR));
    arms.push((CONTINUED, "L1, pruned, continued", Colour::series(5)));
    arms
}

fn small_steps() -> Vec<Named> {
    let arms = ["none-small-steps", "l1-small-steps", "l2-small-steps"];
    let methods = [Method::None, Method::L1, Method::L2];
    arms.into_iter()
        .zip(methods)
        .map(|(arm, m)| (arm, m.label(), m.colour()))
        .collect()
}

const CONTINUED: &str = "continued";

fn panel(
    outcomes: &All,
    title: &str,
    arms: &[Named],
    number: fn(&Training) -> Option<f64>,
) -> Bars {
    let of = |arm: &str| match arm {
        CONTINUED => outcomes.values(Work::PRUNED, |outcome: &Outcome| {
            number(outcome.pruned()?.continued.as_ref()?)
        }),
        arm => outcomes.values(arm, |outcome| number(outcome.training()?)),
    };
    let points: Vec<Vec<f64>> = arms.iter().map(|(arm, ..)| of(arm)).collect();
    let interval =
        |values: &Vec<f64>| mean_interval(values).map_or((f64::NAN, f64::NAN), |e| (e.low, e.high));
    let series = BarSeries::new(
        "mean of the seeds",
        points.iter().map(|v| mean(v)).collect::<Vec<_>>(),
    )
    .intervals(points.iter().map(interval).collect::<Vec<_>>())
    .points(points)
    .colour_each(arms.iter().map(|(.., colour)| *colour).collect::<Vec<_>>());
    let labels = arms.iter().map(|(_, label, _)| *label);
    let axis = Axis::new("total error on the test points (units of y)");
    let bars = Bars::new(title, labels, axis)
        .series(series)
        .digits(1)
        .horizontal();
    match lines_of(outcomes, 0) {
        Some(lines) => {
            let error = lines.least_deviations.total_error(&lines.samples.test());
            bars.rule(Rule::at_y("LAD", error).dash(Dash::Dashed))
        }
        None => bars,
    }
}
