//! The post's plots: each function with its derivative.

use retrace_core::activation::sigmoid::saturated_beyond;
use retrace_figure::{Axis, Band, Chart, Colour, Dash, Figure, Line, Points, Rule, Span};

use super::style::{Look, looks};
use crate::outcome::{Curve, Functions};

const INPUT: &str = "input x";

/// The functions and their derivatives, side by side.
pub(super) fn each(functions: &Functions) -> Figure {
    let figure = Figure::new(
        "functions",
        "Six activation functions and their derivatives",
    )
    .columns(3)
    .caption(
        "Solid: the function in evaluation (PReLU with its first slope, 0.25; RReLU x/5.5). \
         Dashed: its derivative, taken by autodiff; at the kink x = 0 that returns 0 for ReLU and \
         1 for LReLU, PReLU and RReLU (circle), although every number between the slopes of the \
         two sides would do. Only the sigmoid has a small derivative on both sides.",
    );
    looks()
        .zip(&functions.curves)
        .fold(figure, |figure, (look, curve)| {
            figure.panel(with_derivative(look, curve, &functions.x))
        })
}

fn with_derivative(look: Look, curve: &Curve, x: &[f64]) -> Chart {
    let (x_axis, y_axis) = if look.arm == "sigmoid" {
        (Axis::new(INPUT), Axis::new("value"))
    } else {
        let y = Axis::new("value").range(-1.5, 4.0);
        (Axis::new(INPUT).range(-4.0, 4.0), y)
    };
    let mut slopes = curve.derivative.clone();
    let mut kinks = (Vec::new(), Vec::new());
    if let Some(middle) = kink(x, &curve.derivative) {
        kinks = (vec![x[middle]], vec![slopes[middle]]);
        slopes[middle] = f64::NAN;
    }
    let chart = Chart::new(look.label, x_axis, y_axis)
        .with(Line::new("f(x)", x, curve.value.clone()).colour(look.colour))
        .with(
            Line::new("f'(x)", x, slopes)
                .colour(look.colour)
                .dash(Dash::Dashed),
        );
    if kinks.0.is_empty() {
        return chart;
    }
    chart.with(
        Points::new("autodiff at 0", kinks.0, kinks.1)
            .colour(look.colour)
            .hollow(),
    )
}

/// The place of x = 0, if the derivative jumps there.
fn kink(x: &[f64], derivative: &[f64]) -> Option<usize> {
    let middle = x.iter().position(|x| *x == 0.0)?;
    let (before, after) = (middle.checked_sub(1)?, middle + 1);
    // A smooth derivative moves by a few steps of the grid at most.
    let jump = derivative.get(after)? - derivative[before];
    (jump.abs() > 4.0 * (x[after] - x[before])).then_some(middle)
}

/// How small the sigmoid's derivative is.
pub(super) fn sigmoid(functions: &Functions, saturated_below: f64) -> Figure {
    let edge = saturated_beyond(saturated_below);
    let Some((look, curve)) = looks().zip(&functions.curves).next() else {
        return Figure::new("sigmoid-derivative", "");
    };
    let chart = Chart::new("", INPUT, Axis::new("derivative").range(0.0, 0.3))
        .with(Span::x("saturated", f64::NEG_INFINITY, -edge))
        .with(Span::x("saturated", edge, f64::INFINITY))
        .with(Rule::at_y("1/4, the largest value", 0.25))
        .with(
            Line::new(
                "derivative of the sigmoid",
                functions.x.clone(),
                curve.derivative.clone(),
            )
            .colour(look.colour),
        );
    Figure::new(
        "sigmoid-derivative",
        "The sigmoid's derivative: small in the middle, almost zero outside",
    )
    .caption(format!(
        "Shaded: where the derivative is below {saturated_below}, |x| > {edge:.2}. A unit there \
         passes on less than that share of the error that comes back; even at its best, a unit \
         passes on a quarter."
    ))
    .panel(chart)
}

/// PReLU for several slopes.
pub(super) fn prelu(functions: &Functions, slopes: &[f64]) -> Figure {
    let mut chart = Chart::new("", Axis::new(INPUT).range(-4.0, 4.0), "f(x)");
    for (index, (curve, a)) in functions.prelu.iter().zip(slopes).enumerate() {
        let name = match *a {
            0.0 => " (ReLU)",
            0.25 => " (initial)",
            1.0 => " (linear)",
            _ => "",
        };
        let inside = |(x, y): (&f64, &f64)| (x.abs() <= 4.0).then_some((*x, *y));
        let (x, y): (Vec<f64>, Vec<f64>) = functions
            .x
            .iter()
            .zip(&curve.value)
            .filter_map(inside)
            .unzip();
        chart = chart
            .with(Line::new(format!("a = {a}{name}"), x, y).colour(shade(index, slopes.len())));
    }
    Figure::new(
        "prelu-family",
        "PReLU for several values of its learnt slope a",
    )
    .caption(
        "One function a slope: a = 0 is ReLU, a = 1 no activation function at all; training \
         starts at 0.25. For positive inputs all are the same line.",
    )
    .panel(chart)
}

/// From PReLU's colour to black: one activation, several settings.
fn shade(index: usize, count: usize) -> Colour {
    let share = index as f64 / count.max(2).saturating_sub(1) as f64;
    Colour::series(3).mix(Colour::BLACK, 0.9 * share)
}

/// RReLU as a band of lines, with its line at test.
pub(super) fn rrelu(functions: &Functions) -> Figure {
    let colour = Colour::series(4);
    let (steep, flat) = (&functions.rrelu_steepest, &functions.rrelu_flattest);
    let Some(test) = functions.curves.get(4) else {
        return Figure::new("rrelu-band", "");
    };
    let x = &functions.x;
    let below = |values: &[f64]| -> Vec<f64> {
        let side = x.iter().zip(values);
        side.filter(|(x, _)| **x <= 0.0).map(|(_, y)| *y).collect()
    };
    let label = "range of the slopes, x/8 to x/3";
    let chart = Chart::new(
        "",
        Axis::new(INPUT).range(-6.0, 3.0),
        Axis::new("f(x)").range(-2.0, 3.0),
    )
    .with(Band::new(label, below(x), below(&steep.value), below(&flat.value)).colour(colour))
    .with(
        Points::new(
            "one pass in training",
            below(x),
            below(&functions.rrelu_pass),
        )
        .colour(colour)
        .radius(2.5),
    )
    .with(Line::new("in evaluation: x/5.5", x.clone(), test.value.clone()).colour(Colour::BLACK));
    Figure::new(
        "rrelu-band",
        "RReLU: a random slope for every input in training, one line in evaluation",
    )
    .caption(
        "Each dot is an input with the slope that it drew, x/a with a ~ U(3, 8). The line of \
         evaluation divides by the mean of a and runs a little flatter than the mean of the dots, \
         whose slope is ln(8/3)/5 = 0.196 and not 1/5.5 = 0.182.",
    )
    .panel(chart)
}
