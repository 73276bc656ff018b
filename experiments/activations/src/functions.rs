//! **What are the functions and their derivatives?** On a grid, without any network.
//!
//! Values come from the modules that networks use, derivatives from Burn's autodiff through
//! them. At the kink, x = 0, autodiff returns 0 for ReLU and 1 for LReLU, PReLU and RReLU; ELU
//! has none with alpha = 1. The plots show what it returns.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use retrace_core::activation::sigmoid::saturated_beyond;
use retrace_core::activation::{
    Activation as Layer, ActivationConfig, LreluConfig, RreluConfig, Slopes,
    derivative_by_autodiff, lrelu,
};
use retrace_figure::{Axis, Band, Chart, Colour, Dash, Figure, Line, Points, Rule, Span};
use retrace_lab::{Cell, Claim, Drawing, Result, Results, Single, Study};
use serde::{Deserialize, Serialize};

use crate::config::ActivationsConfig;
use crate::networks::{ACTIVATIONS, Activation, SIGMOID};
use crate::softmax::{self, Softmax};
use crate::{Activations, POST, ROUNDING, XU, largest};

/// The question.
pub struct Functions;

/// Functions and derivatives on the grid, and softmax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curves {
    /// Inputs x of all curves.
    pub x: Vec<f64>,
    /// The six activations, in evaluation: RReLU with its test slope, PReLU with its first one.
    pub curves: Vec<Curve>,
    /// PReLU at each slope of the config.
    pub prelu: Vec<Curve>,
    /// RReLU's steepest line on the negative side, x/3.
    pub rrelu_steepest: Curve,
    /// Its flattest, x/8.
    pub rrelu_flattest: Curve,
    /// One pass through RReLU as in training: a slope drawn for each x.
    pub rrelu_pass: Vec<f64>,
    /// Softmax of the post's three cases, temperature 1.
    pub softmax: Vec<Softmax>,
    /// Softmax of the post's first case at each temperature of the config.
    pub temperatures: Vec<Softmax>,
}

/// A function on the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// The activation, in the notation of a config: `lrelu(0.5)`.
    pub activation: String,
    /// f(x), by Burn's module.
    pub value: Vec<f64>,
    /// f'(x), by Burn's autodiff.
    pub derivative: Vec<f64>,
}

impl Study<Activations> for Functions {
    type Arm = Single;
    type Outcome = Curves;

    fn arms(_: &ActivationsConfig) -> Vec<Single> {
        vec![Single::deterministic("functions", "functions")]
    }

    fn run(_: &Single, config: &ActivationsConfig, (): &(), cell: &mut Cell) -> Result<Curves> {
        let device = cell.device();
        let x = grid(config.reach, config.points);
        let on_grid = |activation: ActivationConfig| curve(activation, &x, device);
        let (flattest, steepest) = Slopes::PAPER.bounds();
        let line = |slope| on_grid(ActivationConfig::Lrelu(LreluConfig { slope }));
        cell.seed_device("rrelu pass", 0);
        Ok(Curves {
            curves: ACTIVATIONS.map(|one| on_grid(one.config)).to_vec(),
            prelu: config.prelu_slopes.iter().map(|a| line(*a)).collect(),
            rrelu_steepest: line(steepest),
            rrelu_flattest: line(flattest),
            rrelu_pass: as_in_training(ActivationConfig::RRELU, &x, device),
            softmax: softmax::cases(device),
            temperatures: softmax::first_case_at(&config.temperatures, device),
            x: x.into_iter().map(f64::from).collect(),
        })
    }

    fn figures(results: &Results<Activations>) -> Result<Vec<Drawing>> {
        let config = results.config();
        let cell = results.of::<Self>().first();
        Ok(cell.map_or_else(Vec::new, |cell| {
            let curves = &cell.outcome;
            let figures = [
                each(curves),
                sigmoid(curves, config.saturated_below),
                prelu(curves, &config.prelu_slopes),
                rrelu(curves),
            ];
            figures.map(Drawing::from).to_vec()
        }))
    }

    fn claims(results: &Results<Activations>) -> Vec<Claim> {
        let cell = results.of::<Self>().first();
        cell.map_or_else(Vec::new, |cell| {
            let curves = &cell.outcome;
            vec![
                sigmoid_at_most_a_quarter(curves),
                sigmoid_saturates(curves),
                positive_side_passes_everything(curves),
                relu_negative_side_passes_nothing(curves),
                elu_saturates(curves),
                leaky_ones_do_not_saturate(curves),
                rrelu_test_line(curves),
            ]
        })
    }
}

/// From `-reach` to `reach`, exactly symmetric around a middle point that is exactly 0.
pub fn grid(reach: f64, points: usize) -> Vec<f32> {
    let middle = (points / 2) as f64;
    (0..points)
        .map(|i| (reach * (i as f64 - middle) / middle) as f32)
        .collect()
}

/// Value and derivative in evaluation.
fn curve(config: ActivationConfig, xs: &[f32], device: &Device) -> Curve {
    // Frozen, RReLU takes its test slope on an autodiff device, too.
    let activation = config.init(1, device).freeze();
    let derivative = derivative_by_autodiff(&activation, xs, device);
    Curve {
        activation: config.to_string(),
        value: forward(&activation, xs, device),
        derivative: derivative.into_iter().map(f64::from).collect(),
    }
}

/// Value as in training: RReLU draws.
fn as_in_training(config: ActivationConfig, xs: &[f32], device: &Device) -> Vec<f64> {
    let device = device.clone().autodiff();
    forward(&config.init(1, &device), xs, &device)
}

/// f at each x.
pub fn forward(activation: &Layer, xs: &[f32], device: &Device) -> Vec<f64> {
    let x = Tensor::<1>::from_data(TensorData::new(xs.to_vec(), [xs.len()]), device);
    activation.forward(x).into_data().iter::<f64>().collect()
}

const INPUT: &str = "input x";

/// The functions and their derivatives, side by side.
fn each(curves: &Curves) -> Figure {
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
    ACTIVATIONS
        .into_iter()
        .zip(&curves.curves)
        .fold(figure, |figure, (activation, curve)| {
            figure.panel(with_derivative(activation, curve, &curves.x))
        })
}

fn with_derivative(activation: Activation, curve: &Curve, x: &[f64]) -> Chart {
    let (x_axis, y_axis) = if activation == SIGMOID {
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
    let chart = Chart::new(activation.label, x_axis, y_axis)
        .with(Line::new("f(x)", x, curve.value.clone()).colour(activation.colour()))
        .with(
            Line::new("f'(x)", x, slopes)
                .colour(activation.colour())
                .dash(Dash::Dashed),
        );
    if kinks.0.is_empty() {
        return chart;
    }
    chart.with(
        Points::new("autodiff at 0", kinks.0, kinks.1)
            .colour(activation.colour())
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
fn sigmoid(curves: &Curves, saturated_below: f64) -> Figure {
    let edge = saturated_beyond(saturated_below);
    let Some(curve) = curves.curves.first() else {
        return Figure::new("sigmoid-derivative", "");
    };
    let chart = Chart::new("", INPUT, Axis::new("derivative").range(0.0, 0.3))
        .with(Span::x("saturated", f64::NEG_INFINITY, -edge))
        .with(Span::x("saturated", edge, f64::INFINITY))
        .with(Rule::at_y("1/4, the largest value", 0.25))
        .with(
            Line::new(
                "derivative of the sigmoid",
                curves.x.clone(),
                curve.derivative.clone(),
            )
            .colour(SIGMOID.colour()),
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
fn prelu(curves: &Curves, slopes: &[f64]) -> Figure {
    let mut chart = Chart::new("", Axis::new(INPUT).range(-4.0, 4.0), "f(x)");
    for (index, (curve, a)) in curves.prelu.iter().zip(slopes).enumerate() {
        let name = match *a {
            0.0 => " (ReLU)",
            0.25 => " (initial)",
            1.0 => " (linear)",
            _ => "",
        };
        let inside = |(x, y): (&f64, &f64)| (x.abs() <= 4.0).then_some((*x, *y));
        let (x, y): (Vec<f64>, Vec<f64>) =
            curves.x.iter().zip(&curve.value).filter_map(inside).unzip();
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
fn rrelu(curves: &Curves) -> Figure {
    let colour = Colour::series(4);
    let (steep, flat) = (&curves.rrelu_steepest, &curves.rrelu_flattest);
    let Some(test) = curves.curves.get(4) else {
        return Figure::new("rrelu-band", "");
    };
    let x = &curves.x;
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
        Points::new("one pass in training", below(x), below(&curves.rrelu_pass))
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

/// From this |x| on the sigmoid counts as saturated, and ELU on the negative side.
const FAR: f64 = 5.0;

/// A saturated unit passes on less than this share of the error.
const LITTLE: f64 = 0.01;

fn sigmoid_at_most_a_quarter(curves: &Curves) -> Claim {
    let slopes = &curve_of(curves, 0).derivative;
    Claim::says(
        "sigmoid-derivative-at-most-a-quarter",
        POST,
        "the sigmoid's derivative is small everywhere: at most 1/4",
    )
    .measured_by("largest derivative on the grid, above 1/4", "")
    .largest_is_at_most(
        0.0,
        largest(slopes.iter().map(|s| s - 0.25)).max(0.0),
        slopes.len(),
    )
    .shown_in("sigmoid-derivative")
}

fn sigmoid_saturates(curves: &Curves) -> Claim {
    let slopes = derivatives(curves, 0, |x| x.abs() >= FAR);
    Claim::says(
        "sigmoid-saturates",
        POST,
        "for small and for large inputs the sigmoid's derivative is close to zero",
    )
    .measured_by(
        format!("largest derivative on the grid where |x| >= {FAR}"),
        "",
    )
    .largest_is_at_most(LITTLE, largest(slopes.iter().copied()), slopes.len())
    .shown_in("sigmoid-derivative")
}

fn positive_side_passes_everything(curves: &Curves) -> Claim {
    let slopes: Vec<f64> = (1..6)
        .flat_map(|index| derivatives(curves, index, |x| x > 0.0))
        .collect();
    Claim::says(
        "positive-side-has-gradient-one",
        POST,
        "for positive inputs the gradient of ReLU and its relatives is 1, however large the input",
    )
    .measured_by(
        "largest difference of a derivative from 1 where x > 0, five functions",
        "",
    )
    .largest_is_at_most(
        0.0,
        largest(slopes.iter().map(|s| (s - 1.0).abs())),
        slopes.len(),
    )
    .shown_in("functions")
}

fn relu_negative_side_passes_nothing(curves: &Curves) -> Claim {
    let slopes = derivatives(curves, 1, |x| x <= 0.0);
    Claim::says(
        "relu-negative-side-has-gradient-zero",
        POST,
        "at zero and below, ReLU's gradient is 0 and the unit is cut off",
    )
    .measured_by("largest absolute derivative on the grid where x <= 0", "")
    .largest_is_at_most(0.0, largest(slopes.iter().map(|s| s.abs())), slopes.len())
    .shown_in("functions")
}

fn elu_saturates(curves: &Curves) -> Claim {
    let slopes = derivatives(curves, 5, |x| x <= -FAR);
    Claim::says(
        "elu-saturates-below-zero",
        "the post, after Clevert et al. 2016",
        "ELU saturates for negative inputs: its gradient tends to 0",
    )
    .measured_by(
        format!("largest derivative on the grid where x <= -{FAR}"),
        "",
    )
    .largest_is_at_most(LITTLE, largest(slopes.iter().copied()), slopes.len())
}

fn leaky_ones_do_not_saturate(curves: &Curves) -> Claim {
    let spreads = (2..5).map(|index| {
        let slopes = derivatives(curves, index, |x| x < 0.0);
        largest(slopes.iter().copied()) + largest(slopes.iter().map(|s| -s))
    });
    Claim::says(
        "leaky-ones-do-not-saturate",
        "the post, after Clevert et al. 2016",
        "LReLU, PReLU and RReLU keep a slope however negative the input is",
    )
    .measured_by(
        "largest change of a derivative over x < 0, three functions",
        "",
    )
    .largest_is_at_most(0.0, largest(spreads), 3)
    .shown_in("functions")
}

/// The curve of an activation by its place in [`ACTIVATIONS`].
fn curve_of(curves: &Curves, index: usize) -> &Curve {
    &curves.curves[index]
}

fn derivatives(curves: &Curves, index: usize, at: impl Fn(f64) -> bool) -> Vec<f64> {
    let points = curves.x.iter().zip(&curve_of(curves, index).derivative);
    points
        .filter(|(x, _)| at(**x))
        .map(|(_, slope)| *slope)
        .collect()
}

fn rrelu_test_line(curves: &Curves) -> Claim {
    let slope = RreluConfig::PAPER.test_slope();
    let points = curves.x.iter().zip(&curves.curves[4].value);
    let deviation = largest(points.map(|(x, y)| (y - lrelu::value(slope, *x)).abs()));
    Claim::says(
        "rrelu-test-is-leaky",
        XU,
        "at test RReLU is LReLU with the slope of the mean divisor, x/5.5",
    )
    .measured_by("largest difference of the two on the grid", "")
    .largest_is_at_most(ROUNDING, deviation, curves.x.len())
    .shown_in("rrelu-band")
}
