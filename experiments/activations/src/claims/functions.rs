//! Claims about the functions themselves.

use retrace_core::activation::{RreluConfig, lrelu};
use retrace_lab::{Claim, Outcomes};

use super::{POST, largest, values};
use crate::Activations;
use crate::curves::PUBLISHED;
use crate::outcome::{Curve, Functions};

/// From this |x| on the sigmoid counts as saturated, and ELU on the negative side.
const FAR: f64 = 5.0;

/// A saturated unit passes on less than this share of the error.
const LITTLE: f64 = 0.01;

/// Relative rounding of a function or gradient computed in 32 bits.
const ROUNDING: f64 = 1e-5;

pub(super) fn claims(outcomes: &Outcomes<Activations>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let cell = outcomes.of(crate::FUNCTIONS).next();
    if let Some(functions) = cell.and_then(|cell| cell.outcome.functions()) {
        claims.extend((0..PUBLISHED.len()).map(|case| softmax_case(functions, case)));
        claims.extend([
            sigmoid_at_most_a_quarter(functions),
            sigmoid_saturates(functions),
            positive_side_passes_everything(functions),
            relu_negative_side_passes_nothing(functions),
            elu_saturates(functions),
            leaky_ones_do_not_saturate(functions),
            rrelu_test_line(functions),
        ]);
    }
    claims.extend(rrelu_averages(outcomes));
    claims.push(prelu_gradient(outcomes));
    claims
}

fn softmax_case(functions: &Functions, case: usize) -> Claim {
    const IDS: [&str; 3] = ["softmax-case-1", "softmax-case-2", "softmax-case-3"];
    let published = PUBLISHED[case].probabilities;
    let found = functions.softmax.get(case);
    let found = found.map_or(&[][..], |softmax| &softmax.probabilities);
    let rounded = |p: &f64| (p * 1000.0).round() / 1000.0;
    let deviation = if found.len() == published.len() {
        largest(
            found
                .iter()
                .zip(published)
                .map(|(p, q)| (rounded(p) - q).abs()),
        )
    } else {
        f64::NAN
    };
    Claim::says(
        IDS[case],
        POST,
        format!(
            "softmax of {:?} is {published:?}, to three places",
            PUBLISHED[case].logits
        ),
    )
    .measured_by("largest difference after rounding to three places", "")
    .deviation_is_at_most(0.0, deviation, published.len())
}

fn sigmoid_at_most_a_quarter(functions: &Functions) -> Claim {
    let slopes = &curve(functions, 0).derivative;
    Claim::says(
        "sigmoid-derivative-at-most-a-quarter",
        POST,
        "the sigmoid's derivative is small everywhere: at most 1/4",
    )
    .measured_by("largest derivative on the grid, above 1/4", "")
    .deviation_is_at_most(
        0.0,
        largest(slopes.iter().map(|s| s - 0.25)).max(0.0),
        slopes.len(),
    )
}

fn sigmoid_saturates(functions: &Functions) -> Claim {
    let slopes = derivatives(functions, 0, |x| x.abs() >= FAR);
    Claim::says(
        "sigmoid-saturates",
        POST,
        "for small and for large inputs the sigmoid's derivative is close to zero",
    )
    .measured_by(
        format!("largest derivative on the grid where |x| >= {FAR}"),
        "",
    )
    .deviation_is_at_most(LITTLE, largest(slopes.iter().copied()), slopes.len())
}

fn positive_side_passes_everything(functions: &Functions) -> Claim {
    let slopes: Vec<f64> = (1..6)
        .flat_map(|index| derivatives(functions, index, |x| x > 0.0))
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
    .deviation_is_at_most(
        0.0,
        largest(slopes.iter().map(|s| (s - 1.0).abs())),
        slopes.len(),
    )
}

fn relu_negative_side_passes_nothing(functions: &Functions) -> Claim {
    let slopes = derivatives(functions, 1, |x| x <= 0.0);
    Claim::says(
        "relu-negative-side-has-gradient-zero",
        POST,
        "at zero and below, ReLU's gradient is 0 and the unit is cut off",
    )
    .measured_by("largest absolute derivative on the grid where x <= 0", "")
    .deviation_is_at_most(0.0, largest(slopes.iter().map(|s| s.abs())), slopes.len())
}

fn elu_saturates(functions: &Functions) -> Claim {
    let slopes = derivatives(functions, 5, |x| x <= -FAR);
    Claim::says(
        "elu-saturates-below-zero",
        "the post, after Clevert et al. 2016",
        "ELU saturates for negative inputs: its gradient tends to 0",
    )
    .measured_by(
        format!("largest derivative on the grid where x <= -{FAR}"),
        "",
    )
    .deviation_is_at_most(LITTLE, largest(slopes.iter().copied()), slopes.len())
}

fn leaky_ones_do_not_saturate(functions: &Functions) -> Claim {
    let spreads = (2..5).map(|index| {
        let slopes = derivatives(functions, index, |x| x < 0.0);
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
    .deviation_is_at_most(0.0, largest(spreads), 3)
}

fn rrelu_test_line(functions: &Functions) -> Claim {
    let slope = RreluConfig::PAPER.test_slope();
    let points = functions.x.iter().zip(&curve(functions, 4).value);
    let deviation = largest(points.map(|(x, y)| (y - lrelu::value(slope, *x)).abs()));
    Claim::says(
        "rrelu-test-is-leaky",
        "the post, after Xu et al. 2015",
        "at test RReLU is LReLU with the slope of the mean divisor, x/5.5",
    )
    .measured_by("largest difference of the two on the grid", "")
    .deviation_is_at_most(ROUNDING, deviation, functions.x.len())
}

/// "An average of all the a is taken" can be read in two ways, and they differ.
fn rrelu_averages(outcomes: &Outcomes<Activations>) -> [Claim; 2] {
    let divisors = values(outcomes, "rrelu", |n| Some(n.rrelu.as_ref()?.mean_divisor));
    let excess = values(outcomes, "rrelu", |n| {
        let slopes = n.rrelu.as_ref()?;
        Some(slopes.mean_slope - slopes.test_slope)
    });
    [
        Claim::says(
            "rrelu-test-divisor-is-the-mean",
            "the post, after Xu et al. 2015",
            "the divisor at test, 5.5, is the average of the divisors drawn in training",
        )
        .measured_by("mean of the divisors drawn", "")
        .mean_is_within((5.45, 5.55), &divisors),
        Claim::says(
            "rrelu-test-output-is-the-mean",
            "a reading of the post",
            "the output at test is the average of the outputs in training",
        )
        .measured_by(
            "mean of the slopes drawn minus the slope at test, 1/5.5",
            "",
        )
        .mean_is_within((-0.005, 0.005), &excess),
    ]
}

fn prelu_gradient(outcomes: &Outcomes<Activations>) -> Claim {
    let deviations = values(outcomes, "prelu", |n| {
        Some(n.prelu.as_ref()?.gradient_deviation)
    });
    Claim::says(
        "prelu-gradient-is-the-papers",
        "He et al. 2015, eq. 8 and 9, which the post repeats",
        "PReLU's slope has the gradient: sum of dE/df times x over the positions with x < 0",
    )
    .measured_by(
        "largest difference from autodiff, relative to the sum of absolute terms",
        "",
    )
    .deviation_is_at_most(
        ROUNDING,
        largest(deviations.iter().copied()),
        deviations.len(),
    )
}

/// The curve of an activation by its place in [`ACTIVATIONS`](crate::ACTIVATIONS).
fn curve(functions: &Functions, index: usize) -> &Curve {
    &functions.curves[index]
}

fn derivatives(functions: &Functions, index: usize, at: impl Fn(f64) -> bool) -> Vec<f64> {
    let points = functions.x.iter().zip(&curve(functions, index).derivative);
    points
        .filter(|(x, _)| at(**x))
        .map(|(_, slope)| *slope)
        .collect()
}
